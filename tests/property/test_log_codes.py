from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import vocabulary
from kb.domain import Language
from kb.folding import fold_case
from kb.symptoms import logged, read
from kb.vocabulary import Vocabulary
from kb.wiring import VOCABULARY
from search_api.schemas.asking import MAX_CODES, Asked

PIECES = [
    *("error ", "Error Code: ", "错误代码：", "報錯", "code", "(", "#", "-", ".", " ", "\n", "次"),
    *("4013", "9", "-54", "1073741819", "80004005", "2147942487", "４０１３", "5551234567"),
    *("0xE8000015", "0X80070057", "0xe800001\u0130", "0xé8000015", "-2003F", "PPT004"),
    *("NSCocoaErrorDomain", "a" * 60 + "errordomain" + "b" * 40, "x", "é", "错误"),
]
LOGS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return vocabulary.load(VOCABULARY)


@given(log=LOGS, typed=st.sampled_from(["", "更新失败", "update fails"]))
def test_every_code_of_a_log_is_read_again_from_the_search_that_it_leads_to(
    words: Vocabulary, log: str, typed: str
) -> None:
    codes = logged(log, words, limit=MAX_CODES)

    query = Asked(q=typed, code=codes).query(Language.ZH)
    reading = read(query.text, words, query.error_codes)

    assert reading.error_codes == tuple(map(fold_case, codes))
    assert reading.codes_alone is (bool(codes) and not typed)
