"""The files of ``deploy/`` and the operator's handbook, held against the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from fixpoint.__main__ import app
from kb.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
HANDBOOK = (ROOT / "docs/operations.md").read_text("utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE_TEXT = (DEPLOY / "compose.yaml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def copied() -> Iterator[str]:
    """What the image is built from."""
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        yield from line.split()[:-1]


@pytest.mark.parametrize("text", [HANDBOOK, DOCKERFILE, COMPOSE_TEXT])
def test_every_setting_that_is_named_exists(text: str) -> None:
    named = {name.lower() for name in re.findall(r"FIXPOINT_([A-Z_]+)", text)}

    assert named
    assert named <= set(Settings.model_fields)


def test_every_command_that_the_handbook_names_exists() -> None:
    known = set(commands(typer.main.get_command(app), ()))
    code = re.findall(r"`([^`\n]+)`", HANDBOOK) + re.findall(r"^    (.+)$", HANDBOOK, re.MULTILINE)
    code += "\n".join(re.findall(r"^```\w*\n(.*?)^```", HANDBOOK, re.M | re.S)).splitlines()
    found = {
        tuple(words) for line in code for words in re.findall(r"fixpoint (\w+)(?: (\w+))?", line)
    }

    assert len(found) > 5
    assert not {words for words in found if words not in known and words[:1] not in known}


def commands(group: object, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every command as the words that call it."""
    for name, command in getattr(group, "commands", {}).items():
        words = (*above, name)
        below = list(commands(command, words))
        yield from below or [words]


def test_the_image_is_built_from_files_that_exist_and_are_sent() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    sent = [line[1:] for line in lines if line.startswith("!")]

    sources = list(copied())

    assert {"requirements.lock", "kb", "fixpoint"} <= set(sources)
    assert all((ROOT / source).exists() for source in sources)
    assert all(any(fnmatch(source, each) for each in sent) for source in sources)
    assert "*" in lines


def test_the_image_holds_every_package_of_the_wheel() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    packages = re.search(r"^packages = \[(.+)\]$", project, re.MULTILINE)

    assert packages
    assert set(re.findall(r'"(\w+)"', packages[1])) <= set(copied())


def test_the_image_installs_what_is_locked_and_runs_as_nobody_special() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]

    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert re.search(r"^USER (?!root)\w+$", last, re.MULTILINE)
    assert "torch" not in (ROOT / "requirements.lock").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_has_a_pinned_image_and_says_how_it_is_well(name: str) -> None:
    service = SERVICES[name]
    ours = service["image"] == "fixpoint-kb" and "\nHEALTHCHECK" in DOCKERFILE

    assert "build" in service or re.search(r":v?\d", service["image"])
    assert ours or "healthcheck" in service
    assert service["restart"] in {"no", "unless-stopped"}


def test_services_wait_for_services_and_keep_volumes_that_exist() -> None:
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            assert wait["condition"] == "service_healthy"
            assert "healthcheck" in SERVICES[name]
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in COMPOSE["volumes"] or source.startswith("${ARTICLES")


def test_every_secret_comes_from_the_env_file() -> None:
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE_TEXT))
    offered = set(re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text("utf-8"), re.M))

    assert asked == offered
    for line in COMPOSE_TEXT.splitlines():
        if re.search(r"(PASSWORD|API_KEY|TOKEN): ", line):
            assert "${" in line


def test_only_this_machine_reaches_the_service_and_nothing_reaches_the_stores() -> None:
    published = {name: service.get("ports", []) for name, service in SERVICES.items()}

    assert published.pop("service") == ["127.0.0.1:8000:8000"]
    assert not any(published.values())
