from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fixpoint.logs import JsonLines, formatter


def record(message: str, *values: object, **more: object) -> logging.LogRecord:
    stated = {"name": "kb.search", "levelname": "INFO", "msg": message, "args": values}
    return logging.makeLogRecord(stated | more)


def test_a_line_says_when_where_and_what() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()

    line = json.loads(JsonLines().format(record("%d chunks", 7, created=noon)))

    assert line == {
        "time": "2026-03-01T12:00:00.000+00:00",
        "level": "INFO",
        "logger": "kb.search",
        "message": "7 chunks",
    }


def test_fields_stand_beside_the_message() -> None:
    line = json.loads(JsonLines().format(record("served", fields={"status": 200, "ms": 1.5})))

    assert (line["message"], line["status"], line["ms"]) == ("served", 200, 1.5)


@pytest.mark.parametrize("message", ["a\nb", "屏幕全黑", 'a "b" \\c', "\x1b[31m", "\ud800"])
def test_a_record_is_one_line_of_plain_ascii_whatever_it_holds(message: str) -> None:
    line = JsonLines().format(record(message))

    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == message


def test_an_exception_is_kept_with_its_place() -> None:
    try:
        Path("/no/such/file").read_text("utf-8")
    except OSError:
        line = json.loads(JsonLines().format(record("failed", exc_info=sys.exc_info())))

    assert "test_logs.py" in line["exception"]
    assert line["exception"].endswith("No such file or directory: '/no/such/file'")


@pytest.mark.parametrize(
    ("form", "on_terminal", "elsewhere"),
    [
        ("auto", logging.Formatter, JsonLines),
        ("text", logging.Formatter, logging.Formatter),
        ("json", JsonLines, JsonLines),
    ],
)
def test_a_person_reads_text_and_a_machine_json(
    form: str, on_terminal: type, elsewhere: type
) -> None:
    assert type(formatter(form, terminal=True)) is on_terminal
    assert type(formatter(form, terminal=False)) is elsewhere
