"""What a search of the real core leaves in the casebook, and what the core needs to open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingest.folder import ingest
from kb import indexing, markdown
from kb.casebook.database import Database
from kb.cases import CaseId, Report, Search, Verdict
from kb.chunking import resolution_hash
from kb.domain import (
    Audience,
    Environment,
    Language,
    Principal,
    Query,
    ReasonKind,
    Scope,
    Solution,
    SolutionId,
)
from kb.errors import BadQuery, CasebookUnavailable, UnknownCase, UnknownSolution
from kb.knowledge_base import KnowledgeBase
from kb.search import SYMPTOM_CHARACTERS, Searcher
from kb.serving import Serving
from kb.settings import Settings
from kb.wiring import Parts, open_database, open_kb
from tests.parts import parts as parts_in

VISITOR = Principal("anonymous:1", frozenset({Scope.SEARCH}))
SHOP = Principal("key:2", frozenset({Scope.SEARCH}))
SCREEN, CASE = SolutionId("screen"), CaseId("CRM-77")
AGENT = Principal("key:1", frozenset({Scope.SEARCH, Scope.AGENT}))
TEXTS = {
    "zh/screen.md": "# 屏幕全黑\n\n## 解决方法\n\n1. 先充电一小时。\n",
    "en/screen.md": "# The screen stays black\n\n## Resolution\n\n1. Charge it for an hour.\n",
    "zh/ledger.md": "---\naudience: internal\n---\n# 台账\n\n调拨单号。\n\n先问客户，之后登记。\n",
}


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles and their index, to be copied: to make it takes most of a test's time."""
    folder = tmp_path_factory.mktemp("indexed")
    for path, text in TEXTS.items():
        (folder / "articles" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "articles" / path).write_text(text, "utf-8")
    ingest(parts_in(folder / "state"), folder / "articles")
    return folder


@pytest.fixture
def parts(indexed: Path, tmp_path: Path) -> Parts:
    shutil.copytree(indexed, tmp_path, dirs_exist_ok=True)
    return parts_in(tmp_path / "state")


@pytest.fixture
def kb(parts: Parts, tmp_path: Path) -> Iterator[KnowledgeBase]:
    serving = Serving(parts.store, lambda name: indexing.schema_of(name) == parts.schema)
    serving.refresh()
    searcher = Searcher(parts.encoder, parts.lexicon, parts.vocabulary)
    with closing(serving), closing(Database(f"sqlite:///{tmp_path}/casebook.sqlite")) as database:
        yield KnowledgeBase(serving, searcher, parts.encoder.fingerprint, database)


@pytest.mark.parametrize(("symptom", "lang"), [("屏幕全黑了", "zh"), ("the screen is black", "en")])
def test_a_search_is_recorded_with_the_resolution_that_it_showed(
    kb: KnowledgeBase, symptom: str, lang: str
) -> None:
    found = kb.search(Query(symptom), VISITOR)

    assert found.search
    kept = kb.casebook.search(found.search)
    path = f"{lang}/screen.md"
    told = resolution_hash(markdown.article(TEXTS[path], path=path))
    assert (kept.shown[0].solution, kept.shown[0].resolution) == ("screen", told)
    assert (kept.symptom, kept.generation) == (symptom, found.answer.generation)
    assert kept.shown[0].score == found.answer.solutions[0].score


def test_codes_that_were_stated_beside_a_symptom_are_searched_for_and_kept_with_it(
    kb: KnowledgeBase,
) -> None:
    beside = Query("屏幕全黑", error_codes=("80004005", "0xE8000015"))
    alone = Query("", error_codes=("80004005",))

    found = kb.search(beside, VISITOR)

    assert kb.trace(beside, VISITOR).reading.error_codes == ("80004005", "0xe8000015")
    assert kb.trace(alone, VISITOR).reading.codes_alone
    assert found.search
    assert kb.casebook.search(found.search).symptom == "屏幕全黑\n80004005\n0xE8000015"


@pytest.mark.parametrize(
    ("symptom", "principal", "matched"),
    [
        ("屏幕不亮", VISITOR, True),
        ("black screens", VISITOR, True),
        ("钢琴走音", VISITOR, False),
        ("piano out of tune", VISITOR, False),
        ("调拨单号", VISITOR, False),
        ("调拨单号", AGENT, True),
        ("客户说钢琴走音", AGENT, False),
        ("之后钢琴走音怎么办", AGENT, False),
        ("my customer says a piano is still out of tune", AGENT, False),
    ],
)
def test_a_search_tells_whether_its_words_led_anywhere(
    kb: KnowledgeBase, symptom: str, principal: Principal, *, matched: bool
) -> None:
    found = kb.search(Query(symptom), principal)

    assert found.search
    assert kb.casebook.search(found.search).matched is found.answer.matched is matched


