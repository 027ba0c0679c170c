"""Corpus counts of words and word pairs, from the frequency dictionaries that ship with symspellpy (Google Books and SCOWL; MIT)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unspin.language.hashing import HashTable, Index, scatter

WORDS = "frequency_dictionary_en_82_765.txt"
PAIRS = "frequency_bigramdictionary_en_243_342.txt"


def word_counts() -> dict[str, int]:
    """Occurrences of 82,765 English words."""
    return {word: int(count) for word, count in _rows(WORDS)}


def pair_counts() -> dict[tuple[str, str], int]:
    """Occurrences of the 243,342 commonest English word pairs."""
    return {(first, second): int(count) for first, second, count in _rows(PAIRS)}


def _rows(name: str) -> Iterator[list[str]]:
    text = (resources.files("symspellpy") / name).read_text(encoding="utf-8-sig")
    return (line.split() for line in text.splitlines() if line)


class PairCounts:
    """ln count of word pairs, by ids of a vocabulary."""

    def __init__(self, table: HashTable, logcount: NDArray[np.float32], vocabulary: int):
        self._table = table
        self._logcount = logcount
        self._vocabulary = np.int64(vocabulary)
        self.vocabulary = vocabulary
        """The number of words."""
        self.table = table.keys, logcount
        """Pairs and what is known of them, as `speedups` takes it."""

    @classmethod
    def build(cls, counts: dict[tuple[str, str], int], index: Index) -> PairCounts:
        """Pairs with a word outside `index` are left out."""
        known = [(index[a], index[b], n) for (a, b), n in counts.items() if a in index and b in index]
        rows = np.array(known, np.int64).reshape(-1, 3)
        vocabulary = len(index)
        table, slots = HashTable.build(rows[:, 0] * vocabulary + rows[:, 1])
        return cls(table, scatter(slots, np.log(rows[:, 2]).astype(np.float32), len(table)), vocabulary)

    def save(self, folder: Path) -> None:
        """Write what `load` maps."""
        np.save(folder / "pair_keys.npy", self._table.keys)
        np.save(folder / "pair_logcount.npy", self._logcount)

    @classmethod
    def load(cls, folder: Path, vocabulary: int) -> PairCounts:
        """Map counts that `save` wrote."""
        keys, logcount = (np.load(folder / f"pair_{name}.npy", mmap_mode="r") for name in ("keys", "logcount"))
        return cls(HashTable.of(keys), np.asarray(logcount), vocabulary)

    def logcount(self, first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.float32]:
        """ln count (n) of the pairs (first, second), 0 for a pair that is not listed."""
        slots = self._table.find(first.astype(np.int64) * self._vocabulary + second)
        result: NDArray[np.float32] = np.where(slots >= 0, self._logcount[slots], np.float32(0))
        return result
