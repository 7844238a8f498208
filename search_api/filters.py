"""The filters that an address of the search page states, as far as the vocabulary knows them."""

from __future__ import annotations

from kb.domain import Environment
from kb.environments import recognised, release
from kb.errors import BadQuery
from kb.vocabulary import Vocabulary
from search_api.schemas.asking import Asked


def known(asked: Asked, vocabulary: Vocabulary) -> Asked:
    """The same, its product and system by key; what the vocabulary does not know is left out."""
    product, system = _product(asked.product, vocabulary), _system(asked.os, vocabulary)
    return asked.model_copy(update={"product": product, "os": system})


def unknown(asked: Asked, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What :func:`known` leaves out, as it was stated."""
    kept = known(asked, vocabulary)
    stated = ((asked.product, kept.product), (asked.os, kept.os))
    return tuple(text for text, key in stated if text and not key)


def _product(stated: str, vocabulary: Vocabulary) -> str:
    if not stated:
        return ""
    try:
        return recognised(Environment(products=(stated,)), vocabulary).products[0]
    except BadQuery:
        return ""


def _system(stated: str, vocabulary: Vocabulary) -> str:
    """The key, and the version behind it if there is one, or that of the release it names."""
    try:
        return str(release(stated, vocabulary)) if stated else ""
    except BadQuery:
        return ""
