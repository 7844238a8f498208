"""A knowledge base of a few articles in memory: fast, and hostile where files could not be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kb import markdown, symptoms
from kb.casebook.database import Database
from kb.cases import Search
from kb.domain import (
    Answer,
    Article,
    ArticleId,
    Audience,
    Confidence,
    Excerpt,
    Language,
    Principal,
    Query,
    Reason,
    ReasonKind,
    Solution,
    SolutionId,
    Span,
    article_id,
    solution_of,
    visibility,
)
from kb.errors import UnknownArticle
from kb.generation import Hits
from kb.knowledge_base import KnowledgeBase, Status
from kb.search import Searcher, Trace
from kb.serving import Serving
from kb.settings import Settings
from search_api.app import Opener
from tests.parts import parts as parts_in

SCRIPT = "<script>alert(1)</script>"


def an_article(lang: str, solution: str, title: str, body: str) -> Article:
    """A public article that nobody has validated yet."""
    language, name = Language(lang), SolutionId(solution)
    return Article(
        id=article_id(language, name),
        solution=name,
        lang=language,
        path=f"{lang}/{solution}.md",
        title=title,
        summary=f"{title}: ...",
        body=body,
        sections=(),
    )


BODY_ZH = """## 症状

更新到一半报错 4013。

## 解决方法

1. 换一根数据线。
2. 强制重启手机。
3. 再次更新。

::: internal
内部：查看工厂日志 SECRET-4711。
:::
"""
ARTICLES = (
    an_article("zh", "update-error-4013", "更新时提示错误 4013", BODY_ZH),
    an_article("en", "update-error-4013", "Error 4013 while updating", "## Cause\n\nThe cable.\n"),
    an_article("zh", "桌面/打印 机#1?", "打印机脱机", "## 解决方法\n\n1. 重新添加打印机。\n"),
    an_article("zh", "hostile", SCRIPT, f"{SCRIPT}\n\n[x](javascript:alert(1))\n"),
    replace(an_article("zh", "secret", "SECRET-4711", "4013"), audience=Audience.INTERNAL),
    replace(an_article("zh", "old", "旧文 4013", "旧文"), confidence=Confidence.ARCHIVED),
)


class Shelf(KnowledgeBase):
    """Answers with every visible article whose title or body holds the whole symptom.

    Its casebook is a real one.
    """

    def __init__(self, articles: tuple[Article, ...] = ARTICLES) -> None:
        self.articles = articles
        self.failure: Exception | None = None
        self.aliases = {"zh/err4013": article_id(Language.ZH, ARTICLES[0].solution)}
        self.asked: list[tuple[Query, Principal]] = []

    def open(self, database: Database) -> None:
        parts = parts_in(Path("unused"))
        searcher = Searcher(parts.encoder, parts.lexicon, parts.vocabulary)
        serving = Serving(parts.store, lambda _: False)
        super().__init__(serving, searcher, parts.encoder.fingerprint, database)

    def trace(self, query: Query, principal: Principal) -> Trace:
        self._fail()
        self.asked.append((query, principal))
        lang = query.lang or Language.ZH
        seen = [a for a in self.articles if _visible(a, principal)]
        found = [a for a in seen if query.symptom in f"{a.title} {a.body}"]
        read = {a.solution for a in found if a.lang is lang}
        best = [a for a in found if a.lang is lang or a.solution not in read][: query.limit]
        shown = tuple(_solution(a, query, lang) for a in best)
        answer = Answer(shown, lang, "g1", matched=bool(shown))
        reading = symptoms.read(query.symptom, self.vocabulary)
        return Trace(query, reading, {}, Hits((), ()), (), frozenset(), answer, {"read": 0.1})

    def shown_again(
        self, search: Search, principal: Principal, lang: Language
    ) -> tuple[Solution, ...]:
        self._fail()
        query = Query(search.symptom or "", lang=lang)
        own_first = sorted(self.articles, key=lambda article: article.lang is not lang)
        seen = {a.solution: a for a in reversed(own_first) if _visible(a, principal)}
        names = self.renames((each.solution for each in search.shown), principal)
        ids = (names.get(each.solution, each.solution) for each in search.shown)
        shown = (seen[each] for each in ids if each in seen)
        return tuple(_solution(article, query, lang) for article in shown)

    def article(self, article: ArticleId, principal: Principal) -> Article:
        self._fail()
        wanted = self.aliases.get(article, article)
        for found in self.articles:
            if found.id == wanted and _visible(found, principal):
                body = markdown.visible(found.body, visibility(principal).audiences)
                return replace(found, body=body)
        raise UnknownArticle(article)

    def languages(self, solution: SolutionId, principal: Principal) -> list[Language]:
        same = (a for a in self.articles if a.solution == solution)
        return [a.lang for a in same if _visible(a, principal)]

    def renames(
        self, solutions: Iterable[SolutionId], principal: Principal
    ) -> dict[SolutionId, SolutionId]:
        named = {solution_of(ArticleId(old)): new for old, new in self.aliases.items()}
        now = {each: named[each] for each in solutions if each in named}
        seen = {a.id for a in self.articles if _visible(a, principal)}
        return {old: solution_of(new) for old, new in now.items() if new in seen}

    def status(self) -> Status:
        self._fail()
        return Status("g1", len(self.articles), 12, "0123456789abcdef")

    def _fail(self) -> None:
        if self.failure:
            raise self.failure


def opener(shelf: Shelf) -> Opener:
    """Opens this shelf, whatever the settings say."""

    @contextmanager
    def opened(_: Settings) -> Iterator[KnowledgeBase]:
        with TemporaryDirectory() as folder:
            file = Path(folder, "casebook.sqlite")
            file.write_bytes(_empty_casebook())
            with closing(Database(f"sqlite:///{file}")) as database:
                shelf.open(database)
                yield shelf

    return opened


@cache
def _empty_casebook() -> bytes:
    """A casebook whose tables were made once for all tests."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "casebook.sqlite")
        Database(f"sqlite:///{file}").close()
        return file.read_bytes()


def _visible(article: Article, principal: Principal) -> bool:
    seen = visibility(principal)
    return article.audience in seen.audiences and article.confidence in seen.confidences


def _solution(article: Article, query: Query, lang: Language) -> Solution:
    text = article.title
    start = max(text.find(query.symptom), 0)
    marked = (Span(start, start + len(query.symptom)),) if query.symptom in text else ()
    foreign = () if article.lang is lang else (Reason(ReasonKind.OTHER_LANGUAGE),)
    return Solution(
        id=article.solution,
        article=article.id,
        lang=article.lang,
        title=article.title,
        summary=article.summary,
        confidence=article.confidence,
        audience=article.audience,
        resolution="0123456789abcdef",
        score=0.5,
        heading=(article.title, "解决方法"),
        anchor="step-1",
        excerpt=Excerpt(text, marked, article.audience),
        reasons=(Reason(ReasonKind.WORDS, (query.symptom,)), *foreign),
        hits=(),
    )
