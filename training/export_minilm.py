"""Export all-MiniLM-L6-v2 to a small int8 ONNX file: the encoder that the product carries.

Run once, by hand, with the extra ``[training]``; two runs give equal bytes::

    python -m training.export_minilm kb/models/all-minilm-l6-v2
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training import package
from training.network import english
from training.source import model_folder


def main() -> None:
    """Write ``model.onnx``, ``tokenizer.json`` and ``config.json`` into a folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("destination", type=Path, help="folder to write to; made if missing")
    destination: Path = parser.parse_args().destination
    tokenizer = model_folder() / "tokenizer.json"
    package.write(english(), tokenizer, destination, name="all-MiniLM-L6-v2")
    print(*package.checksums(destination), sep="\n")


if __name__ == "__main__":
    main()
