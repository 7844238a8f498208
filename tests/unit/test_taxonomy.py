from __future__ import annotations

from pathlib import Path

import pytest

from kb.domain import Language
from kb.errors import BadVocabulary
from kb.taxonomy import load
from kb.wiring import TAXONOMY


def test_topics_are_found_by_their_full_key(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(
        "software:\n  zh: 系统\n  en: System\n  topics:\n    update: {zh: 更新, en: Updates}\n",
        "utf-8",
    )

    taxonomy = load(path)

    assert taxonomy.areas == {"software": {Language.ZH: "系统", Language.EN: "System"}}
    assert taxonomy.topics["software.update"][Language.ZH] == "更新"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("software:\n  zh: 系统\n", "software.en"),
        ("software: [1]\n", "software"),
        ("software: {zh: a\n", "line"),
        ("", "taxonomy.yaml"),
    ],
)
def test_a_taxonomy_that_does_not_hold_says_where(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(BadVocabulary, match=reason):
        load(path)


def test_a_missing_taxonomy_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadVocabulary, match=r"nowhere\.yaml"):
        load(tmp_path / "nowhere.yaml")


def test_the_packaged_taxonomy_has_two_levels_in_both_languages() -> None:
    taxonomy = load(TAXONOMY)

    assert len(taxonomy.areas) >= 10
    assert {topic.partition(".")[0] for topic in taxonomy.topics} == set(taxonomy.areas)
