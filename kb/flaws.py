"""What can be wrong with an article: kinds and facts that pages put into the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FlawKind(StrEnum):
    """Kinds of flaws; behind each, the names of its values."""

    OTHER = "other"
    """None: what stands in English is all that is known."""
    NOT_READ = "not-read"
    """reason, as the system gives it"""
    LINK_LOST = "link-lost"
    LINK_OUTSIDE = "link-outside"
    BAD_NAME = "bad-name"
    TOO_LARGE = "too-large"
    """most, in MB"""
    NOT_TEXT = "not-text"
    DAMAGED_TEXT = "damaged-text"
    TAKEN_NAME = "taken-name"
    """name, other"""
    BAD_YAML = "bad-yaml"
    """reason, as the parser gives it"""
    YAML_ALIAS = "yaml-alias"
    """found"""
    YAML_TAG = "yaml-tag"
    """found"""
    YAML_KEY = "yaml-key"
    SECOND_DOCUMENT = "second-document"
    NO_KEYS = "no-keys"
    REPEATED_KEY = "repeated-key"
    """key"""
    UNKNOWN_KEY = "unknown-key"
    """found, choices, meant"""
    UNKNOWN_VALUE = "unknown-value"
    """key, found, choices, meant"""
    BAD_VALUE = "bad-value"
    """key, found"""
    BAD_ID = "bad-id"
    """key, found"""
    BAD_ENVIRONMENT = "bad-environment"
    """key, found"""
    BAD_DATE = "bad-date"
    """key, found"""
    LONG_SUMMARY = "long-summary"
    """key, found, most, in characters"""
    UNSURE_HIDING = "unsure-hiding"
    """key, found"""
    UNSURE_BLOCK = "unsure-block"
    TOO_MUCH = "too-much"
    TOO_DEEP = "too-deep"
    """most, in levels"""
    OPEN_TAGS = "open-tags"
    """most"""
    UNKNOWN_TOPIC = "unknown-topic"
    """found, meant; so have the next five"""
    UNKNOWN_PRODUCT = "unknown-product"
    UNKNOWN_SYSTEM = "unknown-system"
    UNKNOWN_HOST = "unknown-host"
    UNKNOWN_APP = "unknown-app"
    UNKNOWN_RELATED = "unknown-related"
    DEAD_LINK = "dead-link"
    """found, meant"""
    DEAD_ANCHOR = "dead-anchor"
    """found, meant"""
    NO_SUMMARY = "no-summary"
    NO_SYMPTOMS = "no-symptoms"
    NO_RESOLUTION = "no-resolution"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing to mend, whatever the language."""

    kind: FlawKind = FlawKind.OTHER
    values: Mapping[str, str] = field(default_factory=dict)
    """As :class:`FlawKind` names them; ``meant`` is empty where nothing is near."""


UNNAMED = Flaw()
