"""Whether a number of the right shape can be one."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address
from itertools import pairwise
from typing import Final

_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_SHARED: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "224.0.0.0/3",
        ),
    )
)
"""Networks whose addresses many lines have; ``is_private`` would take documentation's too."""
_RESOLVERS: Final = frozenset(
    {
        *("1.0.0.1", "1.1.1.1", "8.8.4.4", "8.8.8.8", "9.9.9.9"),
        *("114.114.114.114", "114.114.115.115", "119.29.29.29", "223.5.5.5", "223.6.6.6"),
        *("208.67.220.220", "208.67.222.222"),
    }
)
"""Public name servers, which fixes tell people to use."""
_HIGHEST_VERSION: Final = 30
"""Versions of four numbers begin with a number up to this, as do few addresses."""
_FEWEST_CHANGES: Final = 5
_LOCAL_IPV6: Final = 2**16
_IPV4: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)


def luhn(number: str) -> bool:
    """Whether the digits of a number end in their check digit: cards, IMEI (ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in reversed(number) if sign.isdecimal()]
    return (sum(digits[::2]) + sum(_DOUBLED[digit] for digit in digits[1::2])) % 10 == 0


def one_number(groups: str) -> bool:
    """Whether groups of digits are one number and no list of several.

    One is told by its hyphens, by the beginning of UnionPay's cards (62), or by its check digit.
    """
    return "-" in groups or groups.startswith("62") or luhn(groups)


def ipv4_shape(text: str) -> bool:
    """Whether a text is four numbers between dots."""
    return bool(_IPV4.fullmatch(text))


def public_ipv4(address: str) -> bool:
    """Whether an address tells one line from others."""
    try:
        value = IPv4Address(address)
    except AddressValueError:
        return False
    return address not in _RESOLVERS and not any(value in network for network in _SHARED)


def unlabelled_ipv4(numbers: str) -> bool:
    """Whether four numbers are a public address rather than a version."""
    return int(numbers.partition(".")[0]) > _HIGHEST_VERSION and public_ipv4(numbers)


def public_ipv6(address: str) -> bool:
    """Whether an address tells one line from others."""
    try:
        value = IPv6Address(address)
    except AddressValueError:
        return False
    return int(value) > _LOCAL_IPV6 and not (value.is_link_local or value.is_multicast)


def random_serial(token: str) -> bool:
    """Whether letters and digits of 10 characters change so often that nobody named them.

    Names of models have their digits in runs (``WDS500G3X0``, ``CT1000MX500``).
    """
    changes = sum(one.isdigit() != other.isdigit() for one, other in pairwise(token))
    return changes >= _FEWEST_CHANGES
