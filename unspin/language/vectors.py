"""What words go together in texts: vectors that are near each other for words of one topic, from GloVe (Pennington, Socher and Manning
2014; PDDL 1.0), made small by `benchmarks/make_vectors.py`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

import numpy as np
from numpy.typing import NDArray

FILE = "vectors.npz"
DIMENSIONS = 64
STEP = 1 / 200  # what a 1 stands for in the file; vectors have length 1 there


def of_words(words: Sequence[str]) -> NDArray[np.int8]:
    """The vectors (n, DIMENSIONS) of words, in steps of STEP; 0 for a word that has none."""
    with (resources.files("unspin.language") / FILE).open("rb") as file, np.load(file) as data:
        listed = data["words"].tobytes().decode().split("\n")
        known = np.concatenate([data["vectors"], np.zeros((1, DIMENSIONS), np.int8)])
    row = {word: i for i, word in enumerate(listed)}
    result: NDArray[np.int8] = known[[row.get(word, len(listed)) for word in words]]
    return result
