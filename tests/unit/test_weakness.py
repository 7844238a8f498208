from __future__ import annotations

import pytest

from evaluation.report import Provenance
from evaluation.weakness import percentile, text
from kb.domain import Language


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([0.5], 0.05, 0.5),
        ([0.4, 0.1, 0.3, 0.2], 0.25, 0.1),
        ([0.4, 0.1, 0.3, 0.2], 0.26, 0.2),
        ([0.4, 0.1, 0.3, 0.2], 1.0, 0.4),
        ([n / 100 for n in range(100)], 0.05, 0.04),
    ],
)
def test_a_percentile_is_the_value_of_its_rank(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected


def test_the_report_counts_each_dataset_and_all_of_a_language() -> None:
    scores = {
        "first": {Language.ZH: [1.0, 1.0], Language.EN: []},
        "second": {Language.ZH: [0.5, 1.0], Language.EN: [0.25]},
    }

    printed = text(scores, Provenance("command", "data", "fingerprint", "abc"))

    assert "| first | zh | 2 | 1.0000 | 1.0000 | 0.000 |" in printed
    assert "| **all** | zh | 4 | 0.5000 | 1.0000 | 0.250 |" in printed
    assert "| first | en" not in printed
