"""Sets of code points, written as lists of [start, end) ranges."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import overload

Range = tuple[int, int]


class Deferred(Sequence[Range]):
    """Ranges that are looked for when the first of them is asked for: of most texts nobody asks."""

    def __init__(self, find: Callable[[], Sequence[Range]]):
        self._find = find

    @cached_property
    def _ranges(self) -> Sequence[Range]:
        return self._find()

    @overload
    def __getitem__(self, index: int) -> Range: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Range]: ...
    def __getitem__(self, index: int | slice) -> Range | Sequence[Range]:
        return self._ranges[index]

    def __len__(self) -> int:
        return len(self._ranges)

    def __iter__(self) -> Iterator[Range]:
        return iter(self._ranges)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The union of `ranges`: sorted, disjoint, joined where they touch; empty ones are dropped."""
    result: list[Range] = []
    low = high = -1
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if start > high:
            if high >= 0:
                result.append((low, high))
            low, high = start, end
        elif end > high:
            high = end
    if high >= 0:
        result.append((low, high))
    return result


def within(ranges: Sequence[Range], start: int, end: int) -> Sequence[Range]:
    """Those of `merged` ranges that meet [start, end)."""
    first = bisect_right(ranges, start, key=lambda range_: range_[1])
    return ranges[first : bisect_left(ranges, end, first, key=lambda range_: range_[0])]


def without(ranges: Iterable[Range], holes: Iterable[Range]) -> list[Range]:
    """What is in `ranges` but not in `holes`; both must be merged."""
    result: list[Range] = []
    rest: Iterator[Range] = iter(holes)
    hole = next(rest, None)
    for start, end in ranges:
        while hole is not None and hole[1] <= start:
            hole = next(rest, None)
        while hole is not None and hole[0] < end:
            if start < hole[0]:
                result.append((start, hole[0]))
            start = hole[1]
            if start >= end:
                break
            hole = next(rest, None)
        if start < end:
            result.append((start, end))
    return result


def trimmed(text: str, start: int, end: int) -> Range:
    """The range without blanks at its ends; empty if there is nothing else in it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
