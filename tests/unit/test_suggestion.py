from __future__ import annotations

import pytest

from kb.suggestion import guesser, hint


@pytest.mark.parametrize(("meant", "said"), [("wifi", ": did you mean 'wifi'?"), ("", "")])
def test_a_hint_names_what_was_meant_if_anything_was(meant: str, said: str) -> None:
    assert hint(meant) == said


def test_slips_are_guessed_until_so_many_words_were_looked_at() -> None:
    guessed = guesser(most=5)

    assert [guessed(slip, ["更新固件", "restart"]) for slip in ("restrt", "xyz", "restrt")] == [
        "restart",
        "",
        "",
    ]
