"""The agent's page: a customer's words, five solutions, one key per verdict, the case."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from kb import domain, standing
from kb.cases import CaseId, Correction, Outcome, OutcomeId, Report, SearchId
from kb.domain import Language, Principal, Scope, SolutionId, visibility
from kb.errors import CasebookUnavailable
from kb.knowledge_base import KnowledgeBase
from search_api import renamed
from search_api.casework import casework, of_search, outcome
from search_api.csrf import Genuine
from search_api.deps import Caller, Kb, Pages, limited, needs
from search_api.presses import tried, tried_again
from search_api.readable import readable
from search_api.schemas.forms import (
    AgentPlace,
    AgentSearchForm,
    CorrectionForm,
    RetractionForm,
    VerdictForm,
)
from search_api.views import agent as views
from search_api.views.agent import AgentPage
from search_api.views.desk import Desk
from search_api.views.history import lines
from search_api.ways import Way

router = APIRouter(prefix="/agent", include_in_schema=False, dependencies=[needs(Scope.AGENT)])


@router.api_route("", methods=["GET", "HEAD"])
def agent_page(
    kb: Kb, caller: Caller, pages: Pages, at: Annotated[AgentPlace, Query()]
) -> Response:
    """What was found for a search, and the history of a case; with neither, the empty field."""
    return _answer(pages, _page(kb, caller, pages, at), at)


@router.post("", dependencies=[limited("searches"), Genuine])
def search(
    kb: Kb, caller: Caller, pages: Pages, form: Annotated[AgentSearchForm, Form()]
) -> Response:
    """Search for what a customer said, which never stands in an address; or look a case up."""
    lacking = views.lacking(form, pages.words)
    if lacking:
        response = _answer(pages, lacking, AgentPlace())
        response.status_code = 422
        return response
    at = AgentPlace(case=form.case)
    if form.symptom:
        query = domain.Query(form.symptom, lang=pages.reader.lang)
        found = kb.search(query, caller, case=CaseId(form.case) if form.case else None)
        if found.search is None:
            raise CasebookUnavailable("the casebook did not take the search: see its log")
        at = AgentPlace(s=found.search, case=form.case)
    return RedirectResponse(_address(at), 303)


@router.post("/outcomes", dependencies=[Genuine])
def record(kb: Kb, caller: Caller, form: Annotated[VerdictForm, Form()]) -> Response:
    """Record what trying a solution did, or correct what this agent recorded before."""
    search = SearchId(form.s) if form.s else None
    said = renamed.said(kb, search, caller) if search else {}
    solution, note = SolutionId(form.solution), form.note or None
    verdict, order = form.verdict.verdict, tried(form.verdict, solution, said)
    if solution in said:
        kept = kb.correct(said[solution].id, Correction(verdict, order, note), caller)
    else:
        case = CaseId(form.case) if form.case else None
        report = Report(solution, verdict, search=search, case=case, tried=order, note=note)
        kept = kb.report(report, caller)
    return _back(form, case=kept.case, anchor=f"solution-{form.number}")


@router.post("/corrections", dependencies=[Genuine])
def correct(kb: Kb, caller: Caller, form: Annotated[CorrectionForm, Form()]) -> Response:
    """Let another verdict stand for one in the history."""
    history = kb.casebook.history(CaseId(form.case), caller)
    wrong = outcome(history, OutcomeId(form.outcome))
    order = tried_again(form.verdict, wrong, history)
    kb.correct(wrong.id, Correction(form.verdict.verdict, order), caller)
    return _back(form, case=form.case, anchor="history")


@router.post("/retractions", dependencies=[Genuine])
def retract(kb: Kb, caller: Caller, form: Annotated[RetractionForm, Form()]) -> Response:
    """Take back an outcome in the history."""
    kb.casebook.retract(OutcomeId(form.outcome), caller, at=datetime.now(UTC))
    return _back(form, case=form.case, anchor="history")


@router.post("/reopenings", dependencies=[Genuine])
def reopen(kb: Kb, caller: Caller, form: Annotated[AgentPlace, Form()]) -> Response:
    """Say that the problem of a case came back."""
    kb.casebook.reopen(CaseId(form.case), caller, at=datetime.now(UTC))
    return _back(form, case=form.case, anchor="history")


def _answer(pages: Pages, page: AgentPage, at: AgentPlace) -> Response:
    switch = {lang: _address(at, lang=lang) for lang in Language}
    response = pages.response("agent.html", page, switch)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(kb: KnowledgeBase, caller: Principal, pages: Pages, at: AgentPlace) -> AgentPage:
    search = kb.casebook.search(SearchId(at.s)) if at.s else None
    number = at.case or (of_search(kb, search, caller) if search else "")
    way, lang = Way(at.s, desk=True), pages.reader.lang
    case = casework(kb, number, caller)
    desk = Desk(caller.actor, lang, pages.words, visibility(caller), case, way)
    found = kb.shown_again(search, caller, lang) if search else ()
    suggestions = tuple(
        views.suggestion(each, kb.article(each.article, caller), desk) for each in found
    )
    return AgentPage(
        title=views.title(desk, len(found) if search else None),
        symptom=(search.symptom if search else None) or "",
        case=case.number,
        search=at.s,
        suggestions=suggestions if search else None,
        gone=renamed.gone(kb, search, found, caller) if search else 0,
        history=lines(desk, _titles(kb, caller, desk)),
        told=bool(case.history),
        choices=views.choices(desk, at.s),
        standing=standing.state(case.history),
    )


def _titles(kb: KnowledgeBase, caller: Principal, desk: Desk) -> dict[SolutionId, str]:
    """The titles of the solutions in a history; a withdrawn one is called by its id."""
    tried = {each.solution for each in desk.case.history if isinstance(each, Outcome)}
    articles = {each: readable(kb, each, caller, desk.lang) for each in tried}
    return {id_: article.title if article else id_ for id_, article in articles.items()}


def _back(at: AgentPlace, *, case: str, anchor: str) -> Response:
    return RedirectResponse(f"{_address(AgentPlace(s=at.s, case=case))}#{anchor}", 303)


def _address(at: AgentPlace, **more: str) -> str:
    fields = {"s": at.s, "case": at.case, **more}
    query = urlencode({name: value for name, value in fields.items() if value})
    return f"/agent?{query}" if query else "/agent"
