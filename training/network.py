"""The network: BERT over word rows of which only the Chinese ones learn, to unit vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from transformers import BertModel

from training.source import model_folder
from training.tokens import Ids

UNKNOWN = 100
"""Id of ``[UNK]``; ``[PAD]`` is 0."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Token ids of texts, padded with 0, and which of them count: both ``(texts, tokens)``."""

    ids: Tensor
    mask: Tensor


class Network(torch.nn.Module):
    """Texts -> unit vectors; mean pooling; no dropout."""

    constant: Tensor
    place: Tensor

    def __init__(self, bert: BertModel, rows: Tensor, learns: Sequence[int]) -> None:
        """Over word rows ``(words, dimensions)``, of which the ids in ``learns`` are parameters."""
        super().__init__()
        self.bert = bert
        bert.train(mode=False)  # no dropout
        bert.embeddings.word_embeddings.weight.requires_grad = False
        chosen = torch.tensor(learns, dtype=torch.long)
        place = torch.full((len(rows),), -1, dtype=torch.long)
        place[chosen] = torch.arange(len(chosen))
        self.register_buffer("constant", rows.clone())
        self.register_buffer("place", place)
        self.rows = torch.nn.Parameter(rows[chosen].clone())

    def forward(self, texts: Texts) -> Tensor:
        """Unit vectors ``(texts, dimensions)`` in full precision."""
        place = self.place[texts.ids]
        words = functional.embedding(texts.ids, self.constant)
        if len(self.rows):
            learnt = functional.embedding(place.clamp(min=0), self.rows)
            words = torch.where((place >= 0).unsqueeze(-1), learnt, words)
        tokens = self.bert(inputs_embeds=words, attention_mask=texts.mask).last_hidden_state.float()
        mask = texts.mask.unsqueeze(-1).float()
        return functional.normalize((tokens * mask).sum(1) / mask.sum(1), dim=1)

    def body(self) -> list[torch.nn.Parameter]:
        """The parameters that learn, less the word rows."""
        return [each for each in self.bert.parameters() if each.requires_grad]

    def words(self) -> Tensor:
        """All word rows, with what was learnt."""
        rows = self.constant.clone()
        rows[self.place >= 0] = self.rows.detach()
        return rows

    def whole(self) -> BertModel:
        """The BERT with all word rows in place; it shares its other weights with this."""
        embedding = self.bert.embeddings.word_embeddings
        embedding.weight = torch.nn.Parameter(self.words(), requires_grad=False)
        embedding.num_embeddings = self.bert.config.vocab_size = len(embedding.weight)
        return self.bert


def english() -> BertModel:
    """all-MiniLM-L6-v2 as it was published; plain attention, whose backward pass is the fastest."""
    bert: BertModel = BertModel.from_pretrained(
        model_folder(), attn_implementation="eager", add_pooling_layer=False
    )
    return bert


def teacher(words: int) -> Network:
    """The English model, for ids of the extended tokenizer too: Chinese is unknown to it."""
    bert = english()
    rows = bert.embeddings.word_embeddings.weight.detach()
    unknown = rows[UNKNOWN].expand(words - len(rows), -1)
    return Network(bert, torch.cat([rows, unknown]), []).requires_grad_(requires_grad=False)


def padded(ids: Sequence[Ids], device: str = "cpu") -> Texts:
    """Token ids of at least one text as one rectangle."""
    lengths = np.array([len(each) for each in ids])
    mask = np.arange(lengths.max()) < lengths[:, None]
    joined = np.zeros(mask.shape, dtype=np.int64)
    joined[mask] = np.concatenate(ids)
    return Texts(
        torch.from_numpy(joined).to(device), torch.from_numpy(mask.astype(np.int64)).to(device)
    )
