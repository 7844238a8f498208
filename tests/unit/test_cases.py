from __future__ import annotations

import re

import pytest

from kb.casebook.numbers import case_number
from kb.cases import Source, source
from kb.domain import Principal, Scope


@pytest.mark.parametrize(
    ("actor", "scope", "expected"),
    [
        ("anonymous:1", Scope.SEARCH, Source.ANONYMOUS),
        ("key:1", Scope.SEARCH, Source.CUSTOMER),
        ("key:1", Scope.AGENT, Source.AGENT),
        ("key:1", Scope.WRITER, Source.AGENT),
        ("key:1", Scope.ADMIN, Source.AGENT),
    ],
)
def test_whose_word_it_is_follows_from_the_key(actor: str, scope: Scope, expected: Source) -> None:
    assert source(Principal(actor, frozenset({scope}))) is expected


@pytest.mark.parametrize(
    ("chance", "expected"),
    [
        (0, "C-0000-0000"),
        (1, "C-0000-0001"),
        (31, "C-0000-000Z"),
        (1 << 20, "C-0001-0000"),
        ((1 << 40) - 1, "C-ZZZZ-ZZZZ"),
    ],
)
def test_forty_bits_make_a_case_number(chance: int, expected: str) -> None:
    assert case_number(chance) == expected


def test_case_numbers_hold_no_letter_that_is_mistaken_for_another() -> None:
    numbers = "".join(case_number(sum(n << 5 * n2 for n2 in range(8))) for n in range(32))

    assert not re.search("[ILOU]", numbers)
