from __future__ import annotations

import re

import pytest

from kb.domain import Language
from kb.symptoms import Reading, logged, read
from kb.vocabulary import ErrorCodes, Vocabulary, load
from kb.wiring import VOCABULARY

PACKAGED = load(VOCABULARY)
WORDS = Vocabulary(
    error_codes=(
        ErrorCodes("windows-hresult", re.compile("0x[0-9a-f]{8}")),
        ErrorCodes("device-restore", re.compile("40(?:05|13)")),
    )
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("同步失败 -69888", ("-69888",)),
        ("恢复时弹出（3014）", ("3014",)),
        ("It stopped (1669)", ("1669",)),
        ("MZFinance.BadLogin.Configurator_message", ("mzfinance.badlogin.configurator_message",)),
        ("网页 ERR_CONNECTION_TIMED_OUT", ("err_connection_timed_out",)),
        ("blue screen WHEA_UNCORRECTABLE_ERROR", ("whea_uncorrectable_error",)),
        ("com.apple.BuildInfo.preflight.error 21", ("com.apple.buildinfo.preflight.error", "21")),
        ("2009 年买的，花了 3000", ()),
        ("bought in 2005 by john_smith, com.apple.mobilesafari", ()),
        ("少了 -1500 元", ()),
        ("余额变成 -20500 元", ()),
        ("花了 3014 块还是 4013", ("4013",)),
        ("it restarts 1015 times a day", ()),
        ("报错 -20500。元旦那天", ("-20500",)),
    ],
)
def test_the_packaged_families_know_what_customers_meet(text: str, codes: tuple[str, ...]) -> None:
    assert read(text, PACKAGED).error_codes == codes


def test_a_symptom_is_folded_and_its_language_told() -> None:
    assert read(" 更新後提示錯誤 ４０１３ ", WORDS) == Reading(
        "更新后提示错误 4013", Language.ZH, ("4013",), "更新后提示错误 4013"
    )


@pytest.mark.parametrize(
    ("text", "symptom", "lang"),
    [
        ("客戶說 iPhone won't turn on", "iPhone won't turn on", Language.ZH),
        ("My customer says: black screen", "black screen", Language.EN),
    ],
)
def test_who_tells_a_symptom_is_no_part_of_it_but_tells_the_language(
    text: str, symptom: str, lang: Language
) -> None:
    found = read(text, WORDS)

    assert (found.symptom, found.lang) == (symptom, lang)


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
        ("更新失败\n21\n -54 ", ("21", "-54")),
        ("9", ("9",)),
        ("call me\n5551234567", ()),
        ("第 3 步\n3 次", ()),
        ("页面打不开，HTTP 503", ("503",)),
        ("The page says HTTP 403", ("403",)),
        ("HTTP 8080 打不开", ()),
        ("HTTP 64 字节", ()),
        ("HTTP 错误 404", ("404",)),
        ("出错 error 21 days ago", ()),
        ("状态码：500", ("500",)),
        ("更新状态 5 分钟没变", ()),
        ("该设备无法启动（代码 10）", ("10",)),
        ("收到的登录代码 123456", ()),
        ("打开 https 503 页", ()),
        ("", ()),
    ],
)
def test_error_codes_are_known_families_and_numbers_behind_the_word_error_or_alone(
    text: str, codes: tuple[str, ...]
) -> None:
    assert read(text, WORDS).error_codes == codes


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("0X80070057", True),
        ("4013\n-54", True),
        ("客户说 4013", True),
        ("错误 4013", False),
        ("error 4013", False),
        ("more", False),
        ("", False),
    ],
)
def test_codes_alone_are_told_from_a_symptom_with_codes(text: str, *, alone: bool) -> None:
    assert read(text, WORDS).codes_alone is alone


@pytest.mark.parametrize(
    ("log", "codes"),
    [
        ("10:02 恢复失败\n10:03 返回 0XE8000015，错误 4013\n4013", ("0XE8000015", "4013")),
        ("restore failed: 0xe8000015, then 0xE8000015", ("0xe8000015",)),
        ("retries\n3\nerror -54\n12", ("-54",)),
        ("error 1073741819, Error Code: 80004005", ("1073741819", "80004005")),
        ("错误代码：2147942487", ("2147942487",)),
        ("0xe800001\u0130 0xé8000015", ("0xe8000015",)),
        ("没有代码\n4020", ()),
        ("", ()),
    ],
)
def test_codes_are_read_out_of_a_log_as_it_spells_them(log: str, codes: tuple[str, ...]) -> None:
    assert logged(log, WORDS, limit=5) == codes


@pytest.mark.parametrize(("limit", "codes"), [(0, ()), (2, ("0XE8000015", "4013"))])
def test_a_log_of_many_errors_is_told_by_its_first(limit: int, codes: tuple[str, ...]) -> None:
    log = "0XE8000015 错误 4013 0xe8000015 error 9" + "".join(f" 0x{n:08x}" for n in range(8_000))

    assert logged(log, WORDS, limit=limit) == codes


@pytest.mark.parametrize(
    ("text", "stated", "codes"),
    [
        ("更新失败\n80004005", ("80004005",), ("80004005",)),
        ("4013\n-54", ("-54", "4013"), ("4013", "-54")),
        ("0XE8000015", ("0XE8000015",), ("0xe8000015",)),
        ("F2LX1234ABCD", ("F2LX1234ABCD",), ()),
        ("12345678901", ("12345678901",), ()),
    ],
)
def test_a_number_that_was_stated_as_a_code_is_one_whatever_its_length(
    text: str, stated: tuple[str, ...], codes: tuple[str, ...]
) -> None:
    assert read(text, WORDS, stated).error_codes == codes
