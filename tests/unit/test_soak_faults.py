"""The soak's faults: which replies are clear, and when all is well again."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.soak.client import Reply
from evaluation.soak.probes import AGENT, CUSTOMER, Probe, Prober, recovery_s, searched
from evaluation.soak.site import Site
from tests.unit.answering import FOUND, Answer, Asked, Some, a_service, empty, unrecorded


def test_a_search_that_is_not_recorded_is_clear_and_not_fine() -> None:
    probe = searched(Reply(*unrecorded(Asked("", "", {}, {})), 0.1), CUSTOMER, at_s=1)

    assert (probe.came, probe.fine, probe.clear) == ("200, not recorded", False, True)


def test_a_search_that_silently_finds_nothing_is_not_clear() -> None:
    probe = searched(Reply(*empty(Asked("", "", {}, {})), 0.1), CUSTOMER, at_s=1)

    assert (probe.came, probe.fine, probe.clear) == ("200, without a solution", False, False)


def test_probes_tell_what_came_back_and_which_outcomes_were_acknowledged() -> None:
    def answer(asked: Asked) -> Answer:
        return FOUND if asked.path.endswith("/search") else (201, {"id": "o1"})

    with a_service(answer) as port:
        prober = Prober(Site(Path(), port), "fxp", "屏幕全黑", "charge")
        prober(Some(1))

    assert [each.fine for each in prober.seen] == [True, True, True]
    assert prober.told == {"o1": "charge"}


@pytest.mark.parametrize(
    ("probes", "expected"),
    [
        ([], None),
        ([(8, CUSTOMER, False), (11, CUSTOMER, True)], 0),
        ([(9.5, CUSTOMER, False), (11, CUSTOMER, True)], 0.5),
        ([(11, CUSTOMER, False), (12, CUSTOMER, True)], 2),
        ([(11, CUSTOMER, True), (12, CUSTOMER, False), (13, CUSTOMER, True)], 3),
        ([(11, CUSTOMER, False)], None),
        ([(11, CUSTOMER, True), (11, AGENT, False)], None),
    ],
)
def test_all_is_well_after_the_last_reply_that_was_not(
    probes: list[tuple[float, str, bool]], expected: float | None
) -> None:
    seen = [Probe(at, 1.0, asked, "", fine=fine, clear=True) for at, asked, fine in probes]

    assert recovery_s(seen, mended_s=10) == expected
