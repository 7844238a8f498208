"""Export all-MiniLM-L6-v2 as the packaged encoder is: what it is compared with.

With the extra ``[training]``; two runs give equal bytes::

    python -m training.export_minilm build/english
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training import package
from training.network import english
from training.source import WEIGHTS_SHA256, model_folder


def main() -> None:
    """Write ``model.onnx``, ``tokenizer.json`` and ``config.json`` into a folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("destination", type=Path, help="folder to write to; made if missing")
    destination: Path = parser.parse_args().destination
    write(destination)
    print(*package.checksums(destination), sep="\n")


def write(destination: Path) -> None:
    """Write it into a folder, made if missing."""
    package.write(
        english(),
        model_folder() / "tokenizer.json",
        destination,
        name="all-MiniLM-L6-v2",
        weights_sha256=WEIGHTS_SHA256,
    )


if __name__ == "__main__":
    main()
