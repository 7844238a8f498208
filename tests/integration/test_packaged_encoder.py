"""The encoder that comes with the product, for real."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kb.encoder import PACKAGED, PackagedEncoder, encode_all, open_encoder
from kb.errors import EncoderUnavailable

SYMPTOMS = [
    "The update stopped and the phone shows error 4013.",
    "更新到一半报错 4013",
    "Printer offline",
    "打印机脱机，无法打印任何文件",
    "My phone restarts again and again after the last update, and the battery gets hot.",
]


@pytest.fixture(scope="module")
def encoder() -> PackagedEncoder:
    return PackagedEncoder(PACKAGED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(PACKAGED, tmp_path / "encoder")


@pytest.mark.parametrize("text", [*SYMPTOMS, "", " \n", "\x00", "\ud800", "🙂"])
def test_any_text_has_a_unit_vector(encoder: PackagedEncoder, text: str) -> None:
    vector = encoder.encode(text)

    assert vector.shape == (encoder.dimensions,) == (384,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


def test_a_text_has_the_same_vector_whatever_is_encoded_beside_it(
    encoder: PackagedEncoder,
) -> None:
    alone = [encoder.encode(text) for text in SYMPTOMS]

    with ThreadPoolExecutor(4) as pool:
        crowded = list(pool.map(encoder.encode, SYMPTOMS * 20))
    in_bulk = list(encode_all(encoder, SYMPTOMS * 20, workers=3))

    np.testing.assert_array_equal(crowded, alone * 20)
    np.testing.assert_array_equal(in_bulk, alone * 20)


@pytest.mark.parametrize(
    ("text", "related", "unrelated"),
    [
        ("My printer is offline", "The printer cannot be reached", "I want a refund"),
        ("forgot my password", "how to reset the passcode", "the battery drains quickly"),
        ("no sound in calls", "the caller cannot hear me", "the parcel has not arrived"),
    ],
)
def test_related_sentences_are_nearer_than_unrelated_ones(
    encoder: PackagedEncoder, text: str, related: str, unrelated: str
) -> None:
    near, far = (encoder.encode(text) @ encoder.encode(other) for other in (related, unrelated))

    assert near > far + 0.1


@pytest.mark.parametrize(("text", "count"), [("", 2), ("printer error", 4), ("打印", 4)])
def test_tokens_count_the_special_ones_too(encoder: PackagedEncoder, text: str, count: int) -> None:
    assert encoder.tokens(text) == count


def test_only_the_first_tokens_count(encoder: PackagedEncoder) -> None:
    full = "error " * (encoder.max_tokens - 2)

    assert encoder.tokens(full) == encoder.max_tokens
    np.testing.assert_array_equal(encoder.encode(full + "printer"), encoder.encode(full))
    assert not np.array_equal(encoder.encode("printer " + full), encoder.encode(full))
    assert encoder.tokens(full + "printer") == encoder.max_tokens + 1


@pytest.mark.parametrize("sentence", ["the printer is offline. ", "打印机脱机。"])
def test_a_megabyte_has_the_vector_of_its_beginning(
    encoder: PackagedEncoder, sentence: str
) -> None:
    megabyte = sentence * (1_000_000 // len(sentence))

    np.testing.assert_array_equal(encoder.encode(megabyte), encoder.encode(megabyte[:3000]))


def test_the_fingerprint_is_that_of_the_files_wherever_they_lie(
    encoder: PackagedEncoder, folder: Path
) -> None:
    assert PackagedEncoder(folder).fingerprint == encoder.fingerprint
    assert open_encoder("packaged").fingerprint == encoder.fingerprint
    assert open_encoder(str(folder)).fingerprint == encoder.fingerprint
    assert len(bytes.fromhex(encoder.fingerprint)) == 8


def _change_a_weight(folder: Path) -> None:
    model = folder / "model.onnx"
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)


def _change_the_length(folder: Path) -> None:
    config = folder / "config.json"
    facts = json.loads(config.read_bytes())
    config.write_text(json.dumps({**facts, "max_tokens": 128}), encoding="utf-8")


def _change_the_tokenizer(folder: Path) -> None:
    tokenizer = folder / "tokenizer.json"
    text = tokenizer.read_text(encoding="utf-8")
    tokenizer.write_text(text.replace('"lowercase":true', '"lowercase":false'), encoding="utf-8")


@pytest.mark.parametrize("change", [_change_a_weight, _change_the_length, _change_the_tokenizer])
def test_any_change_of_the_encoder_changes_its_fingerprint(
    encoder: PackagedEncoder, folder: Path, change: Callable[[Path], None]
) -> None:
    change(folder)

    assert PackagedEncoder(folder).fingerprint != encoder.fingerprint


@pytest.mark.parametrize("name", ["config.json", "model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("kept", [0, 100])
def test_a_damaged_file_is_named(folder: Path, name: str, kept: int) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:kept])

    with pytest.raises(EncoderUnavailable, match=name):
        PackagedEncoder(folder)


@pytest.mark.parametrize("name", ["config.json", "model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(EncoderUnavailable, match=name):
        PackagedEncoder(folder)


def test_a_graph_of_another_model_is_refused(folder: Path) -> None:
    model = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(model.replace(b"attention_mask", b"attention_musk"))

    with pytest.raises(EncoderUnavailable, match=r"model\.onnx"):
        PackagedEncoder(folder)


def test_the_packaged_files_tell_where_they_come_from() -> None:
    facts = json.loads((PACKAGED / "config.json").read_bytes())

    assert facts["source_sha256"] in (PACKAGED / "MODEL_CARD.md").read_text(encoding="utf-8")
