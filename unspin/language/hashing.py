"""A hash table in numpy arrays: millions of look-ups a second, and it can be mapped from disk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unspin.native import speedups

EMPTY = -1
LOAD_FACTOR = 0.6
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing (Knuth, TAOCP 3, 6.4)


@dataclass(frozen=True, slots=True)
class HashTable:
    """int64 keys to rows, open addressing with linear probing; immutable, so it can be mapped from disk and shared."""

    keys: NDArray[np.int64]
    shift: np.uint64

    @classmethod
    def build(cls, keys: NDArray[np.int64]) -> tuple[HashTable, NDArray[np.int64]]:
        """A table of `keys` (n, distinct) and the slot of each key (n), by which a caller lays out its values."""
        bits = max(4, int(np.ceil(np.log2(max(1, len(keys)) / LOAD_FACTOR))))
        table = cls(np.full(1 << bits, EMPTY, np.int64), np.uint64(64 - bits))
        slots = table._home(keys)
        open_rows = np.arange(len(keys))
        while len(open_rows):
            wanted = slots[open_rows]
            free = table.keys[wanted] == EMPTY
            table.keys[wanted[free]] = keys[open_rows[free]]
            lost = table.keys[wanted] != keys[open_rows]
            open_rows = open_rows[lost]
            slots[open_rows] = (slots[open_rows] + 1) & (len(table.keys) - 1)
        return table, slots

    @classmethod
    def of(cls, keys: NDArray[np.int64]) -> HashTable:
        """The table whose `keys` array was kept."""
        return cls(np.asarray(keys), np.uint64(65 - len(keys).bit_length()))

    def __len__(self) -> int:
        """The number of slots."""
        return len(self.keys)

    def _home(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        hashed: NDArray[np.int64] = ((keys.view(np.uint64) * MULTIPLIER) >> self.shift).astype(np.int64)
        return hashed

    def find(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The slot of each key (n), -1 where it is absent."""
        if speedups:
            found = np.empty(keys.size, np.int64)
            speedups.find(self.keys, np.ascontiguousarray(keys), found)
            return found
        slots = self._home(keys)
        held = self.keys[slots]
        pending = np.flatnonzero((held != keys) & (held != EMPTY))
        while len(pending):
            slots[pending] = (slots[pending] + 1) & (len(self.keys) - 1)
            held[pending] = self.keys[slots[pending]]
            pending = pending[(held[pending] != keys[pending]) & (held[pending] != EMPTY)]
        slots[held == EMPTY] = -1
        return slots


@dataclass(frozen=True, slots=True)
class HashMap:
    """int64 keys to values, laid out by the slots of a table; `missing` in the free ones."""

    table: HashTable
    values: NDArray[np.int32]
    missing: int

    @classmethod
    def build(cls, keys: NDArray[np.int64], values: NDArray[np.int32], missing: int) -> HashMap:
        """A map of `keys` (n, distinct) to `values` (n)."""
        table, slots = HashTable.build(keys)
        column = np.full(len(table), missing, np.int32)
        column[slots] = values
        return cls(table, column, missing)

    def get(self, keys: NDArray[np.int64]) -> NDArray[np.int32]:
        """The value of each key (n)."""
        slots = self.table.find(keys)
        return np.where(slots >= 0, self.values[slots], np.int32(self.missing))

    @classmethod
    def of_lines(cls, lines: list[str], missing: int) -> HashMap:
        """The numbers of lines by their hash. Needs `speedups`."""
        hashes = np.empty(len(lines), np.int64)
        speedups.hash_lines("\n".join(lines).encode(), hashes)
        return cls.build(hashes, np.arange(len(lines), dtype=np.int32), missing)

    @classmethod
    def of_prefixes(cls, phrases: list[str]) -> HashMap:
        """By the hash of its first two words, three words and so on, the number of the phrase that this is, -1 if it is but the beginning
        of one. Needs `speedups`."""
        text = "\n".join(phrases).encode()
        hashes, line = np.empty(len(text), np.int64), np.empty(len(text), np.int32)
        n = speedups.prefixes(text, hashes, line)
        distinct, group = np.unique(hashes[:n], return_inverse=True)
        number = np.full(len(distinct), -1, np.int32)
        np.maximum.at(number, group, line[:n])
        return cls.build(distinct, number, -1)


def scatter(slots: NDArray[np.int64], values: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Values laid out by slot; 0 where a slot is free."""
    table = np.zeros(size, np.float32)
    table[slots] = values
    return table
