"""The casebook: what was asked and shown, and what came of it (door of SQLAlchemy, Alembic)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from kb.casebook import erasure, numbers, objections, reading, reporting, retention, rows
from kb.casebook.database import Database
from kb.casebook.erasure import Erased
from kb.casebook.idempotency import Caller
from kb.casebook.prepared import Prepared
from kb.casebook.reading import Page, WeakSymptom
from kb.casebook.retention import Retired
from kb.casebook.tables import searches
from kb.casebook.tally import Tally
from kb.cases import (
    CaseId,
    Correction,
    Entry,
    Outcome,
    OutcomeId,
    Reopening,
    Report,
    Retraction,
    Search,
    SearchId,
    Verdict,
)
from kb.domain import Language, Principal, SolutionId
from kb.errors import UnknownCase, UnknownSearch


class Casebook:
    """Facts that are appended, never edited; safe to use from several threads.

    What is said of a case is on the disk when the call returns. Under an idempotency ``key`` the
    same caller may say the same again: it is said once, and answered alike for a day; anything
    else under that key raises :class:`kb.errors.KeyReused`. Times are in UTC. Any call raises
    :class:`kb.errors.CasebookUnavailable` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        """Keep everything there; whoever opened it closes it."""
        self._database, self._tally = database, Tally(database)
        self._searches = Prepared(insert(searches))

    def record(self, search: Search) -> None:
        """Keep a search; it outlives this process at once, and the machine a moment later."""
        values = rows.search_values(search)
        self._database.write(
            lambda connection: self._searches.run(connection, values), durable=False
        )

    def search(self, id_: SearchId) -> Search:
        """A search, whoever made it; raises :class:`kb.errors.UnknownSearch`."""
        query = select(searches).where(searches.c.id == id_)
        row = self._database.read(lambda connection: connection.execute(query).first())
        if row is None:
            raise UnknownSearch(f"no search {id_!r}: use the search_id that a search returned")
        return rows.search(row)

    def meant(self, number: CaseId, principal: Principal) -> CaseId | None:
        """The id of the case that a principal's search is for, see :mod:`kb.casebook.numbers`.

        ``None`` for who may name none; the number where staff must yet say whose it is.
        """
        try:
            return self._database.read(
                lambda connection: numbers.meant(connection, number, principal)
            )
        except UnknownCase:
            return number

    def report(
        self,
        report: Report,
        principal: Principal,
        *,
        at: datetime,
        key: str | None = None,
        resolution: str = "",
    ) -> Outcome:
        """Keep what trying a solution did, for the case that it belongs to.

        That is the named case, else the one that earlier outcomes of the search have, else the one
        that the search was made for, else a new one with a number of ours. Staff may report by any
        search or case, others by their own; without a key of ours only by a search.
        ``resolution`` is the hash of what a solution says that the search did not show.

        Raises :class:`kb.errors.UnknownSearch`, :class:`kb.errors.UnknownCase`,
        :class:`kb.errors.NotAllowed`, or :class:`kb.errors.BadReport` without search, case and
        symptom.
        """
        caller = Caller(principal, at, key)
        return self._database.write(
            lambda connection: reporting.report(connection, report, caller, resolution)
        )

    def reported(
        self, report: Report, principal: Principal, *, at: datetime, key: str
    ) -> Outcome | None:
        """What the same report under the same key kept before; ``None`` if there was none."""
        caller = Caller(principal, at, key)
        return self._database.read(
            lambda connection: reporting.reported(connection, report, caller)
        )

    def correct(
        self,
        outcome: OutcomeId,
        correction: Correction,
        principal: Principal,
        *,
        at: datetime,
        key: str | None = None,
    ) -> Outcome:
        """Keep an outcome that stands for another from now on; staff's, or the same actor's.

        Raises :class:`kb.errors.UnknownOutcome`, also for what was taken back, and
        :class:`kb.errors.BadReport` after :data:`kb.casebook.reporting.CORRECTIONS` of them.
        """
        caller = Caller(principal, at, key)
        return self._database.write(
            lambda connection: reporting.correct(connection, outcome, correction, caller)
        )

    def retract(
        self, outcome: OutcomeId, principal: Principal, *, at: datetime, key: str | None = None
    ) -> Retraction:
        """Take an outcome back, by staff or the same actor; raises as :meth:`correct` does.

        Who took it back before gets that retraction again: twice does no harm.
        """
        caller = Caller(principal, at, key)
        return self._database.write(
            lambda connection: reporting.retract(connection, outcome, caller)
        )

    def reopen(
        self, case: CaseId, principal: Principal, *, at: datetime, key: str | None = None
    ) -> Reopening:
        """Keep that a case's problem came back; by staff, or a key of ours that opened the case.

        Where staff spoke of it, only staff reopens it.

        Raises :class:`kb.errors.UnknownCase`, :class:`kb.errors.NotAllowed`.
        """
        caller = Caller(principal, at, key)
        return self._database.write(lambda connection: reporting.reopen(connection, case, caller))

    def history(self, case: CaseId, principal: Principal) -> list[Entry]:
        """All that was said of a case, oldest first; for staff, or a key of ours that opened it.

        Raises :class:`kb.errors.UnknownCase`, :class:`kb.errors.NotAllowed`.
        """
        return self._database.read(lambda connection: reading.history(connection, case, principal))

    def asked(self, case: CaseId, principal: Principal, *, limit: int) -> list[Search]:
        """The last searches made for a case, or that led to an outcome of it, oldest first.

        For staff alone; none for a case that nobody searched for. Raises
        :class:`kb.errors.NotAllowed`, and :class:`kb.errors.UnknownCase` where several keys have
        that number.
        """
        return self._database.read(
            lambda connection: reading.asked(connection, case, principal, limit=limit)
        )

    def said(self, search: SearchId, principal: Principal) -> dict[SolutionId, Outcome]:
        """What the principal itself said of a search of its own, as it counts; empty before that.

        Raises :class:`kb.errors.UnknownSearch`, also for somebody else's unless it is staff.
        """
        return self._database.read(lambda connection: reading.said(connection, search, principal))

    def outcomes(self, solution: SolutionId, *, before: int | None = None, limit: int) -> Page:
        """What was said of a solution, newest first, whether it still counts or not.

        ``before`` is that of the page above.
        """
        return self._database.read(
            lambda connection: reading.outcomes(connection, solution, before=before, limit=limit)
        )

    def counts(self) -> dict[SolutionId, dict[Verdict, int]]:
        """How often each verdict stands, one for a case and solution.

        What nobody reported on is missing. The first call counts all, later ones what is new.
        """
        return self._tally.counts()

    def objections(
        self, solutions: Iterable[SolutionId], *, limit: int
    ) -> dict[SolutionId, list[Outcome]]:
        """The latest outcomes that count, call one of these wrong and say why, newest first.

        At most ``limit`` of each solution; solutions without one are missing.
        """
        return self._database.read(
            lambda connection: objections.objections(connection, solutions, limit=limit)
        )

    def weak(
        self, *, since: datetime, least: Mapping[Language, float], limit: int
    ) -> list[WeakSymptom]:
        """Symptoms whose answers were weak, most frequent first, then the latest first.

        Weak: nothing was shown, no content word matched, or the first solution's score was below
        the ``least`` of its language. What was erased is left out.
        """
        return self._database.read(
            lambda connection: reading.weak(connection, since=since, least=least, limit=limit)
        )

    def erase_case(self, case: CaseId, *, by: str, at: datetime) -> Erased:
        """Forget what was typed for a case, by its number as staff calls it; the audit log tells.

        Raises :class:`kb.errors.UnknownCase`, also where several keys have that number.
        """
        return erasure.erase_case(self._database, case, by=by, at=at)

    def erase_search(self, search: SearchId, *, by: str, at: datetime) -> Erased:
        """Forget what was typed for a search and its cases; all of a visitor, if one made it.

        The audit log tells. Raises :class:`kb.errors.UnknownSearch`.
        """
        return erasure.erase_search(self._database, search, by=by, at=at)

    def erase_actor(self, actor: str, *, by: str, at: datetime) -> Erased:
        """Forget what an actor typed, and what was typed for its cases; the audit log tells.

        Raises :class:`kb.errors.UnknownActor` for who never searched for or said anything.
        """
        return erasure.erase_actor(self._database, actor, by=by, at=at)

    def retire(self, *, keep: timedelta, now: datetime, by: str) -> Retired:
        """Forget what was typed longer ago; the audit log tells, if anything was.

        Replies of a day ago and expired sessions go too.
        """
        return retention.retire(self._database, keep=keep, now=now, by=by)
