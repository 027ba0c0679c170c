"""Numbers by key, a record each: half the memory of a `HashTable` beside columns, and one access where these take two or three."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unspin.language.hashing import MULTIPLIER, settle, slot_bits
from unspin.native import speedups

FREE = np.uint32(0xFFFFFFFF)
TAG_BITS = 32
BITS_OF_STEPS = 10  # at least: how far from its home a record may lie


class PackedTable:
    """Records of some float32 numbers, by keys below a bound; immutable, so it can be mapped from disk and shared.

    Keys are mixed by a bijection, of which the upper bits are a record's home. So a record need keep the lower bits only, and how many
    steps it lies behind its home: 32 bits together (quotienting; Cleary 1984, doi:10.1109/TC.1984.1676499).
    """

    def __init__(self, records: NDArray[np.uint32], bound: int):
        """`records` (slots, 1 + numbers) as `build` lays them out, and the bound of the keys."""
        self.records = np.asarray(records)
        self.values: NDArray[np.float32] = self.records.view(np.float32)[:, 1:]
        """The numbers (slots, numbers), by slot."""
        bits = len(self.records).bit_length() - 1
        self._key_bits = max((bound - 1).bit_length(), bits)
        self._low_bits = self._key_bits - bits

    @classmethod
    def build(cls, keys: NDArray[np.int64], values: NDArray[np.float32], bound: int) -> tuple[PackedTable, NDArray[np.int64]]:
        """A table of `keys` (n, distinct) and their `values` (n, numbers), and the slot of each key (n)."""
        bits = max(slot_bits(len(keys)), (bound - 1).bit_length() + BITS_OF_STEPS - TAG_BITS)
        table = cls(np.full((1 << bits, 1 + values.shape[1]), FREE, np.uint32), bound)
        home, tag = table._home(keys)
        slots = settle(home, len(table))
        steps = (slots - home) & (len(table) - 1)
        if steps.max(initial=0) >= table._steps - 1:  # the last step of the last key looks like FREE
            raise ValueError("too many keys share their upper bits")
        table.records[slots, 0] = tag + steps.astype(np.uint32)
        table.values[slots] = values
        return table, slots

    def __len__(self) -> int:
        """The number of slots."""
        return len(self.records)

    @property
    def _steps(self) -> int:
        return 1 << (TAG_BITS - self._low_bits)

    def _home(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Where each key (n) belongs, and its tag there (n)."""
        bits = np.uint64(self._key_bits)
        multiplier = (MULTIPLIER >> (np.uint64(64) - bits)) | np.uint64(1)
        mixed = (keys.view(np.uint64) * multiplier) & ((np.uint64(1) << bits) - np.uint64(1))
        low = mixed & np.uint64((1 << self._low_bits) - 1)
        return (mixed >> np.uint64(self._low_bits)).astype(np.int64), (low * np.uint64(self._steps)).astype(np.uint32)

    def find(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The slot of each key (n), -1 where it is absent."""
        if speedups:
            found = np.empty(keys.size, np.int64)
            speedups.find_packed(self.records, np.ascontiguousarray(keys), found, self.records.shape[1], self._key_bits)
            return found
        slots, wanted = self._home(keys)
        held = self.records[slots, 0]
        pending = np.flatnonzero((held != wanted) & (held != FREE))
        for _ in range(1, self._steps):
            if not len(pending):
                break
            slots[pending] = (slots[pending] + 1) & (len(self) - 1)
            wanted[pending] += np.uint32(1)
            held[pending] = self.records[slots[pending], 0]
            pending = pending[(held[pending] != wanted[pending]) & (held[pending] != FREE)]
        slots[held != wanted] = -1
        return slots
