"""A case's history as the agent's page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from kb.cases import Entry, Outcome, OutcomeId, Reopening, Retraction, Search, Source
from kb.domain import SolutionId
from kb.standing import taken_back, undone
from search_api.complaints import told
from search_api.presses import pressed
from search_api.views.desk import Desk
from search_api.views.moments import Moment, moment

SHOWN_CHARACTERS = 300
"""A longer symptom is cut in a line; the search that repeats it has it whole."""
_NAME_CHARACTERS = 6
"""Of a pseudonym: enough to tell people of one case apart."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a case's history, or a search for it."""

    at: Moment
    who: str
    text: str
    press: str = ""
    """The button that says what the outcome says; empty for what is none."""
    verdict: str = ""
    """The same in the reader's words."""
    note: str = ""
    mark: str = ""
    """What became of it, in the reader's words; empty while it stands."""
    outcome: str = ""
    """Id, where it can be corrected or taken back."""
    again: str = ""
    """A symptom that can be searched once more."""


def lines(desk: Desk, titles: Mapping[SolutionId, str]) -> tuple[Line, ...]:
    """What was asked and said for the case, oldest first; the same words of one reader once."""
    history, marks = desk.case.history, _marks(desk)
    firsts = {(each.actor, each.symptom): each for each in reversed(desk.case.searches)}
    asked = ((each.at, _search(each, desk)) for each in firsts.values())
    said = ((each.at, _entry(each, desk, titles, marks)) for each in history)
    return tuple(line for _, line in sorted(chain(asked, said), key=lambda pair: pair[0]))


def _marks(desk: Desk) -> dict[OutcomeId, str]:
    """What became of outcomes that do not stand as they were said."""
    agent, history = desk.words["agent"], desk.case.history
    gone = taken_back(history)
    said = [each for each in history if isinstance(each, Outcome)]
    corrected = {each.corrects for each in said if each.corrects and each.id not in gone}
    marks = dict.fromkeys(undone(history), agent["was-undone"])
    marks |= dict.fromkeys(corrected, agent["was-corrected"])
    return marks | dict.fromkeys(gone, agent["was-retracted"])


def _entry(
    entry: Entry, desk: Desk, titles: Mapping[SolutionId, str], marks: Mapping[OutcomeId, str]
) -> Line:
    at, who, agent = moment(entry.at), _who(entry, desk), desk.words["agent"]
    match entry:
        case Outcome():
            press, mark = pressed(entry), marks.get(entry.id, "")
            return Line(
                at,
                who,
                titles[entry.solution],
                press=press,
                verdict=desk.words["verdict"][press],
                note=_note(entry, desk),
                mark=mark,
                outcome=entry.id if mark in {"", agent["was-undone"]} else "",
            )
        case Retraction():
            return Line(at, who, agent["retracted"])
        case Reopening():
            return Line(at, who, agent["reopening"])


def _search(search: Search, desk: Desk) -> Line:
    agent, symptom = desk.words["agent"], search.symptom
    text = agent["asked-erased"] if symptom is None else agent["asked"]
    text = text.replace("{symptom}", _cut(symptom or ""))
    return Line(moment(search.at), _who(search, desk), text, again=symptom or "")


def _cut(symptom: str) -> str:
    return symptom if len(symptom) <= SHOWN_CHARACTERS else f"{symptom[:SHOWN_CHARACTERS]}…"


def _note(outcome: Outcome, desk: Desk) -> str:
    complaint, note = told(outcome.note)
    why = desk.words["complaint"][complaint] if complaint else ""
    return " ".join(filter(None, (why, note)))


def _who(said: Entry | Search, desk: Desk) -> str:
    agent = desk.words["agent"]
    if said.actor == desk.actor:
        return agent["by-you"]
    kind, _, name = said.actor.partition(":")
    said_by = Source.ANONYMOUS if kind == "anonymous" else _source(said, desk.case.history)
    return agent[f"by-{said_by}"].replace("{name}", name[:_NAME_CHARACTERS])


def _source(said: Entry | Search, history: Sequence[Entry]) -> str:
    """Whose word it is: a :class:`Source`, or ``key`` where nothing tells whose key searched."""
    if isinstance(said, Outcome):
        return said.source
    if isinstance(said, Search) and (said.case or "").endswith(f"@{said.actor}"):
        return Source.CUSTOMER
    told = (each for each in history if isinstance(each, Outcome) and each.actor == said.actor)
    # Who changes a case without a word of their own in it is staff; who searches may be anybody.
    unknown = "key" if isinstance(said, Search) else Source.AGENT
    return next((each.source for each in told), unknown)
