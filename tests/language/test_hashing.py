from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.language.hashing import HashTable

KEYS = st.integers(0, 2**63 - 1)


@given(st.lists(KEYS, unique=True, max_size=200), st.lists(KEYS, max_size=50))
def test_keys_are_found_where_they_were_put_and_no_others(keys: list[int], others: list[int]) -> None:
    table, slots = HashTable.build(np.array(keys, np.int64))
    place = dict(zip(keys, slots.tolist(), strict=True))
    asked = keys + others
    assert table.find(np.array(asked, np.int64)).tolist() == [place.get(key, -1) for key in asked]


@given(st.lists(KEYS, unique=True, max_size=200))
def test_every_key_has_a_slot_of_its_own(keys: list[int]) -> None:
    _, slots = HashTable.build(np.array(keys, np.int64))
    assert len(set(slots.tolist())) == len(keys)


@pytest.mark.parametrize("n", [0, 1, 9, 10, 1000])
def test_a_table_is_restored_from_its_keys(n: int) -> None:
    keys = np.arange(n, dtype=np.int64) * 7919
    table, slots = HashTable.build(keys)
    assert HashTable.of(table.keys).find(keys).tolist() == slots.tolist()
