"""What the agent's page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kb.cases import (
    Entry,
    Outcome,
    OutcomeId,
    Reopening,
    Retraction,
    Source,
    Verdict,
)
from kb.domain import Article, Audience, Confidence, Language, Solution, SolutionId, Visibility
from kb.search import SYMPTOM_CHARACTERS
from kb.standing import current, taken_back
from search_api import links
from search_api.complaints import told
from search_api.schemas.forms import NOTE_CHARACTERS
from search_api.views import markup
from search_api.views.cards import Card, card
from search_api.wording import Words

_NAME_CHARACTERS = 6
"""Of a pseudonym: enough to tell people of one case apart."""
_PUBLISHED = {Confidence.VALIDATED, Confidence.NOT_VALIDATED}


KEYS: Mapping[Verdict, str] = {
    Verdict.SOLVED: "s",
    Verdict.PARTLY: "p",
    Verdict.NOT_SOLVED: "n",
    Verdict.WRONG: "w",
}
"""The key that records each verdict."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A solution to try, with its whole article."""

    solution: SolutionId
    card: Card
    html: Markup
    public: str
    """Address that a customer can open; empty for what only staff may read."""
    verdict: str
    """What counts of it in this case, in the reader's words; empty before anything was said."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a case's history."""

    at: str
    """UTC, ``2026-11-22 14:05``."""
    who: str
    text: str
    note: str
    mark: str
    """What became of it, in the reader's words; empty while it stands."""
    outcome: str
    """Id, where it can be corrected or taken back."""


@dataclass(frozen=True, slots=True)
class AgentPage:
    """The field for a customer's words, what was found for them, and the case."""

    symptom: str = ""
    case: str = ""
    search: str = ""
    suggestions: tuple[Suggestion, ...] | None = None
    """As they were shown for the search; ``None`` = nothing was asked yet."""
    gone: int = 0
    """So many more were shown and cannot be seen any more."""
    history: tuple[Line, ...] = ()
    state: str = ""
    """Of the case, in the reader's words."""
    settled: bool = False
    """Whether the case counts as solved, so that it could be reopened."""
    keys: tuple[tuple[Verdict, str], ...] = tuple(KEYS.items())
    longest: int = SYMPTOM_CHARACTERS
    longest_note: int = NOTE_CHARACTERS


@dataclass(frozen=True, slots=True)
class Desk:
    """Who reads the page, how, and what was said of the case so far."""

    actor: str
    lang: Language
    words: Words
    visible: Visibility
    history: Sequence[Entry]


def suggestion(solution: Solution, article: Article, desk: Desk) -> Suggestion:
    """A solution and its article as an agent sees them."""
    public = article.audience is Audience.PUBLIC and article.confidence in _PUBLISHED
    body = markup.marked(markup.shown(article, desk.visible), desk.words["staff"]["internal-note"])
    verdict = current(desk.history).get(solution.id)
    return Suggestion(
        solution=solution.id,
        card=card(solution, desk.lang, desk.words),
        html=markup.embedded(body, links.page(article.id)),
        public=links.page(article.id) if public else "",
        verdict=desk.words["verdict"][verdict.verdict] if verdict else "",
    )


def lines(desk: Desk, titles: Mapping[SolutionId, str]) -> tuple[Line, ...]:
    """The history, oldest first."""
    gone = taken_back(desk.history)
    said = [each for each in desk.history if isinstance(each, Outcome)]
    corrected = {each.corrects for each in said if each.id not in gone}
    agent = desk.words["agent"]
    marks = dict.fromkeys(filter(None, corrected), agent["was-corrected"])
    marks |= dict.fromkeys(gone, agent["was-retracted"])
    return tuple(_line(each, desk, titles, marks) for each in desk.history)


def _line(
    entry: Entry, desk: Desk, titles: Mapping[SolutionId, str], marks: Mapping[OutcomeId, str]
) -> Line:
    at, who = f"{entry.at:%Y-%m-%d %H:%M}", _who(entry, desk)
    match entry:
        case Outcome():
            complaint, note = told(entry.note)
            why = desk.words["complaint"][complaint] if complaint else ""
            text = desk.words["agent"]["line"].replace("{title}", titles[entry.solution])
            text = text.replace("{verdict}", desk.words["verdict"][entry.verdict])
            mark = marks.get(entry.id, "")
            return Line(at, who, text, " ".join(filter(None, (why, note))), mark, entry.id)
        case Retraction():
            return Line(at, who, desk.words["agent"]["retracted"], "", "", "")
        case Reopening():
            return Line(at, who, desk.words["agent"]["reopening"], "", "", "")


def _who(entry: Entry, desk: Desk) -> str:
    agent = desk.words["agent"]
    if entry.actor == desk.actor:
        return agent["by-you"]
    kind, _, name = entry.actor.partition(":")
    source = entry.source if isinstance(entry, Outcome) else Source.AGENT
    said_by = Source.ANONYMOUS if kind == "anonymous" else source
    return agent[f"by-{said_by}"].replace("{name}", name[:_NAME_CHARACTERS])
