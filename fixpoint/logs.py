"""How log lines look: text for a person at a terminal, JSON for a machine that collects them."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TextIO

from search_api.request_name import current

_TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the request's name and its fields.

    Fields are what the line was logged with as ``extra={"fields": {…}}``.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, in ASCII, whatever the message holds."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := current():
            line["request"] = name
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def formatter(form: str, *, terminal: bool) -> logging.Formatter:
    """The form ``text`` or ``json``, or ``auto``: text for a terminal alone."""
    as_text = terminal if form == "auto" else form == "text"
    return logging.Formatter(_TEXT) if as_text else JsonLines()


def configure(level: str, form: str, stream: TextIO) -> None:
    """Log to a stream, from a level on, in the form that :func:`formatter` knows."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(form, terminal=stream.isatty()))
    logging.basicConfig(level=level, handlers=[handler])
    # It tells of every plugin that it loads.
    logging.getLogger("alembic").setLevel(logging.WARNING)
