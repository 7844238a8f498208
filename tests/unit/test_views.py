from __future__ import annotations

from dataclasses import replace

import pytest

from kb.domain import (
    Answer,
    ArticleId,
    Audience,
    Confidence,
    Excerpt,
    Language,
    Solution,
    SolutionId,
    Span,
)
from search_api.views import search as search_views
from search_api.views.cards import Piece, card, pieces
from search_api.views.search import LOOSE
from search_api.wording import words


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("", (), []),
        ("无标记", (), [("无标记", False)]),
        ("错误 4013", ((3, 7),), [("错误 ", False), ("4013", True)]),
        (
            "Wi-Fi 😀 off",
            ((0, 5), (6, 7)),
            [("Wi-Fi", True), (" ", False), ("😀", True), (" off", False)],
        ),
        ("ab", ((0, 1), (1, 2)), [("a", True), ("b", True)]),
    ],
)
def test_an_excerpt_is_cut_at_its_highlights(
    text: str, spans: tuple[tuple[int, int], ...], expected: list[tuple[str, bool]]
) -> None:
    excerpt = Excerpt(text, tuple(Span(*span) for span in spans))

    assert list(pieces(excerpt)) == [Piece(*piece) for piece in expected]


def a_solution(audience: Audience, passage: Audience) -> Solution:
    return Solution(
        id=SolutionId("heat"),
        article=ArticleId("zh/heat"),
        lang=Language.ZH,
        title="机身发热",
        summary="",
        confidence=Confidence.VALIDATED,
        audience=audience,
        resolution="",
        score=1,
        heading=("机身发热",),
        anchor="",
        excerpt=Excerpt("转维修", (), passage),
        reasons=(),
        hits=(),
    )


@pytest.mark.parametrize(
    ("audience", "passage", "marks"),
    [
        (Audience.PUBLIC, Audience.PUBLIC, (False, False)),
        (Audience.PUBLIC, Audience.INTERNAL, (False, True)),
        (Audience.INTERNAL, Audience.INTERNAL, (True, True)),
    ],
)
def test_a_card_tells_an_internal_excerpt_from_an_internal_article(
    audience: Audience, passage: Audience, marks: tuple[bool, bool]
) -> None:
    shown = card(a_solution(audience, passage), Language.ZH, words(Language.ZH))

    assert (shown.internal, shown.internal_excerpt) == marks


@pytest.mark.parametrize(("matched", "count"), [(True, LOOSE + 2), (False, LOOSE)])
def test_few_solutions_are_shown_where_none_is_about_the_symptom(
    *, matched: bool, count: int
) -> None:
    solutions = (a_solution(Audience.PUBLIC, Audience.PUBLIC),) * (LOOSE + 2)

    answer = Answer(solutions, Language.ZH, "g1", matched=matched)

    assert len(search_views.shown(answer)) == count
    assert search_views.shown(replace(answer, solutions=())) == ()
