"""What the agent's page shows."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from kb.cases import CaseState
from kb.domain import Article, Audience, Confidence, Solution, SolutionId
from kb.search import SYMPTOM_CHARACTERS
from kb.standing import current
from search_api import links
from search_api.presses import Press, pressed
from search_api.schemas.case_numbers import fits
from search_api.schemas.forms import NOTE_CHARACTERS, AgentSearchForm
from search_api.views import markup
from search_api.views.cards import Card, card
from search_api.views.desk import Desk
from search_api.views.history import Line
from search_api.wording import Words

_PUBLISHED = {Confidence.VALIDATED, Confidence.NOT_VALIDATED}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A solution to try, with its whole article."""

    solution: SolutionId
    card: Card
    html: Markup
    public: str
    """Address that a customer can open; empty for what only staff may read."""
    press: str
    """The button that says what counts of it in this case; empty before anything was said."""
    verdict: str
    """The same in the reader's words."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several cases that have the same number."""

    number: str
    url: str


@dataclass(frozen=True, slots=True)
class AgentPage:
    """The field for a customer's words, what was found for them, and the case."""

    title: str
    """Tells what the page shows, and of which case."""
    symptom: str = ""
    case: str = ""
    search: str = ""
    flaw: str = ""
    """What keeps the symptom from being looked up, in the reader's words."""
    case_flaw: str = ""
    """What is wrong with the case number, likewise."""
    suggestions: tuple[Suggestion, ...] | None = None
    """As they were shown for the search; ``None`` = nothing was asked yet."""
    gone: int = 0
    """So many more were shown and cannot be seen any more."""
    history: tuple[Line, ...] = ()
    told: bool = False
    """Whether anybody has said what a solution did in the case."""
    choices: tuple[Choice, ...] = ()
    """The cases that the number may mean, if there are several."""
    standing: CaseState = CaseState.OPEN
    presses: tuple[Press, ...] = tuple(Press)
    longest: int = SYMPTOM_CHARACTERS
    longest_note: int = NOTE_CHARACTERS

    @property
    def solved(self) -> bool:
        """Whether the case is, so that it can be reopened."""
        return self.standing is CaseState.SOLVED


def lacking(form: AgentSearchForm, words: Words) -> AgentPage | None:
    """The page that asks for what a form lacks, and keeps what it holds; ``None`` for a good one.

    It must hold a symptom or a case number.
    """
    agent, flaw = words["agent"], ""
    if len(form.symptom) > SYMPTOM_CHARACTERS:
        flaw = words["search"]["too-long"]
    elif not (form.symptom or form.case):
        flaw = agent["missing"]
    case_flaw = "" if not form.case or fits(form.case) else agent["bad-case"]
    if not (flaw or case_flaw):
        return None
    title = f"{agent['flaw-title']} · {agent['title']}"
    return AgentPage(title, form.symptom, form.case, flaw=flaw, case_flaw=case_flaw)


def title(desk: Desk, found: int | None) -> str:
    """What a page shows, of which case; ``found`` so many solutions, ``None`` = nothing asked."""
    agent, number = desk.words["agent"], desk.case.number
    answer = "" if found is None else agent["found" if found else "empty-title"]
    case = agent["in-case"].replace("{case}", number) if number else ""
    return " · ".join(filter(None, (answer, case, agent["title"])))


def suggestion(solution: Solution, article: Article, desk: Desk) -> Suggestion:
    """A solution and its article as an agent sees them."""
    public = article.audience is Audience.PUBLIC and article.confidence in _PUBLISHED
    address, internal = links.page(article.id), desk.words["staff"]["internal-note"]
    body = markup.shown(article, desk.visible)
    body = markup.marked(body, internal, lang=desk.words["site"]["lang"])
    body = markup.leading_on(body, address, desk.way.query)
    outcome = current(desk.case.history).get(solution.id)
    press = pressed(outcome) if outcome else None
    return Suggestion(
        solution=solution.id,
        card=card(solution, desk.lang, desk.words, query=desk.way.query),
        html=markup.embedded(body, address),
        public=address if public else "",
        press=press or "",
        verdict=desk.words["verdict"][press] if press else "",
    )


def choices(desk: Desk, search: str) -> tuple[Choice, ...]:
    """The cases that the number may mean, each with its address."""
    place = {"s": search} if search else {}
    return tuple(
        Choice(each, f"/agent?{urlencode({**place, 'case': each})}") for each in desk.case.choices
    )
