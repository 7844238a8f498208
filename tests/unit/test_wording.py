from __future__ import annotations

from itertools import chain

import pytest

from ingest.lint.languages import UNITS
from kb.domain import Audience, Boundary, Language, ReasonKind, Scope
from kb.flaws import FlawKind
from search_api.complaints import Complaint
from search_api.wording import words


def test_both_languages_say_the_same_things() -> None:
    zh, en = (
        {(place, name) for place, texts in words(lang).items() for name in texts}
        for lang in (Language.ZH, Language.EN)
    )

    assert zh == en


@pytest.mark.parametrize("lang", list(Language))
def test_every_reason_and_boundary_that_is_told_has_words(lang: Language) -> None:
    said = words(lang)

    assert said["reason"].keys() == set(ReasonKind) - {ReasonKind.OTHER_LANGUAGE}
    assert said["boundary"].keys() == set(Boundary) - {Boundary.SELF_SERVICE}


@pytest.mark.parametrize("lang", list(Language))
def test_every_complaint_has_words(lang: Language) -> None:
    assert words(lang)["complaint"].keys() == set(Complaint)


@pytest.mark.parametrize("lang", list(Language))
def test_every_flaw_of_an_article_and_every_scope_of_a_key_has_words(lang: Language) -> None:
    said = words(lang)

    assert said["flaw"].keys() == {*FlawKind, "meant"} - {FlawKind.OTHER, FlawKind.NO_TRANSLATION}
    assert said["flaw-fact"].keys() == {*Language, *UNITS.values(), *Audience}
    assert said["scope"].keys() == set(Scope)


@pytest.mark.parametrize("lang", list(Language))
def test_no_text_is_blank(lang: Language) -> None:
    texts = chain.from_iterable(texts.values() for texts in words(lang).values())

    assert all(text.strip() for text in texts)
