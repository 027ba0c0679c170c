"""What a reader of markup makes of a text, in a form that tests can state."""

from __future__ import annotations

import itertools
import re

from unspin.reading.markup import Markup, read

HOLE = "#"
BREAK = "/"


def prose(text: str, format: str) -> str:
    """The running text: without transparent markup, protected ranges as #, breaks as /, blanks and entities for them as one space, and
    those for apostrophes as one."""
    markup = read(text, format)
    inserted = {offset: BREAK for offset in markup.breaks}
    pieces = []
    position = 0
    ranges = [(*range_, HOLE) for range_ in markup.protected]
    ranges += [(*range_, "") for range_ in markup.transparent] + [(*range_, " ") for range_ in markup.blanks]
    ranges += [(*range_, "’") for range_ in markup.apostrophes]
    for start, end, shown in [*sorted(ranges), (len(text), len(text), "")]:
        pieces += [inserted.get(i, "") + text[i] for i in range(position, start)]
        pieces.append("".join(inserted.get(i, "") for i in range(start, end)) + shown)
        position = end
    result = re.sub(r"\s+", " ", "".join(pieces))
    return re.sub(r"[\s/]*/[\s/]*", BREAK, result).strip(" /")


def parts(text: str, ranges: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in ranges]


def protected(text: str, format: str) -> list[str]:
    return parts(text, read(text, format).protected)


def transparent(text: str, format: str) -> list[str]:
    return parts(text, read(text, format).transparent)


def quotations(text: str, format: str) -> list[str]:
    return parts(text, read(text, format).quotations)


def is_sound(markup: Markup, length: int) -> bool:
    """Whether ranges are sorted, disjoint, not empty and inside the text, and nothing is both protected and transparent."""
    for ranges in (markup.protected, markup.transparent, markup.blanks, markup.apostrophes, markup.quotations):
        ends = [0, *(offset for pair in ranges for offset in pair), length]
        if any(left > right for left, right in itertools.pairwise(ends)) or any(start >= end for start, end in ranges):
            return False
    hidden = {offset for start, end in markup.protected for offset in range(start, end)}
    seen = {offset for start, end in (*markup.transparent, *markup.blanks, *markup.apostrophes) for offset in range(start, end)}
    return not hidden & seen and list(markup.breaks) == sorted(set(markup.breaks)) and all(0 < i < length for i in markup.breaks)
