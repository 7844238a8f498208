from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kb.folding import caseless, fold, fold_case
from kb.lexical import Lexicon
from kb.vocabulary import Vocabulary

WORDS = Vocabulary(
    spellings={"wi-fi": "wifi", "wi fi": "wifi", "无线网络": "wifi"},
    words=frozenset({"wifi", "wi-fi", "wi fi", "无线网络", "iphone", "iphone 15", "ios"}),
)
PIECES = [
    "iPhone 15",
    "Wi-Fi",
    "wi_fi",
    "18.1.2",
    "iOS18",
    "0x80070057",
    "GetLastError",
    "传感器-温度-TH01",
    "無線網路",
    "无法连接",
    "卡",
    "的",
    "the",
    "user's",
    "é",
    "ｶﾞ",
    "한국어",
    "-",
    ".",
    " ",
    "\n",
    "'",
    "_",
]
TEXTS = st.one_of(
    st.text(st.characters(codec=None, exclude_categories=())),
    st.lists(st.sampled_from(PIECES)).map("".join),
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(WORDS)


@given(TEXTS)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)

    assert fold(once) == once
    assert caseless(caseless(once)) == caseless(once) == fold_case(text)


@given(TEXTS)
def test_whatever_a_query_asks_for_stands_in_the_same_text(lexicon: Lexicon, text: str) -> None:
    counts, weights = lexicon.terms(text), lexicon.query_terms(text)

    assert weights.keys() <= counts.keys()
    assert all(weight > 0 for weight in weights.values())
    assert all(count > 0 for count in counts.values())


@given(TEXTS)
def test_reading_a_folded_text_changes_no_term(lexicon: Lexicon, text: str) -> None:
    assert lexicon.query_terms(fold(text)) == lexicon.query_terms(text)


@given(TEXTS)
def test_vectors_have_distinct_ascending_ids_and_positive_weights(
    lexicon: Lexicon, text: str
) -> None:
    def idf(ids: NDArray[np.uint32]) -> NDArray[np.float32]:
        return np.ones(len(ids), np.float32)

    chunk = lexicon.document(lexicon.terms(text), average_length=5)
    query = lexicon.query(lexicon.query_terms(text), idf)

    for vector in (chunk, query):
        assert vector.ids.dtype == np.uint32
        assert vector.weights.dtype == np.float32
        assert all(low < high for low, high in pairwise(vector.ids.tolist()))
        assert (vector.weights > 0).all()
