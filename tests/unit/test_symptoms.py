from __future__ import annotations

import re

import pytest

from kb.domain import Language
from kb.symptoms import Reading, read
from kb.vocabulary import ErrorCodes, Vocabulary

WORDS = Vocabulary(
    error_codes=(
        ErrorCodes("windows-hresult", re.compile("0x[0-9a-f]{8}")),
        ErrorCodes("device-restore", re.compile("40(?:05|13)")),
    )
)


def test_a_symptom_is_folded_and_its_language_told() -> None:
    assert read(" 更新後提示錯誤 ４０１３ ", WORDS) == Reading(
        "更新后提示错误 4013", Language.ZH, ("4013",)
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("更新失败 0X80070057 怎么办", ("0x80070057",)),
        ("更新到一半4013了", ("4013",)),
        ("错误代码：9", ("9",)),
        ("提示error 21，报错 -54", ("21", "-54")),
        ("Update fails with error code: 1110", ("1110",)),
        ("错误 4013，然后又是错误4013", ("4013",)),
        ("It says (error 14) or error 9", ("14", "9")),
        ("出现错误 3 次", ()),
        ("iOS 18.1 用了 5 年", ()),
        ("error 404.3", ()),
        ("型号 40131", ()),
        ("decode 5 files", ()),
        ("", ()),
    ],
)
def test_error_codes_are_known_families_and_numbers_behind_the_word_error(
    text: str, codes: tuple[str, ...]
) -> None:
    assert read(text, WORDS).error_codes == codes
