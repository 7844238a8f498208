"""What every encoder promises, shown on the one without a model, and encoding in bulk."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kb.domain import Vector
from kb.encoder import LOOK_AHEAD, encode_all, open_encoder
from kb.errors import EncoderUnavailable
from tests.fakes import BagEncoder

HOSTILE = ["", " ", "\x00", "\ud800", "🙂", "a" * 1_000_000, "错误 " * 300_000]


class SlowOnEven(BagEncoder):
    """Finishes odd texts before even ones, and remembers how many it was given."""

    def __init__(self) -> None:
        self.given = 0
        self._lock = threading.Lock()

    def encode(self, text: str) -> Vector:
        with self._lock:
            self.given += 1
        time.sleep(0.002 * (int(text) % 2 == 0))
        return super().encode(text)


class Broken(BagEncoder):
    def encode(self, text: str) -> Vector:
        raise EncoderUnavailable(f"cannot read {text}")


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_has_a_unit_vector(text: str) -> None:
    vector = BagEncoder().encode(text)

    assert vector.shape == (BagEncoder.dimensions,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("打印机显示脱机", "打印机脱机", "忘记了密码"),
        ("the printer is offline", "Printer offline", "I forgot my password"),
    ],
)
def test_texts_that_share_words_are_nearer_than_others(text: str, near: str, far: str) -> None:
    encoder = BagEncoder()

    to_near, to_far = (encoder.encode(text) @ encoder.encode(other) for other in (near, far))

    assert to_near > to_far + 0.3


def test_the_bag_is_the_same_in_every_process() -> None:
    code = "from tests.fakes import BagEncoder; print(BagEncoder().encode('屏幕 black').tobytes())"

    seen = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True,
            check=True, cwd=Path(__file__).parents[2],
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip

    assert seen == {f"{BagEncoder().encode('屏幕 black').tobytes()!r}\n".encode()}


@pytest.mark.parametrize("workers", [1, 3])
def test_bulk_vectors_come_in_the_order_of_their_texts(workers: int) -> None:
    texts = [str(number) for number in range(100)]

    vectors = list(encode_all(SlowOnEven(), iter(texts), workers=workers))

    alone = [BagEncoder().encode(text) for text in texts]
    np.testing.assert_array_equal(vectors, alone)


def test_no_texts_have_no_vectors() -> None:
    assert list(encode_all(BagEncoder(), [], workers=2)) == []


def test_texts_are_drawn_only_a_little_ahead_of_their_vectors() -> None:
    drawn = 0

    def texts() -> Iterator[str]:
        nonlocal drawn
        for drawn in range(1, 10_001):
            yield str(drawn)

    vectors = encode_all(BagEncoder(), texts(), workers=2)
    ahead = [drawn - taken for taken, _ in zip(range(1, 500), vectors, strict=False)]
    vectors.close()

    assert max(ahead) < 2 * LOOK_AHEAD
    assert drawn < 600


def test_bulk_encoding_stops_when_its_reader_does() -> None:
    encoder = SlowOnEven()
    vectors = encode_all(encoder, (str(number) for number in range(10_000)), workers=2)

    next(vectors)
    vectors.close()
    given = encoder.given
    time.sleep(0.02)

    assert encoder.given == given <= 2 * LOOK_AHEAD


def test_the_first_failing_text_ends_bulk_encoding_with_its_error() -> None:
    with pytest.raises(EncoderUnavailable, match="cannot read 错误"):
        list(encode_all(Broken(), ["错误", "b"], workers=2))


def test_a_failing_source_of_texts_ends_bulk_encoding_with_its_error() -> None:
    def texts() -> Iterator[str]:
        yield "a"
        raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        list(encode_all(BagEncoder(), texts(), workers=2))


def test_without_the_extra_any_other_model_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)

    with pytest.raises(EncoderUnavailable, match=r"pip install 'fixpoint-kb\[encoders\]'"):
        open_encoder("BAAI/bge-small-zh-v1.5")
