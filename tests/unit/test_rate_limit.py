from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_api.rate_limit import WINDOW_S, RateLimits, network


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 40), max_size=60), st.integers(1, 5))
def test_no_minute_holds_more_hits_than_are_allowed(pauses: list[float], limit: int) -> None:
    clock, allowed = Clock(), list[float]()
    limits = RateLimits(clock)

    for pause in pauses:
        clock.now += pause
        within = [hit for hit in allowed if hit > clock.now - WINDOW_S]
        wait_s = limits.wait_s("visitor", limit)
        assert (wait_s == 0) is (len(within) < limit)
        if wait_s == 0:
            allowed.append(clock.now)


def test_who_waits_as_long_as_told_may_ask_again() -> None:
    clock = Clock()
    limits = RateLimits(clock)
    for _ in range(3):
        assert limits.wait_s("visitor", 3) == 0
        clock.now += 7

    wait_s = limits.wait_s("visitor", 3)

    assert wait_s == WINDOW_S - 21
    clock.now += wait_s
    assert limits.wait_s("visitor", 3) == 0
    assert limits.wait_s("visitor", 3) == 7


def test_one_name_does_not_use_up_what_another_may() -> None:
    limits = RateLimits(Clock())

    assert limits.wait_s("one", 1) == 0
    assert limits.wait_s("one", 1) > 0
    assert limits.wait_s("other", 1) == 0


def test_names_are_forgotten_after_a_minute_even_those_that_never_come_back() -> None:
    clock = Clock()
    limits = RateLimits(clock)
    for number in range(1000):
        limits.wait_s(str(number), 1)
    limits.wait_s("0", 1)
    assert len(limits) == 1000

    clock.now += WINDOW_S
    limits.wait_s("new", 1)

    assert len(limits) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("testclient", "", False),
    ],
)
def test_an_ipv6_network_counts_as_one_address(one: str, other: str, *, same: bool) -> None:
    assert (network(one) == network(other)) is same
