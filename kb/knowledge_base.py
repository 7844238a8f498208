"""What the faces talk to: the open index, the parts to search it, and the casebook."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from time import perf_counter
from uuid import uuid4

from kb import markdown
from kb.casebook import Casebook
from kb.casebook.database import Database
from kb.cases import CaseId, Correction, Entry, Outcome, OutcomeId, Report, Search, SearchId
from kb.chunking import resolution_hash
from kb.domain import (
    Answer,
    Article,
    ArticleId,
    Language,
    Principal,
    Query,
    Solution,
    SolutionId,
    Visibility,
    article_id,
    language_of,
    solution_of,
    visibility,
)
from kb.environments import recognised
from kb.errors import CasebookUnavailable, UnknownArticle, UnknownSolution
from kb.recording import codes, recorded, storable
from kb.scrubbing import scrubbed
from kb.search import Searcher, Trace
from kb.serving import Serving
from kb.standing import about
from kb.symptoms import read

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, and the name under which it is recorded."""

    search: SearchId | None
    """``None`` when the casebook did not take it."""
    answer: Answer


@dataclass(frozen=True, slots=True)
class Status:
    """What is being served."""

    generation: str
    articles: int
    chunks: int
    encoder: str
    """Fingerprint."""


class KnowledgeBase:
    """An open index, the parts to search it and the casebook; safe to use from several threads."""

    def __init__(
        self, serving: Serving, searcher: Searcher, encoder: str, database: Database
    ) -> None:
        """Search what is served, record in the database; ``encoder`` is a fingerprint."""
        self._serving, self._searcher, self._encoder = serving, searcher, encoder
        self.database, self.casebook = database, Casebook(database)
        self.vocabulary = searcher.vocabulary
        self.unrecorded = 0
        """Searches that the casebook did not take."""
        self.on_search: Callable[[Mapping[str, float]], None] = lambda _: None
        """Is told of each search how long its stages took, in milliseconds by stage."""
        self._counting = Lock()

    def search(self, query: Query, principal: Principal, *, case: CaseId | None = None) -> Found:
        """The solutions most likely to resolve a symptom that the principal may see, recorded.

        A casebook that fails costs nobody the answer.
        """
        trace = self.trace(query, principal)
        began = perf_counter()
        search = self._recorded(trace, principal, case)
        self.on_search({**trace.milliseconds, "record": (perf_counter() - began) * 1000})
        return Found(search, trace.answer)

    def trace(self, query: Query, principal: Principal) -> Trace:
        """The same search with every stage kept; it is not recorded."""
        with self._serving.reading() as generation:
            return self._searcher.trace(generation, query, visibility(principal))

    def shown_again(
        self, search: Search, principal: Principal, lang: Language
    ) -> tuple[Solution, ...]:
        """What a search showed, in its order, as a reader of ``lang`` may see it now.

        What the principal cannot see now is left out; what speaks for the others is found anew.
        """
        with self._serving.reading() as generation:
            return self._searcher.again(generation, search, visibility(principal), lang=lang)

    def report(self, report: Report, principal: Principal, *, key: str | None = None) -> Outcome:
        """Keep what trying a solution did, without personal numbers; durable once it returns.

        Raises :class:`UnknownSolution` for one that the search did not show and that the principal
        cannot see now, :class:`kb.errors.BadQuery` for an unknown environment, and what
        :meth:`kb.casebook.Casebook.report` raises.
        """
        clean = replace(
            report,
            note=self._clean(report.note),
            symptom=self._clean(report.symptom),
            environment=recognised(report.environment, self.vocabulary),
        )
        at = _now()
        kept = self.casebook.reported(clean, principal, at=at, key=key) if key else None
        if kept is not None:
            return kept
        resolution = self._resolution(clean, principal)
        return self.casebook.report(clean, principal, at=at, key=key, resolution=resolution)

    def correct(
        self,
        outcome: OutcomeId,
        correction: Correction,
        principal: Principal,
        *,
        key: str | None = None,
    ) -> Outcome:
        """Keep another word instead of an outcome's; as :meth:`report`."""
        clean = replace(correction, note=self._clean(correction.note))
        return self.casebook.correct(outcome, clean, principal, at=_now(), key=key)

    def article(self, article: ArticleId, principal: Principal) -> Article:
        """An article as the principal may read it, by its id or an alias.

        Raises :class:`UnknownArticle` alike for what does not exist and what may not be seen.
        """
        visible = visibility(principal)
        with self._serving.reading() as generation:
            found = generation.source(article, visible)
            renamed = None if found else generation.renamed(article, visible)
            found = generation.source(renamed, visible) if renamed else found
            if found is None:
                raise UnknownArticle(article)
            path, source = found
            read = markdown.article(source, path=path)
            related = [article_id(lang, each) for each in read.related for lang in Language]
            seen = {solution_of(id_) for id_ in generation.records(related, visible)}
        return replace(_seen(read, visible), related=tuple(r for r in read.related if r in seen))

    def languages(self, solution: SolutionId, principal: Principal) -> list[Language]:
        """The languages in which the principal may read a solution."""
        ids = [article_id(lang, solution) for lang in Language]
        with self._serving.reading() as generation:
            records = generation.records(ids, visibility(principal))
        return [language_of(id_) for id_ in ids if id_ in records]

    def renames(
        self, solutions: Iterable[SolutionId], principal: Principal
    ) -> dict[SolutionId, SolutionId]:
        """Today's name of each of those solutions that has another one now.

        What still has its name, or the principal may not see, is left out.
        """
        with self._serving.reading() as generation:
            return generation.renames(solutions, visibility(principal))

    def readable(self, history: Sequence[Entry], principal: Principal) -> list[Entry]:
        """What the principal may read of a case's history: all of it, if it is staff.

        Others read nothing of a solution that they cannot see now and never reported on: that
        there is one may be internal.
        """
        if principal.staff:
            return list(history)
        said = [each for each in history if isinstance(each, Outcome)]
        own = {each.solution for each in said if each.actor == principal.actor}
        others = {each.solution for each in said} - own
        seen = {each for each in others if self.languages(each, principal)}
        return about(history, own | seen)

    def status(self) -> Status:
        """What is served; raises :class:`kb.errors.IndexUnavailable` when nothing is."""
        with self._serving.reading() as generation:
            return Status(
                generation=generation.name,
                articles=generation.articles(),
                chunks=generation.statistics.chunks,
                encoder=self._encoder,
            )

    def _recorded(self, trace: Trace, principal: Principal, case: CaseId | None) -> SearchId | None:
        id_ = SearchId(str(uuid4()))
        try:
            meant = self.casebook.meant(case, principal) if case else None
            self.casebook.record(recorded(trace, principal, id_=id_, at=_now(), case=meant))
        except CasebookUnavailable as error:
            with self._counting:
                self.unrecorded += 1
            logger.warning("a search is not recorded: %s", error)
            return None
        return id_

    def _resolution(self, report: Report, principal: Principal) -> str:
        """Hash of what the search showed, else of what the principal can read now."""
        search = self.casebook.search(report.search) if report.search else None
        for each in search.shown if search else ():
            if each.solution == report.solution:
                return each.resolution
        readable = self.languages(report.solution, principal)
        if not readable:
            raise UnknownSolution(report.solution)
        lang = search.lang if search and search.lang in readable else readable[0]
        return resolution_hash(self.article(article_id(lang, report.solution), principal))

    def _clean(self, text: str | None) -> str | None:
        if text is None:
            return None
        text = storable(text)
        return scrubbed(text, codes=codes(read(text, self.vocabulary)))


def _now() -> datetime:
    return datetime.now(UTC)


def _seen(article: Article, visible: Visibility) -> Article:
    """The article without the parts, and the headings of parts, that may not be seen."""
    sections = (
        replace(
            section,
            blocks=tuple(each for each in section.blocks if each.audience in visible.audiences),
        )
        for section in article.sections
    )
    return replace(
        article,
        body=markdown.visible(article.body, visible.audiences),
        sections=tuple(section for section in sections if section.blocks),
    )
