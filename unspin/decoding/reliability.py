"""How often each entry was right when the decoder believed in it: observed against expected, on development data.

The model of `calibration` knows kinds of evidence, not words. This table knows the words: for a pair (spun, canonical), and for a spun
phrase whatever its candidate, the log of (right + PRIOR) / (expected to be right + PRIOR), a Gamma-Poisson estimate shrunk towards 0, which
also stands for everything that development data is silent about. Written by `benchmarks/fit_calibration.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

FILE = "reliability.tsv"
ANY = "*"
"""Stands for the canonical side where the spun phrase alone is judged."""


class Reliability:
    """Log factors by (spun, canonical), both in lower case."""

    def __init__(self, factors: dict[tuple[str, str], float]):
        self.factors = factors

    def of(self, spun: Sequence[str], canonical: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The factors of pairs (n), and of their spun phrases alone (n)."""
        return self._of(zip(spun, canonical, strict=True), len(spun)), self._of(zip(spun, repeat(ANY)), len(spun))

    def _of(self, pairs: Iterator[tuple[str, str]], n: int) -> NDArray[np.float32]:
        return np.fromiter(map(self.factors.get, pairs, repeat(0.0)), np.float32, n)


@lru_cache(maxsize=1)
def load() -> Reliability:
    """The table that ships with unspin."""
    text = (resources.files("unspin.decoding") / FILE).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return Reliability({(spun, canonical): float(factor) for spun, canonical, factor in rows})