@pytest.mark.parametrize("product", ["zhang.san@qq.com 13800138000", "warp drive"])
def test_an_environment_holds_no_free_text(kb: KnowledgeBase, product: str) -> None:
    report = Report(SCREEN, Verdict.SOLVED, case=CASE, environment=Environment((product,)))

    with pytest.raises(BadQuery, match="unknown product"):
        kb.report(report, AGENT)

    with pytest.raises(UnknownCase):
        kb.casebook.history(CASE, AGENT)


@pytest.mark.parametrize("word", ["phone", "手机"])
def test_an_environment_is_kept_by_its_keys(kb: KnowledgeBase, word: str) -> None:
    report = Report(SCREEN, Verdict.SOLVED, case=CASE, environment=Environment((word,)))

    assert kb.report(report, AGENT).environment == Environment(("phone",))


@pytest.mark.parametrize("lang", list(Language))
def test_a_report_of_what_its_search_did_not_show_has_the_resolution_of_now(
    kb: KnowledgeBase, lang: Language
) -> None:
    found = kb.search(Query("调拨单号", lang=lang, limit=1), AGENT)
    assert [each.id for each in found.answer.solutions] == ["ledger"]

    said = kb.report(Report(SCREEN, Verdict.SOLVED, search=found.search), AGENT)

    path = f"{lang}/screen.md"
    assert said.resolution == resolution_hash(markdown.article(TEXTS[path], path=path))


def test_a_report_without_a_search_has_the_chinese_resolution(kb: KnowledgeBase) -> None:
    said = kb.report(Report(SCREEN, Verdict.SOLVED, case=CASE), AGENT)

    path = "zh/screen.md"
    assert said.resolution == resolution_hash(markdown.article(TEXTS[path], path=path))


def test_a_report_said_again_is_answered_alike_after_its_article_is_gone(
    kb: KnowledgeBase, parts: Parts, tmp_path: Path
) -> None:
    report = Report(SCREEN, Verdict.SOLVED, case=CASE)
    first = kb.report(report, AGENT, key="k")
    for path in ("zh/screen.md", "en/screen.md"):
        (tmp_path / "articles" / path).unlink()
    ingest(parts, tmp_path / "articles")
    kb._serving.refresh()

    assert kb.report(report, AGENT, key="k") == first
    with pytest.raises(UnknownSolution):
        kb.report(report, AGENT, key="another")


def test_a_search_is_made_for_the_searchers_own_case(kb: KnowledgeBase) -> None:
    found = kb.search(Query("屏幕全黑"), SHOP, case=CASE)
    assert found.search

    said = kb.report(Report(SCREEN, Verdict.SOLVED, search=found.search), AGENT)

    assert kb.casebook.history(CASE, SHOP) == [replace(said, case=CASE)]


def test_a_traced_search_leaves_nothing(kb: KnowledgeBase) -> None:
    told: list[object] = []
    kb.on_search = told.append

    kb.trace(Query("屏幕全黑"), VISITOR)
    assert told == []

    kb.search(Query("屏幕全黑"), VISITOR)
    assert [set(each) for each in told if isinstance(each, dict)] == [
        {"read", "encode", "look up", "fuse", "show", "record"}
    ]


BOTH = Query("屏幕全黑，调拨单号", lang=Language.ZH)


def found_both(kb: KnowledgeBase) -> tuple[Search, tuple[Solution, ...]]:
    """A search of an agent that showed everything, and what it showed."""
    found = kb.search(BOTH, AGENT)
    assert found.search
    assert {each.id for each in found.answer.solutions} == {"screen", "ledger"}
    return kb.casebook.search(found.search), found.answer.solutions


def test_what_was_shown_is_shown_again_as_it_was(kb: KnowledgeBase) -> None:
    search, shown = found_both(kb)

    assert kb.shown_again(search, AGENT, Language.ZH) == shown


def test_what_was_shown_keeps_its_order_whatever_ranks_first_now(kb: KnowledgeBase) -> None:
    search, shown = found_both(kb)
    other = replace(search, shown=search.shown[::-1])

    assert kb.shown_again(other, AGENT, Language.ZH) == shown[::-1]


