"""Learning from the English model: Chinese becomes what the English says, English stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from kb.domain import Language
from training import losses, tokens
from training.alignment import Cutters
from training.batches import batches
from training.loop import Loss
from training.network import Network, Texts, padded
from training.tokens import Ids

WEIGHT = 4.0
"""Of the distance to the teacher, beside the contrast."""
CONTRAST = 0.5
TEMPERATURE = 0.05
ENGLISH = 0.3
"""Share of the tokens that are English: the body must go on reading it as the teacher does."""
SPLIT = 0.15
"""Share of Chinese texts whose words are cut into characters: a query may say a rare word."""


@dataclass(frozen=True, slots=True)
class Item:
    """A pair as token ids."""

    en: Ids
    zh: Ids
    same: int
    """The number of its English text."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Items that one step reads, in one of the languages."""

    lang: Language
    places: tuple[int, ...]


class Distillation:
    """The task of bringing a network's vectors of both languages to the teacher's of the English.

    Source: Reimers & Gurevych 2020, arXiv:2004.09813.
    """

    name = "distillation"

    def __init__(
        self, student: Network, teacher: Network, items: Sequence[Item], plan: Sequence[Batch]
    ) -> None:
        self._student, self._teacher = student, teacher
        self._items, self._plan = items, plan
        self._device = student.rows.device

    @property
    def steps(self) -> int:
        """One for each batch."""
        return len(self._plan)

    def loss(self, step: int) -> Loss:
        """The loss of a step's batch."""
        batch = self._plan[step]
        items = [self._items[place] for place in batch.places]
        english = padded([item.en for item in items], str(self._device))
        with torch.no_grad(), half(english):
            wanted = self._teacher(english)
        if batch.lang is Language.EN:
            with half(english):
                ours = self._student(english)
            apart = losses.distance(ours, wanted)
            return Loss(WEIGHT * apart, {"english": apart.item()}, len(items), english.ids.numel())
        return self._chinese(items, english, wanted)

    def _chinese(self, items: Sequence[Item], english: Texts, wanted: torch.Tensor) -> Loss:
        chinese = padded([item.zh for item in items], str(self._device))
        with half(chinese):
            ours = self._student(chinese)
        same = torch.tensor([item.same for item in items], device=self._device)
        apart = losses.distance(ours, wanted)
        contrast = (
            losses.contrast(ours, wanted, same, temperature=TEMPERATURE)
            + losses.contrast(wanted, ours, same, temperature=TEMPERATURE)
        ) / 2
        parts = {"distance": apart.item(), "contrast": contrast.item()}
        read = chinese.ids.numel() + english.ids.numel()
        return Loss(WEIGHT * apart + CONTRAST * contrast, parts, len(items), read)


def half(texts: Texts) -> torch.autocast:
    """Matrix products in bfloat16, where the texts are."""
    return torch.autocast(texts.ids.device.type, torch.bfloat16)


def items(pairs: Sequence[tuple[str, str]], cutters: Cutters, seed: int) -> list[Item]:
    """Pairs ``(English, Chinese)`` of folded texts as token ids."""
    chance = np.random.default_rng(seed)
    english = tokens.ids(cutters.words, [en for en, _ in pairs])
    whole = tokens.ids(cutters.words, [zh for _, zh in pairs])
    split = tokens.ids(cutters.characters, [zh for _, zh in pairs])
    numbers: dict[str, int] = {}
    return [
        Item(
            english[place],
            split[place] if chance.random() < SPLIT else whole[place],
            numbers.setdefault(en, len(numbers)),
        )
        for place, (en, _) in enumerate(pairs)
    ]


def plan(items: Sequence[Item], budget: int, seed: int) -> list[Batch]:
    """Every item once in Chinese, and so many in English that they are its share of the tokens.

    Batches of both kinds are mixed; none has more than ``budget`` tokens in either language.
    """
    chance = np.random.default_rng(seed)
    longest = [max(len(item.en), len(item.zh)) for item in items]
    made = [Batch(Language.ZH, tuple(each)) for each in batches(longest, budget, seed)]
    again = list(_english(items, chance))
    made += [
        Batch(Language.EN, tuple(again[place] for place in batch))
        for batch in batches([len(items[place].en) for place in again], budget, seed)
    ]
    chance.shuffle(made)
    return made


def _english(items: Sequence[Item], chance: np.random.Generator) -> Iterator[int]:
    """Places of items, by chance, until their English has its share of all tokens."""
    left = sum(len(item.zh) for item in items) * ENGLISH / (1 - ENGLISH)
    for place in chance.permutation(len(items)).tolist():
        if left <= 0:
            return
        left -= len(items[place].en)
        yield place
