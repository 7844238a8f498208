"""What the command line calls languages, and the units that their texts are measured in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kb.domain import Language

NAMES: Final[Mapping[Language, str]] = {Language.ZH: "Chinese", Language.EN: "English"}
UNITS: Final[Mapping[Language, str]] = {Language.ZH: "characters", Language.EN: "words"}
