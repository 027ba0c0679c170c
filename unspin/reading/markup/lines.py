"""Where the lines of a text begin, and how far they are indented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate


def line_starts(lines: Iterable[str], offset: int = 0) -> list[int]:
    """Where each line of a text from `offset` on begins, and where one behind the last (n + 1); the lines lack their newlines."""
    return [*accumulate([len(line) + 1 for line in lines], initial=offset)]


def indents(lines: Sequence[str], blanks: Sequence[int], tab: int) -> list[int]:
    """How many columns the `blanks` take that each line begins with (n), if a tab stands at every `tab` columns."""
    return [
        count if not count or "\t" not in (before := line[:count]) else len(before.expandtabs(tab))
        for line, count in zip(lines, blanks, strict=True)
    ]
