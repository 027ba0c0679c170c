"""Corpus counts of words and word pairs, from the frequency dictionaries that ship with symspellpy (Google Books and SCOWL; MIT)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unspin.language.hashing import Index
from unspin.language.packed import PackedTable

WORDS = "frequency_dictionary_en_82_765.txt"
PAIRS = "frequency_bigramdictionary_en_243_342.txt"
PAIRS_FILE = "pairs.npy"


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

    def __init__(self, table: PackedTable, vocabulary: int):
        self.table = table
        self.vocabulary = vocabulary
        """The number of words."""

    @classmethod
    def build(cls, counts: dict[tuple[str, str], int], index: Index) -> PairCounts:
        """Pairs with a word outside `index` are left out."""
        known = [(index[a], index[b], n) for (a, b), n in counts.items() if a in index and b in index]
        rows = np.array(known, np.int64).reshape(-1, 3)
        vocabulary = len(index)
        logcount = np.log(rows[:, 2:]).astype(np.float32)
        return cls(PackedTable.build(rows[:, 0] * vocabulary + rows[:, 1], logcount, vocabulary**2)[0], vocabulary)

    def save(self, folder: Path) -> None:
        """Write what `load` maps."""
        np.save(folder / PAIRS_FILE, self.table.records)

    @classmethod
    def load(cls, folder: Path, vocabulary: int) -> PairCounts:
        """Map counts that `save` wrote."""
        return cls(PackedTable(np.load(folder / PAIRS_FILE, mmap_mode="r"), vocabulary**2), vocabulary)

    def logcount(self, first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.float32]:
        """ln count (n) of the pairs (first, second), 0 for a pair that is not listed."""
        slots = self.table.find(first.astype(np.int64) * self.vocabulary + second)
        result: NDArray[np.float32] = np.where(slots >= 0, self.table.values[slots, 0], np.float32(0))
        return result
