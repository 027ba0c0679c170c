"""Gold edits: where a spun text and its original differ, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

UNIT = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")
"""What is aligned: a word or a punctuation mark. Blanks don't count as a difference."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GoldEdit:
    """The truth about one span of a spun text: [start, end) stands for `original`."""

    start: int
    end: int
    original: str


def align(spun: str, original: str) -> list[GoldEdit]:
    """The smallest edits that turn `spun` into `original` up to blanks, in order; none is empty on the spun side.

    Ratcliff-Obershelp matching (difflib). An insertion or deletion takes its left neighbour in (at the start of the
    text, its right one), so that it has a span that an edit can overlap and leaves no doubled blank behind.
    """
    spun_units, original_units = _units(spun), _units(original)
    matcher = SequenceMatcher(
        None, [spun[slice(*unit)] for unit in spun_units], [original[slice(*unit)] for unit in original_units], autojunk=False
    )
    regions: list[tuple[int, int, int, int]] = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        if i1 == i2 or j1 == j2:
            if i1 > 0 and j1 > 0:
                i1, j1 = i1 - 1, j1 - 1
            elif i2 < len(spun_units) and j2 < len(original_units):
                i2, j2 = i2 + 1, j2 + 1
        if i2 - i1 == j2 - j1:
            # Spinners go word by word: neighbours that were both replaced are edits of their own.
            regions += ((i1 + k, i1 + k + 1, j1 + k, j1 + k + 1) for k in range(i2 - i1))
            continue
        if regions and i1 < regions[-1][1]:
            i1, _, j1, _ = regions.pop()
        regions.append((i1, i2, j1, j2))
    return [GoldEdit(*_cover(spun_units[i1:i2]), original[slice(*_cover(original_units[j1:j2]))]) for i1, i2, j1, j2 in regions]


def _units(text: str) -> list[Span]:
    return [match.span() for match in UNIT.finditer(text)]


def _cover(units: list[Span]) -> Span:
    return (units[0][0], units[-1][1]) if units else (0, 0)
