"""Stage 0: the Chinese word rows alone, so that bags of words of both languages meet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import BertModel

from training import losses, network, rows, texts, tokens, vocabulary
from training.batches import visits
from training.files import Folders, whole
from training.loop import save, share
from training.network import Network
from training.texts import Pair
from training.tokens import Ids

STEPS = 300
PAIRS = 1_024
"""Of a step."""
RATE = 3e-3
WARM_UP = 20
SPLIT = 0.3
"""Share of steps whose Chinese words are cut into characters: a query may say a rare word."""
TEMPERATURE = 0.07
SAMPLE = 50_000
"""Pairs that say how frequent each token is."""


@dataclass(frozen=True, slots=True)
class Cutters:
    """The extended tokenizer, and the one that knows no Chinese words."""

    words: Tokenizer
    characters: Tokenizer


def run(folders: Folders, *, seed: int) -> None:
    """Find where the rows of new tokens begin; write the network that stage 1 starts from."""
    cutters = Cutters(tokens.words(folders), tokens.characters(folders))
    chinese = vocabulary.chinese_ids(cutters.words)
    learns = sorted(chinese.values())
    bert = network.english()
    table = _start(bert, learns, cutters.words.get_vocab_size(), seed)
    pairs = texts.read(folders.training)
    sources = [pair.source for pair in pairs]
    chosen = [pairs[place] for place in visits(sources, STEPS * PAIRS, seed)]
    middle = table.mean(0)
    bags = Bags(table - middle, learns, tellings(cutters, chosen[:SAMPLE], len(table)))
    with whole(folders.stage(0) / "log.jsonl") as draft, draft.open("w", encoding="utf-8") as log:
        log.writelines(_aligned(bags, cutters, chosen, seed))
    table[learns] = bags.rows.detach() + middle
    table = rows.composed(table, _parts(folders, chinese))
    table[learns] = rows.floored(table[learns], table[_known(folders, chinese)])
    save(Network(bert, table, learns).state_dict(), folders.weights(0))


def tellings(cutters: Cutters, pairs: Sequence[Pair], words: int) -> Tensor:
    """How much each token tells: its inverse document frequency, ``(words,)``, at least .1.

    A token that no text holds tells the most.
    """
    holding = torch.ones(words)
    cut = chain(
        tokens.ids(cutters.words, [pair.en for pair in pairs]),
        tokens.ids(cutters.words, [pair.zh for pair in pairs]),
        tokens.ids(cutters.characters, [pair.zh for pair in pairs]),
    )
    for each in cut:
        holding[np.unique(each)] += 1
    return torch.log(2 * len(pairs) / holding).clamp(min=0.1)


class Bags(torch.nn.Module):
    """Texts -> unit vectors: the sum of their tokens' rows, each by how much it tells."""

    weights: Tensor
    constant: Tensor
    place: Tensor

    def __init__(self, table: Tensor, learns: Sequence[int], weights: Tensor) -> None:
        super().__init__()
        place = torch.full((len(table),), -1)
        place[list(learns)] = torch.arange(len(learns))
        self.register_buffer("weights", weights)
        self.register_buffer("constant", table)
        self.register_buffer("place", place)
        self.rows = torch.nn.Parameter(table[list(learns)].clone())

    def forward(self, ids: Sequence[Ids]) -> Tensor:
        """Unit vectors ``(texts, dimensions)``; ``[CLS]`` and ``[SEP]`` do not count."""
        flat = torch.from_numpy(np.concatenate([each[1:-1] for each in ids])).long()
        starts = torch.tensor([0] + [len(each) - 2 for each in ids[:-1]]).cumsum(0)
        place, weights = self.place[flat], self.weights[flat]
        known = _summed(flat, self.constant, starts, weights * (place < 0))
        learnt = _summed(place.clamp(min=0), self.rows, starts, weights * (place >= 0))
        return functional.normalize(known + learnt, dim=1)


def _summed(ids: Tensor, table: Tensor, starts: Tensor, weights: Tensor) -> Tensor:
    return functional.embedding_bag(ids, table, starts, mode="sum", per_sample_weights=weights)


def _start(bert: BertModel, learns: Sequence[int], words: int, seed: int) -> Tensor:
    """The English rows as they are, every Chinese one at the centroid."""
    generator = torch.Generator().manual_seed(seed)
    old = bert.embeddings.word_embeddings.weight.detach()
    table = rows.at_centroid(old, words, generator)
    known = [id_ for id_ in learns if id_ < len(old)]
    table[known] = rows.at_centroid(old, len(old) + len(known), generator)[len(old) :]
    return table


def _parts(folders: Folders, chinese: Mapping[str, int]) -> dict[int, list[int]]:
    """The characters of each word that the training text hardly has."""
    counted = vocabulary.read(folders.counts).words
    rare = (word for word, times in counted.items() if times < vocabulary.LEAST_TIMES)
    return {chinese[word]: [chinese[sign] for sign in word if sign in chinese] for word in rare}


def _known(folders: Folders, chinese: Mapping[str, int]) -> list[int]:
    """The tokens that the training text has often enough to have learnt how loud they are."""
    counted = vocabulary.read(folders.counts)
    times = {**counted.characters, **counted.words}
    return [chinese[token] for token, many in times.items() if many >= vocabulary.LEAST_TIMES]


def _aligned(bags: Bags, cutters: Cutters, pairs: Sequence[Pair], seed: int) -> Iterator[str]:
    """Train the rows; a line of the log for each step."""
    optimizer = torch.optim.Adam([bags.rows])
    chance = np.random.default_rng(seed)
    numbers: dict[str, int] = {}
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = RATE * share(step, STEPS, WARM_UP)
        batch = pairs[step * PAIRS : (step + 1) * PAIRS]
        cutter = cutters.characters if chance.random() < SPLIT else cutters.words
        chinese = bags(tokens.ids(cutter, [pair.zh for pair in batch]))
        english = bags(tokens.ids(cutters.words, [pair.en for pair in batch])).detach()
        same = torch.tensor([numbers.setdefault(pair.en, len(numbers)) for pair in batch])
        contrast = losses.contrast(chinese, english, same, temperature=TEMPERATURE)
        loss = contrast + 2 * losses.distance(chinese, english)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimizer.step()
        yield json.dumps({"step": step, "loss": loss.item(), "contrast": contrast.item()}) + "\n"
