"""Which searches, cases and outcomes a principal may speak of; of others nobody learns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Row, select

from kb.casebook import chains, numbers, rows
from kb.casebook.idempotency import Kept
from kb.casebook.tables import entries, searches
from kb.cases import CaseId, Entry, Outcome, OutcomeId, Retraction, Search, SearchId, Source
from kb.domain import Principal
from kb.errors import NotAllowed, UnknownCase, UnknownOutcome, UnknownSearch
from kb.standing import taken_back


def signed_in(principal: Principal, act: str) -> None:
    """Raise :class:`NotAllowed` for an anonymous visitor, who may not do that."""
    if not (principal.known or principal.staff):
        raise NotAllowed(f"nobody may {act} without a key: sign in")


def staff(principal: Principal, act: str) -> None:
    """Raise :class:`NotAllowed` for whoever does not work here, who may not do that."""
    if not principal.staff:
        raise NotAllowed(f"only staff may {act}: sign in with a key of the scope agent")


def search(connection: Connection, id_: SearchId, principal: Principal) -> Search:
    """A search of one's own, any one for staff; raises :class:`UnknownSearch`."""
    return _search(connection.execute(select(searches).filter_by(id=id_)).first(), id_, principal)


def locked_search(connection: Connection, id_: SearchId, principal: Principal) -> Search:
    """The same, locked where several services write: reports by it join one case."""
    query = select(searches).filter_by(id=id_).with_for_update()
    return _search(connection.execute(query).first(), id_, principal)


def known_case(connection: Connection, number: CaseId, principal: Principal) -> CaseId:
    """The id of an opened case that the principal may speak of without a search.

    Raises :class:`NotAllowed` for a visitor, :class:`UnknownCase`.
    """
    signed_in(principal, "read or reopen a case")
    case = numbers.meant(connection, number, principal)
    if case is None or numbers.owner_of(connection, case) is None:
        raise unknown_case(number, principal)
    return case


def reopenable(connection: Connection, number: CaseId, principal: Principal) -> CaseId:
    """The id of such a case; where staff spoke of it, only staff may reopen it.

    It undoes what anybody said: that takes more than knowing a search, and staff for its own words.
    """
    case = known_case(connection, number, principal)
    spoke = select(entries.c.id).filter_by(case_id=case, source=Source.AGENT.value).limit(1)
    if not principal.staff and connection.execute(spoke).first() is not None:
        raise NotAllowed(f"staff spoke of case {number!r}: ask them to reopen it")
    return case


def spoken(
    connection: Connection, id_: OutcomeId, principal: Principal
) -> tuple[Outcome, list[Entry]]:
    """An outcome of one's own, any one for staff, and its chain; raises :class:`UnknownOutcome`.

    It is locked where several services write: its chain holds all that was said of it so far.
    """
    row = connection.execute(select(entries).filter_by(id=id_).with_for_update()).first()
    if row is None or not _is_own(row, principal):
        whose = _whose(principal)
        raise UnknownOutcome(f"no outcome {id_!r}{whose}: use the id that its report returned")
    found = cast(Outcome, rows.entry(row))
    return found, chains.chain(connection, found)


def still_said(outcome: Outcome, chain: Iterable[Entry]) -> None:
    """Raise :class:`UnknownOutcome` for what was taken back, which nobody may change."""
    if outcome.id in taken_back(chain):
        raise UnknownOutcome(f"outcome {outcome.id!r} was taken back: report a new one")


def retraction(
    connection: Connection, id_: OutcomeId, chain: Sequence[Entry], principal: Principal
) -> Kept[Retraction] | None:
    """How the principal itself took an outcome of a chain back, with this id or another.

    ``None`` where it has not.
    """
    said = [each for each in chain if isinstance(each, Outcome)]
    own = (e for e in chain if isinstance(e, Retraction) and e.actor == principal.actor)
    found = next((each for each in own if id_ in taken_back([*said, each])), None)
    if found is None:
        return None
    same = {"kind": rows.RETRACTION, "target": found.outcome, "actor": found.actor}
    query = select(entries.c.number).filter_by(**same).order_by(entries.c.number).limit(1)
    return Kept(connection.execute(query).scalar_one(), found)


def unknown_case(case: CaseId, principal: Principal) -> UnknownCase:
    """What is told alike of a case that is not there, and of somebody else's."""
    whose = _whose(principal)
    return UnknownCase(f"no case {case!r}{whose}: open it by reporting an outcome for it")


def _whose(principal: Principal) -> str:
    """Staff may speak of everybody's."""
    return "" if principal.staff else " of yours"


def _search(row: Row[Any] | None, id_: SearchId, principal: Principal) -> Search:
    if row is None or not _is_own(row, principal):
        raise UnknownSearch(
            f"no search {id_!r}{_whose(principal)}: use the search_id that a search returned"
        )
    return rows.search(row)


def _is_own(row: Row[Any], principal: Principal) -> bool:
    return principal.staff or row.actor == principal.actor
