from __future__ import annotations

import re

import pytest

from kb.casebook.numbers import as_ours, case_number
from kb.cases import CaseId, Source, source
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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("c-7k3m-9qxw", "C-7K3M-9QXW"),
        ("C7K3M9QXW", "C-7K3M-9QXW"),
        ("C-OiL1-9qxw", "C-0111-9QXW"),
        ("C-7K3M-9QXW", "C-7K3M-9QXW"),
        ("C-7U3M-9QXW", "C-7U3M-9QXW"),
        ("crm-2041", "crm-2041"),
        ("c-7k3m-9qxw@key:shop", "c-7k3m-9qxw@key:shop"),
    ],
)
def test_a_number_of_ours_is_known_however_it_is_written(typed: str, meant: str) -> None:
    assert as_ours(CaseId(typed)) == meant


def test_case_numbers_hold_no_letter_that_is_mistaken_for_another() -> None:
    numbers = "".join(case_number(sum(n << 5 * n2 for n2 in range(8))) for n in range(32))

    assert not re.search("[ILOU]", numbers)
