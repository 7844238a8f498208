"""Text -> unit vectors: the one door of onnxruntime, tokenizers and sentence-transformers."""

from __future__ import annotations

import hashlib
import json
import math
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]  # ships no types
from onnxruntime.capi import onnxruntime_pybind11_state as onnx  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from kb.domain import Vector
from kb.errors import EncoderUnavailable
from kb.folding import fold

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FOLDING = "nfkc+t2s"
"""Names the rules of :func:`kb.folding.fold`, which every text passes: change it with them."""
PACKAGED = Path(__file__).parent / "models" / "all-minilm-l6-v2"
"""Folder of the encoder that comes with the product."""
UNSTATED_MAX_TOKENS = 512
"""Stands in where a model states no limit: that of BERT, so chunks stay passages."""
CHARACTERS_A_TOKEN = 32
"""Characters that are looked at for each token that counts; the rest is never tokenized.

A megabyte would take the tokenizer 0.3 s in English and 4 s in Chinese. English has 4 to 5
characters a token, Chinese 1 to 2: only long runs of blanks or of unbroken letters reach the cut.
"""
LOOK_AHEAD = 8
"""Vectors that :func:`encode_all` makes ahead for each worker: enough to bridge a write."""

_WARM_UP = "The first run allocates what later runs use again."
_ONNX_ERRORS = (
    onnx.Fail,
    onnx.InvalidArgument,
    onnx.InvalidGraph,
    onnx.InvalidProtobuf,
    onnx.NotImplemented,
    onnx.RuntimeException,
)


class Encoder(Protocol):
    """Folds a text and turns it into one unit vector; safe to use from several threads."""

    @property
    def fingerprint(self) -> str:
        """16 hex digits over weights, tokenizer, precision, pooling, folding and length."""

    @property
    def dimensions(self) -> int:
        """Length of the vectors."""

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text count, special tokens included; the rest is cut off."""

    def tokens(self, text: str) -> int:
        """How many tokens a text has before any cut, special tokens included."""

    def encode(self, text: str) -> Vector:
        """The text's unit vector; the empty text has one too."""


def encoder_folder(name: str) -> Path:
    """The folder that ``packaged`` or a path stands for; for any other name there is none."""
    return PACKAGED if name == "packaged" else Path(name)


def open_encoder(name: str) -> Encoder:
    """The encoder that ``packaged``, a folder like the packaged one, or a name stands for.

    What is no folder with a ``model.onnx`` is sentence-transformers' to find. Raises
    :class:`kb.errors.EncoderUnavailable` when it cannot be loaded.
    """
    folder = encoder_folder(name)
    if (folder / "model.onnx").is_file() or folder == PACKAGED:
        return PackagedEncoder(folder)
    return SentenceTransformersEncoder(name)


def encode_all(
    encoder: Encoder, texts: Iterable[str], *, workers: int
) -> Generator[Vector, None, None]:
    """The vectors of texts, in their order, made by ``workers`` threads, at least 1.

    Texts are drawn as vectors are taken, at most ``workers * LOOK_AHEAD`` ahead, so memory does
    not grow with their number. The first error of texts or encoder ends it.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="encode")
    ahead: deque[Future[Vector]] = deque()
    try:
        for text in texts:
            ahead.append(pool.submit(encoder.encode, text))
            if len(ahead) >= workers * LOOK_AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


class PackagedEncoder:
    """A folder with ``model.onnx``, ``tokenizer.json`` and ``config.json``, on one core a call.

    Always one text a run: int8 vectors would depend on what else is in their batch.
    """

    def __init__(self, folder: Path) -> None:
        """Load and warm up; raise :class:`kb.errors.EncoderUnavailable` that names a bad file."""
        files = [folder / name for name in ("config.json", "tokenizer.json", "model.onnx")]
        config, tokenizer, self._model = files
        with _reading(config):
            self.max_tokens = int(json.loads(config.read_bytes())["max_tokens"])
        with _reading(tokenizer):
            self._counter = _counter(tokenizer.read_bytes())
            self._tokenizer = _counter(tokenizer.read_bytes())
            self._tokenizer.enable_truncation(self.max_tokens)
        with _reading(self._model):
            self.fingerprint = _fingerprint(file.read_bytes() for file in files)
            self._session = _session(self._model)
        self.dimensions = self.encode(_WARM_UP).size

    def tokens(self, text: str) -> int:
        """How many tokens a text has before any cut, ``[CLS]`` and ``[SEP]`` included."""
        return len(self._counter.encode(fold(text)).ids)

    def encode(self, text: str) -> Vector:
        """The unit vector of a text's first ``max_tokens`` tokens; the same for the same text."""
        cut = fold(text[: self.max_tokens * CHARACTERS_A_TOKEN])
        ids = np.array([self._tokenizer.encode(cut).ids], dtype=np.int64)
        with _reading(self._model):
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            vector: Vector = self._session.run(["vector"], feed)[0][0]
        return vector


