"""The writer's page: what nobody found, what did not help, what to mend."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from kb import findings
from kb.cases import Verdict
from kb.domain import Language, Principal, Scope
from kb.errors import KbError
from kb.findings import Check
from kb.knowledge_base import KnowledgeBase
from search_api import links
from search_api.deps import Caller, Kb, Pages, StateFolder, needs
from search_api.readable import readable
from search_api.views import writer as views
from search_api.views.writer import Tally, WriterPage

LEAST: Final[Mapping[Language, float]] = {Language.EN: 0.7016}
"""Provisional: below this fused score, the best solution of an answer counts as none.

The 5th percentile over the development queries of a language (evaluation/reports/weakness.md, made
at commit fe1d77e by ``python -m evaluation.weakness BENCH tencent-faq-zh xquad-sent-zh-zh
xquad-sent-en-en ms-symptom-en ms-symptom-en-hard``, for the packaged encoder). Chinese has none:
its dense share is 0, so that the best score of every answer is 1 and tells nothing.
"""
DAYS = 30
"""Weak searches of so many days are shown."""
ROWS = 50
"""Of each table, at most."""
OBJECTIONS = 3
"""What so many people wrote last who called an article wrong is shown with it."""

logger = logging.getLogger(__name__)

router = APIRouter(prefix="/writer", include_in_schema=False, dependencies=[needs(Scope.WRITER)])


@router.api_route("", methods=["GET", "HEAD"])
def writer_page(kb: Kb, caller: Caller, pages: Pages, state: StateFolder) -> Response:
    """Weak searches, outcomes of articles, and the last check of the articles."""
    words, (check, unread) = pages.words, _last_check(state)
    since = datetime.now(UTC) - timedelta(days=DAYS)
    weak = kb.casebook.weak(since=since, least=LEAST, limit=ROWS)
    page = WriterPage(
        weak=tuple(views.weak(each, words) for each in weak),
        tallies=_tallies(kb, caller, pages),
        flaws=views.flaws(check, words),
        untranslated=views.untranslated(check, words),
        checked=views.checked(check, words),
        unread=unread,
        days=DAYS,
    )
    response = pages.response(
        "writer.html", page, {lang: f"/writer?lang={lang}" for lang in Language}
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _last_check(state: Path) -> tuple[Check | None, bool]:
    """The last check, and whether there is one that cannot be read: the page then says so."""
    try:
        return findings.last(state), False
    except KbError as error:
        logger.warning("%s", error)
        return None, True


def _tallies(kb: KnowledgeBase, caller: Principal, pages: Pages) -> tuple[Tally, ...]:
    lang, counted = pages.reader.lang, kb.casebook.counts()
    worst = views.worst(counted, ROWS)
    wrong = [id_ for id_, _ in worst if counted[id_].get(Verdict.WRONG)]
    objections = kb.casebook.objections(wrong, limit=OBJECTIONS)
    rows = [(id_, readable(kb, id_, caller, lang), counts) for id_, counts in worst]
    return tuple(
        Tally(
            solution=id_,
            title=found.title if found else id_,
            url=links.page(found.id) if found else "",
            counts=counts,
            objections=tuple(
                views.objection(each, pages.words) for each in objections.get(id_, ())
            ),
        )
        for id_, found, counts in rows
    )
