"""What a search leaves in the casebook."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kb import vocabulary
from kb.cases import CaseId, SearchId, Shown
from kb.domain import (
    Answer,
    ArticleId,
    Audience,
    Confidence,
    Environment,
    Excerpt,
    Language,
    Principal,
    Query,
    Scope,
    Solution,
    SolutionId,
)
from kb.generation import Hits
from kb.recording import codes, recorded, storable
from kb.search import Trace
from kb.symptoms import read
from kb.vocabulary import Vocabulary
from kb.wiring import VOCABULARY

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
VISITOR = Principal("anonymous:1", frozenset({Scope.SEARCH}))
SEARCH, CASE = SearchId("s-1"), CaseId("CRM-1")
SCREEN = Solution(
    id=SolutionId("screen-black"),
    article=ArticleId("zh/screen-black"),
    lang=Language.ZH,
    title="屏幕全黑",
    summary="",
    confidence=Confidence.VALIDATED,
    audience=Audience.PUBLIC,
    resolution="0123456789abcdef",
    score=0.75,
    heading=(),
    anchor="",
    excerpt=Excerpt("", ()),
    reasons=(),
    hits=(),
)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return vocabulary.load(VOCABULARY)


def trace(query: Query, words: Vocabulary, held: frozenset[str] = frozenset()) -> Trace:
    answer = Answer((SCREEN,), Language.ZH, "g1", matched=True)
    reading = read(query.text, words, query.error_codes)
    return Trace(query, reading, dict.fromkeys(held, 1.0), Hits((), ()), (), held, answer, {})


def kept(symptom: str, words: Vocabulary, *held: str) -> str | None:
    found = trace(Query(symptom), words, frozenset(held))
    return recorded(found, VISITOR, id_=SEARCH, at=NOON).symptom


def test_a_search_is_kept_with_all_that_it_showed(words: Vocabulary) -> None:
    stated = Environment(products=("phone",))

    search = recorded(
        trace(Query("屏幕全黑", stated), words), VISITOR, id_=SEARCH, at=NOON, case=CASE
    )

    assert (search.id, search.at, search.actor, search.case) == (SEARCH, NOON, "anonymous:1", CASE)
    assert (search.symptom, search.environment, search.lang) == ("屏幕全黑", stated, Language.ZH)
    assert (search.generation, search.fit, search.matched) == ("g1", "", True)
    assert search.shown == (Shown(SCREEN.id, Language.ZH, "0123456789abcdef", 0.75),)


@pytest.mark.parametrize(
    ("symptom", "personal"),
    [
        ("更新失败，请打 13812345678 给我", "13812345678"),
        ("屏幕全黑，联系 zhang.san@example.com", "zhang.san@example.com"),
        ("报错，请回电 +1 212-555-0123", "555-0123"),
        ("Update fails, mail me at jo@example.com", "jo@example.com"),
        ("Error, call (212) 555-0123", "555-0123"),
    ],
)
def test_what_tells_who_was_asking_is_not_kept(
    symptom: str, personal: str, words: Vocabulary
) -> None:
    assert personal not in str(kept(symptom, words))


@pytest.mark.parametrize(
    ("symptom", "code"),
    [
        ("更新时报错 4013", "4013"),
        ("错误代码：-2147467259，打不开", "-2147467259"),
        ("蓝屏 0x80070057", "0x80070057"),
        ("The restore stops with error 3194", "3194"),
        ("error code 123456789 again", "123456789"),
    ],
)
def test_an_error_code_is_kept(symptom: str, code: str, words: Vocabulary) -> None:
    assert code in str(kept(symptom, words))


def test_a_number_that_the_articles_hold_is_nobodys(words: Vocabulary) -> None:
    symptom = "屏幕显示 13812345678"

    assert "13812345678" not in str(kept(symptom, words))
    assert "13812345678" in str(kept(symptom, words, "13812345678"))


def test_a_short_number_of_the_articles_saves_no_part_of_a_telephones(words: Vocabulary) -> None:
    assert "5678" not in str(kept("请打 138 1234 5678", words, "5678"))


def test_a_long_bare_number_after_a_word_for_error_may_be_somebodys(words: Vocabulary) -> None:
    reading = read("报错 4013，错误 482913，报错 2125550123，错误 -2147467259，0x80070057", words)

    assert codes(reading) == {"4013", "-2147467259", "0x80070057"}
    assert codes(reading, {"482913"}) == {"4013", "482913", "-2147467259", "0x80070057"}


@pytest.mark.parametrize(
    ("symptom", "clean"),
    [
        ("verification code 482913", "verification code •••"),
        ("security code 123", "security code •••"),
        ("one-time code: 482913", "one-time code: •••"),
        ("pin code 4821", "pin code •••"),
        ("Unlock code 4821 refused, error 4013", "Unlock code ••• refused, error 4013"),
        ("account code 12345678", "account code •••"),
        ("确认码 48213，错误码 48214", "确认码 •••，错误码 48214"),
        ("报修码 error 415555123", "报修码 error •••"),
        ("电话 故障 138001380", "电话 故障 •••"),
        ("验证码错误 4013", "验证码错误 4013"),
        ("Phone error 4013", "Phone error 4013"),
    ],
)
def test_a_word_for_error_gives_no_secret_away(symptom: str, clean: str, words: Vocabulary) -> None:
    assert kept(symptom, words) == clean


def test_a_secret_that_an_article_holds_too_is_a_secret(words: Vocabulary) -> None:
    assert kept("verification code 12345678", words, "12345678") == "verification code •••"


@pytest.mark.parametrize("text", ["屏幕\0全黑", "屏幕\ud800全黑"])
def test_what_no_database_takes_is_replaced(text: str) -> None:
    clean = storable(text)

    assert clean.encode() == clean.encode("utf-8")
    assert clean.startswith("屏幕")
    assert clean.endswith("全黑")
    assert "\0" not in clean
