"""What the documents promise, held against the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.coverage import table
from ingest.reading import shelf
from kb import taxonomy
from kb.settings import Settings
from kb.wiring import TAXONOMY

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh.md")
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_readme_with_its_default(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")

    for name, field in Settings.model_fields.items():
        row = next(
            (line for line in text.splitlines() if line.startswith(f"| `FIXPOINT_{name.upper()}`")),
            "",
        )
        default = field.default
        shown = default.get_secret_value() if hasattr(default, "get_secret_value") else default
        assert row, f"{name} is missing"
        assert str(shown) in row, f"{name}: {shown!r} is not the default in {row!r}"
        assert field.description, name


@pytest.mark.parametrize("readme", READMES)
def test_the_readmes_name_no_setting_that_does_not_exist(readme: str) -> None:
    named = set(re.findall(r"FIXPOINT_([A-Z_]+)", (ROOT / readme).read_text("utf-8")))

    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_both_readmes_have_the_same_parts() -> None:
    first, second = ((ROOT / readme).read_text("utf-8") for readme in READMES)

    def skeleton(text: str) -> list[str]:
        return re.findall(r"^(#+|```|\|---)", text, re.MULTILINE)

    assert skeleton(first) == skeleton(second)
    assert set(re.findall(r"`make \w+`", first)) == set(re.findall(r"`make \w+`", second))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```|````.*?````|`[^`\n]*`", "", document.read_text("utf-8"), flags=re.S)
    local = [link for link in LINK.findall(text) if "://" not in link]

    missing = [link for link in local if not (document.parent / link).exists()]

    assert not missing


def test_the_table_of_what_is_covered_is_that_of_the_articles() -> None:
    written = (ROOT / "docs/coverage.md").read_text("utf-8")

    read = [each.article for each in shelf(ROOT / "kb/articles").sourced]
    assert written == table(read, taxonomy.load(TAXONOMY)), "run `make coverage`"


def test_the_makefile_has_one_line_of_help_for_each_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony

    documented = re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE)

    assert sorted(documented) == sorted(phony[1].split())