def test_what_was_shown_is_shown_again_to_who_may_see_it_now(kb: KnowledgeBase) -> None:
    search, _ = found_both(kb)

    again = kb.shown_again(search, VISITOR, Language.ZH)

    assert [each.id for each in again] == ["screen"]


@pytest.mark.parametrize(
    ("symptom", "lang", "articles"),
    [
        (None, Language.ZH, {"zh/screen", "zh/ledger"}),
        (None, Language.EN, {"en/screen", "zh/ledger"}),
        ("屏幕全黑", Language.EN, {"en/screen", "zh/ledger"}),
        ("屏幕" * SYMPTOM_CHARACTERS, Language.ZH, {"zh/screen", "zh/ledger"}),
    ],
    ids=["erased", "erased in english", "found by another word", "longer once scrubbed"],
)
def test_what_was_shown_is_shown_again_whatever_became_of_the_symptom(
    kb: KnowledgeBase, symptom: str | None, lang: Language, articles: set[str]
) -> None:
    search, _ = found_both(kb)

    again = kb.shown_again(replace(search, symptom=symptom), AGENT, lang)

    assert {each.article for each in again} == articles
    assert [each.score for each in again] == [each.score for each in search.shown]
    words = {each.id for each in again if any(r.kind is ReasonKind.WORDS for r in each.reasons)}
    assert words == ({"screen"} if symptom and lang is Language.ZH else set())


def test_what_was_shown_for_a_product_that_nobody_knows_now_is_shown_again(
    kb: KnowledgeBase,
) -> None:
    search, shown = found_both(kb)
    gone = replace(search, environment=Environment(products=("fax",)))

    assert kb.shown_again(gone, AGENT, Language.ZH) == shown


@pytest.mark.parametrize("lang", list(Language))
def test_a_renamed_solution_is_shown_again_under_its_name_of_now(
    kb: KnowledgeBase, parts: Parts, tmp_path: Path, lang: Language
) -> None:
    found = kb.search(Query("屏幕全黑", lang=lang), AGENT)
    assert found.search
    shown = kb.casebook.search(found.search)
    for path in ("zh/screen.md", "en/screen.md"):
        old, text = tmp_path / "articles" / path, f"---\naliases: [screen]\n---\n{TEXTS[path]}"
        old.with_name("display.md").write_text(text, "utf-8")
        old.unlink()
    ingest(parts, tmp_path / "articles")
    kb._serving.refresh()

    again = kb.shown_again(shown, AGENT, lang)

    assert (again[0].article, again[0].score) == (f"{lang}/display", shown.shown[0].score)
    assert len(again) == len(shown.shown)
    names = map(SolutionId, ("screen", "ledger", "nobody"))
    assert kb.renames(names, AGENT) == {"screen": "display"}
    assert kb.renames([], AGENT) == {}


@pytest.mark.parametrize(
    ("lang", "texts"),
    [
        (Language.ZH, ("机身发热", "客户要求拆机时转维修")),
        (Language.EN, ("It gets warm", "If the customer asks, send it in")),
    ],
)
def test_an_excerpt_tells_whether_it_is_for_staff_alone(
    kb: KnowledgeBase, parts: Parts, tmp_path: Path, lang: Language, texts: tuple[str, str]
) -> None:
    title, note = texts
    text = f"# {title}\n\n1. x\n\n::: internal\n{note}\n:::\n"
    (tmp_path / "articles" / lang / "warm.md").write_text(text, "utf-8")
    ingest(parts, tmp_path / "articles")
    kb._serving.refresh()

    def audiences(text: str) -> dict[str, Audience]:
        found = kb.trace(Query(text, lang=lang), AGENT).answer.solutions
        return {each.id: each.excerpt.audience for each in found}

    assert audiences(note)["warm"] is Audience.INTERNAL
    assert audiences(title)["warm"] is Audience.PUBLIC
    assert audiences("台账")["ledger"] is Audience.INTERNAL


def test_a_service_does_not_begin_without_its_casebook(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    url = SecretStr(f"sqlite:///{tmp_path}/file/casebook.sqlite")

    with pytest.raises(CasebookUnavailable), open_kb(Settings(state=tmp_path, casebook_url=url)):
        pytest.fail("it opened")


def test_the_casebook_is_a_file_in_the_state_folder_unless_another_is_named(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    named = SecretStr(f"sqlite:///{tmp_path}/elsewhere/mine.sqlite")
    for settings in (Settings(state=tmp_path), Settings(state=tmp_path, casebook_url=named)):
        open_database(settings).close()

    assert (tmp_path / "casebook.sqlite").exists()
    assert (tmp_path / "elsewhere/mine.sqlite").exists()