class SentenceTransformersEncoder:
    """Any sentence-transformers model on the CPU, one text at a time.

    A name that is not a folder is looked up in the local cache and on the model hub; with
    ``HF_HUB_OFFLINE=1`` in the environment the network is never tried.
    """

    def __init__(self, name_or_folder: str) -> None:
        """Load and warm up; raise :class:`kb.errors.EncoderUnavailable` that says why not."""
        self._model = _sentence_transformer(name_or_folder)
        self._lock = threading.Lock()  # a run sets truncation on the tokenizer that all share
        limit = self._model.max_seq_length
        self.max_tokens = int(limit) if limit and math.isfinite(limit) else UNSTATED_MAX_TOKENS
        tokenizer = getattr(self._model, "tokenizer", None)
        backend = getattr(tokenizer, "backend_tokenizer", tokenizer)
        if not isinstance(backend, Tokenizer):
            raise EncoderUnavailable(
                f"{name_or_folder!r} has no fast tokenizer: choose a model with a tokenizer.json"
            )
        self._counter = _counter(backend.to_str().encode())
        self.dimensions = self.encode(_WARM_UP).size
        self.fingerprint = _fingerprint(_parts(self._model, self._counter, self.max_tokens))

    def tokens(self, text: str) -> int:
        """How many tokens a text has before any cut, the model's special tokens included."""
        return len(self._counter.encode(fold(text)).ids)

    def encode(self, text: str) -> Vector:
        """The unit vector of a text; the first axis if the model knows no part of it."""
        cut = fold(text[: self.max_tokens * CHARACTERS_A_TOKEN])
        with self._lock:
            vector = np.asarray(self._model.encode(cut, show_progress_bar=False), dtype=np.float32)
        norm = np.linalg.norm(vector)
        return vector / norm if norm > 0 else np.eye(1, vector.size, dtype=np.float32)[0]


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Say which file is to blame for whatever the libraries raise."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, *_ONNX_ERRORS) as error:
        raise EncoderUnavailable(
            f"{file} cannot be used as part of an encoder: {error}; install the product again"
        ) from error


def _session(model: Path) -> ort.InferenceSession:
    """One thread a run, because callers bring their own; errors come as exceptions, not lines."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _counter(tokenizer: bytes) -> Tokenizer:
    """A tokenizer that neither cuts nor pads, whatever its file says."""
    counter = Tokenizer.from_buffer(tokenizer)
    counter.no_truncation()
    counter.no_padding()
    return counter


def _fingerprint(parts: Iterable[bytes | memoryview]) -> str:
    """16 hex digits over the folding and all that makes an encoder, in order."""
    digest = hashlib.blake2b(FOLDING.encode(), digest_size=8)
    for part in parts:
        digest.update(hashlib.blake2b(part).digest())
    return digest.hexdigest()


def _sentence_transformer(name_or_folder: str) -> SentenceTransformer:
    try:
        # Slow to import, and absent without the extra.
        from safetensors import SafetensorError  # noqa: PLC0415
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    except ImportError as error:
        raise EncoderUnavailable(
            f"encoder {name_or_folder!r} needs an extra: pip install 'fixpoint-kb[encoders]',"
            " or name the encoder 'packaged'"
        ) from error
    loading = (ImportError, KeyError, OSError, RuntimeError, SafetensorError, TypeError, ValueError)
    try:
        return SentenceTransformer(name_or_folder, device="cpu")
    except loading as error:
        raise EncoderUnavailable(
            f"no sentence-transformers model {name_or_folder!r} ({error}): give 'packaged', the"
            " folder of a saved model, or a name that the cache or a reachable model hub has"
        ) from error


def _parts(
    model: SentenceTransformer, counter: Tokenizer, max_tokens: int
) -> Iterator[bytes | memoryview]:
    """What decides a model's vectors, as loaded: the same wherever its files lie."""
    import torch  # noqa: PLC0415  # only with the extra

    transformer = model.transformers_model
    traits = transformer.config.to_diff_dict() if transformer is not None else {}
    traits.pop("transformers_version", None)  # an upgrade alone does not change the vectors
    pipeline = [traits, str(model), model.default_prompt_name, model.prompts, max_tokens]
    yield json.dumps(pipeline, sort_keys=True, default=str).encode()
    yield counter.to_str().encode()
    for name, weights in sorted(model.state_dict().items()):
        yield f"{name} {weights.dtype}".encode()
        yield weights.contiguous().flatten().view(torch.uint8).numpy().data
