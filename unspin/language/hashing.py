"""Hash tables in numpy arrays: millions of look-ups a second, and they can be mapped from disk, as can the texts that they number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unspin.native import speedups

EMPTY = -1
LOAD_FACTOR = 0.6
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing (Knuth, TAOCP 3, 6.4)


def slot_bits(n: int) -> int:
    """The binary logarithm of the slots that n keys take."""
    return max(4, int(np.ceil(np.log2(max(1, n) / LOAD_FACTOR))))


def settle(home: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """A slot (n) of its own for each row in a table of `size`, a power of two: its `home` (n), or else the next that is free."""
    slots = home.copy()
    owner = np.full(size, EMPTY, np.int64)
    open_rows = np.arange(len(home))
    while len(open_rows):
        wanted = slots[open_rows]
        free = owner[wanted] == EMPTY
        owner[wanted[free]] = open_rows[free]
        open_rows = open_rows[owner[wanted] != open_rows]
        slots[open_rows] = (slots[open_rows] + 1) & (size - 1)
    return slots


@dataclass(frozen=True, slots=True)
class HashTable:
    """int64 keys to rows, open addressing with linear probing; immutable, so it can be mapped from disk and shared."""

    keys: NDArray[np.int64]
    shift: np.uint64

    @classmethod
    def build(cls, keys: NDArray[np.int64]) -> tuple[HashTable, NDArray[np.int64]]:
        """A table of `keys` (n, distinct) and the slot of each key (n), by which a caller lays out its values."""
        bits = slot_bits(len(keys))
        table = cls(np.full(1 << bits, EMPTY, np.int64), np.uint64(64 - bits))
        slots = settle(table._home(keys), len(table))
        table.keys[slots] = keys
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

    @classmethod
    def among(cls, columns: Mapping[str, NDArray[Any]], name: str, missing: int) -> HashMap | None:
        """The map whose `columns` under a name are among these, if they are."""
        if f"{name}.keys" not in columns:
            return None
        return cls(HashTable.of(columns[f"{name}.keys"]), np.asarray(columns[f"{name}.values"]), missing)

    def columns(self, name: str) -> dict[str, NDArray[Any]]:
        """What `among` reads."""
        return {f"{name}.keys": self.table.keys, f"{name}.values": self.values}

    def get(self, keys: NDArray[np.int64]) -> NDArray[np.int32]:
        """The value of each key (n)."""
        if speedups:
            found = np.empty(len(keys), np.int32)
            speedups.values(self.table.keys, self.values, keys, found, self.missing)
            return found
        slots = self.table.find(keys)
        return np.where(slots >= 0, self.values[slots], np.int32(self.missing))

    @classmethod
    def of_lines(cls, lines: Iterable[str], missing: int) -> HashMap:
        """The numbers of lines by their hash. Needs `speedups`."""
        texts = [*lines]
        hashes = np.empty(len(texts), np.int64)
        speedups.hash_lines("\n".join(texts).encode(), hashes)
        return cls.build(hashes, np.arange(len(texts), dtype=np.int32), missing)

    @classmethod
    def of_prefixes(cls, phrases: Iterable[str]) -> HashMap:
        """By the hash of its first two words, three words and so on, the number of the phrase that this is, -1 if it is but the beginning
        of one. Needs `speedups`."""
        text = "\n".join(phrases).encode()
        hashes, line = np.empty(len(text), np.int64), np.empty(len(text), np.int32)
        n = speedups.prefixes(text, hashes, line)
        distinct, group = np.unique(hashes[:n], return_inverse=True)
        number = np.full(len(distinct), -1, np.int32)
        np.maximum.at(number, group, line[:n])
        return cls.build(distinct, number, -1)


class Lines:
    """Lines of text that stay on disk: only those that are asked for become strings."""

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]):
        self._data = memoryview(np.asarray(data))  # type: ignore[arg-type]
        self._ends = memoryview(np.asarray(ends))  # type: ignore[arg-type]

    @staticmethod
    def save(lines: Iterable[str], folder: Path, name: str) -> None:
        """Write what `load` maps."""
        encoded = [line.encode() for line in lines]
        (folder / f"{name}.bin").write_bytes(b"".join(encoded) or b"\0")
        np.save(folder / f"{name}_ends.npy", np.cumsum([0, *map(len, encoded)]))

    @classmethod
    def load(cls, folder: Path, name: str) -> Lines:
        """Map what `save` wrote."""
        return cls(np.memmap(folder / f"{name}.bin", np.uint8, "r"), np.load(folder / f"{name}_ends.npy", mmap_mode="r"))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[str]:
        data, ends = bytes(self._data), self._ends.tolist()
        return (data[start:end].decode() for start, end in pairwise(ends))

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise IndexError(index)
        return str(self._data[self._ends[index] : self._ends[index + 1]], "utf-8")


class Index:
    """The numbers of distinct texts, in their order: from a hash table where there are compiled loops, else from a dictionary."""

    def __init__(self, texts: Sequence[str] | Lines, stored: HashMap | None = None, missing: int = -1):
        self._texts = texts
        self._stored = stored
        self._missing = missing

    @cached_property
    def by_hash(self) -> HashMap:
        """The numbers by the hash of their text. Needs `speedups`."""
        return self._stored or HashMap.of_lines(self._texts, self._missing)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {text: number for number, text in enumerate(self._texts)}

    def number(self, text: str) -> int:
        """The number of a text, -1 if it has none."""
        if speedups:
            found = self.by_hash
            return speedups.number(found.table.keys, found.values, text)
        return self._numbers.get(text, -1)

    def get(self, text: str, default: int) -> int:
        """The number of a text, or else the default."""
        number = self.number(text)
        return number if number >= 0 else default

    def __getitem__(self, text: str) -> int:
        number = self.number(text)
        if number < 0:
            raise KeyError(text)
        return number

    def __contains__(self, text: str) -> bool:
        return self.number(text) >= 0

    def __len__(self) -> int:
        return len(self._texts)
