"""The payload keys that every store indexes before it is loaded, so that filters stay fast."""

from __future__ import annotations

KEYWORDS = (
    "record",
    "shelf",
    "article",
    "solution",
    "lang",
    "kind",
    "audience",
    "confidence",
    "products",
    "systems",
    "hosts",
    "apps",
    "topic",
    "aliases",
)
"""Keys of one keyword or a list of them; only these have facets."""

VERSIONS = "versions"
"""Key of a list of ``{"system": keyword, "low": integer, "high": integer}``: one nested condition
looks at one element at a time."""

VERSION_KEYWORD = f"{VERSIONS}[].system"
VERSION_BOUNDS = (f"{VERSIONS}[].low", f"{VERSIONS}[].high")
