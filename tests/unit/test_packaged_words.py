"""What the packaged vocabulary makes of sentences as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.lexical import Lexicon
from tests.parts import parts


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return parts(Path("unused")).lexicon


@pytest.mark.parametrize(("text", "word"), [("准备分享照片", "备份"), ("把设备分给两个人", "备份")])
def test_a_word_that_two_others_make_by_standing_together_is_none(
    lexicon: Lexicon, text: str, word: str
) -> None:
    assert word not in lexicon.terms(text)
