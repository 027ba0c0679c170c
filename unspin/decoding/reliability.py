"""How often each entry was right when the decoder believed in it: observed against expected, on development data.

The model of `calibration` knows kinds of evidence, not words. This table knows the words: for a pair (spun, canonical), and for a spun
phrase whatever its candidate, the log of (right + PRIOR) / (expected to be right + PRIOR), a Gamma-Poisson estimate shrunk towards 0, which
also stands for everything that development data is silent about. Written by `benchmarks/fit_calibration.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

FILE = "reliability.tsv"
REPLACED_CACHE = 1 << 14  # pairs of texts
ANY = "*"
"""Stands for the canonical side where the spun phrase alone is judged."""


class Reliability:
    """Log factors by (spun, canonical), both in lower case."""

    def __init__(self, factors: dict[tuple[str, str], float]):
        self.factors = factors

    def of(self, spun: Sequence[str], canonical: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The factors of pairs (n), and of their spun phrases alone (n); of phrases that are not known, the mean of their words'."""
        pairs = [self._of(s, c, "") for s, c in zip(spun, canonical, strict=True)]
        alone = [self._of(s, c, ANY) for s, c in zip(spun, canonical, strict=True)]
        return np.array(pairs, np.float32), np.array(alone, np.float32)

    def _of(self, spun: str, canonical: str, judged: str) -> float:
        """The factor of a pair, or of a spun phrase if it is judged with ANY."""
        known = self.factors.get((spun, judged or canonical))
        if known is not None or " " not in spun:
            return known or 0.0
        words = replaced(spun, canonical)
        return sum(self.factors.get((old, judged or new), 0.0) for old, new in words) / max(len(words), 1)


@lru_cache(REPLACED_CACHE)
def replaced(spun: str, canonical: str) -> tuple[tuple[str, str], ...]:
    """The words that are replaced, and by what, between two phrases of as many words; none otherwise."""
    olds, news = (text.replace("-", " ").split(" ") for text in (spun, canonical))
    return tuple((old, new) for old, new in zip(olds, news, strict=True) if old != new) if len(olds) == len(news) else ()


@lru_cache(maxsize=1)
def load() -> Reliability:
    """The table that ships with unspin."""
    text = (resources.files("unspin.decoding") / FILE).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return Reliability({(spun, canonical): float(factor) for spun, canonical, factor in rows})
