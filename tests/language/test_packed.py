from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.language import packed
from unspin.language.packed import PackedTable

BOUND = 2**35
KEYS = st.integers(0, BOUND - 1)


def numbers(keys: list[int]) -> np.ndarray:
    return np.array([[key % 1000, key % 7] for key in keys], np.float32).reshape(-1, 2)


@pytest.fixture(params=["compiled", "numpy"])
def loops(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "numpy":
        monkeypatch.setattr(packed, "speedups", None)
    elif packed.speedups is None:
        pytest.skip("no compiled loops")


@pytest.mark.usefixtures("loops")
@given(keys=st.lists(KEYS, unique=True, max_size=300), others=st.lists(KEYS, max_size=50))
def test_keys_are_found_where_they_were_put_and_no_others(keys: list[int], others: list[int]) -> None:
    table, slots = PackedTable.build(np.array(keys, np.int64), numbers(keys), BOUND)
    place = dict(zip(keys, slots.tolist(), strict=True))
    asked = keys + others
    assert table.find(np.array(asked, np.int64)).tolist() == [place.get(key, -1) for key in asked]
    assert np.array_equal(table.values[slots], numbers(keys))


@pytest.mark.usefixtures("loops")
@pytest.mark.parametrize("bound", [1, 2, 50, 1000, 2**40])
def test_keys_may_fill_all_that_lies_below_the_bound(bound: int) -> None:
    keys = [*range(min(bound, 1000))]
    table, slots = PackedTable.build(np.array(keys, np.int64), numbers(keys), bound)
    assert len(set(slots.tolist())) == len(keys)
    assert table.find(np.array(keys, np.int64)).tolist() == slots.tolist()


def test_a_table_is_restored_from_its_records() -> None:
    keys = [*range(0, 70_000, 7)]
    table, slots = PackedTable.build(np.array(keys, np.int64), numbers(keys), 70_000)
    again = PackedTable(table.records, 70_000)
    assert again.find(np.array([14, 15], np.int64)).tolist() == [slots[2], -1]
