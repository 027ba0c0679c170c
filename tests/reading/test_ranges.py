from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from unspin.reading.ranges import Deferred, merged, within, without


def test_sets_of_ranges() -> None:
    ranges = merged([(5, 9), (0, 2), (2, 3), (6, 7), (4, 4)])
    assert ranges == [(0, 3), (5, 9)]
    assert without(ranges, [(1, 2), (6, 8), (8, 20)]) == [(0, 1), (2, 3), (5, 6)]
    assert without([(0, 10)], [(0, 1), (3, 4), (9, 10)]) == [(1, 3), (4, 9)]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9))), st.integers(0, 60), st.integers(0, 20))
def test_ranges_within_a_part_of_a_text(spans: list[tuple[int, int]], start: int, size: int) -> None:
    ranges = merged([(low, low + length) for low, length in spans])
    met = [(low, high) for low, high in ranges if low < start + size and start < high]
    assert list(within(ranges, start, start + size)) == met


def test_what_is_deferred_is_looked_for_once_and_only_if_asked_for() -> None:
    asked: list[str] = []

    def find() -> list[tuple[int, int]]:
        asked.append("")
        return [(1, 2), (4, 5)]

    ranges = Deferred(find)
    assert not asked
    assert [*ranges, ranges[1], len(ranges)] == [(1, 2), (4, 5), (4, 5), 2]
    assert len(asked) == 1
