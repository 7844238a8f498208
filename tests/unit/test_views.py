from __future__ import annotations

import pytest

from kb.domain import Excerpt, Span
from search_api.views.cards import Piece, pieces


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
