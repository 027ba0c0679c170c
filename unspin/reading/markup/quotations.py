"""Direct speech, found by its quotation marks. Single ones are left out: they can't be told from apostrophes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from unspin.reading.ranges import Range, trimmed

MARK = re.compile('["“”„«»]')
FAMILIES = ('"', "“”„", "«»")
"""Marks that go together. Each family is read by itself, so that one that is never closed hides nothing of the others."""
CLOSING = {'"': '"', "“": "”", "„": "“”", "”": "”", "«": "»", "»": "«»"}
"""What closes speech opened by a mark, English, German, Swedish, French or Danish."""
SURE_OPENING = "“„«"


class Mark(NamedTuple):
    """A quotation mark at [start, end); an entity is longer than the character that it stands for."""

    start: int
    end: int
    character: str


def speech(text: str, protected: list[Range], breaks: list[int], entities: Iterable[Mark] = ()) -> Iterator[Range]:
    """Direct speech with its marks. Speech ends with its block, even if nothing closes it there but the next block goes on with it.

    `protected` and `breaks` are sorted; marks within `protected` don't count, other than the `entities`.
    """
    marks = sorted([*_open_marks(text, protected), *entities], key=lambda mark: mark.start)
    for family in FAMILIES:
        yield from _family(text, [mark for mark in marks if mark.character in family], [*breaks, len(text)])


def _open_marks(text: str, protected: list[Range]) -> Iterator[Mark]:
    ranges = iter(protected)
    start, end = next(ranges, (len(text), len(text)))
    for match in MARK.finditer(text):
        while end <= match.start():
            start, end = next(ranges, (len(text), len(text) + 1))
        if match.start() < start:
            yield Mark(match.start(), match.end(), match[0])


def _family(text: str, marks: list[Mark], ends: list[int]) -> Iterator[Range]:
    opened: Mark | None = None
    depth = block = last = 0
    for mark in marks:
        end = ends[min(bisect_right(ends, mark.start), len(ends) - 1)]
        if end != block:
            if opened is not None:
                yield from _unclosed(text, opened, last, block, mark)
            opened, block = None, end
        if opened is None:
            if _opens(text, mark):
                opened, depth, last = mark, 1, 0
        elif mark.character in CLOSING[opened.character] and _closes(text, mark):
            depth, last = depth - 1, mark.end
            if depth == 0:
                yield opened.start, last
                opened = None
        elif mark.character == opened.character and mark.character in SURE_OPENING:
            depth += 1
    if opened is not None and last:
        yield opened.start, last


def _unclosed(text: str, opened: Mark, last: int, end: int, following: Mark) -> Iterator[Range]:
    """Speech over several paragraphs has an opening mark before each, and a closing one after the last only."""
    if last:
        yield opened.start, last
    elif following.character == opened.character and _starts_line(text, following):
        yield trimmed(text, opened.start, end)


def _starts_line(text: str, mark: Mark) -> bool:
    index = mark.start
    while index > 0 and text[index - 1] != "\n" and text[index - 1] != ">" and not text[index - 1].isalnum():
        index -= 1
    return index == 0 or not text[index - 1].isalnum()


def _opens(text: str, mark: Mark) -> bool:
    if mark.character in SURE_OPENING:
        return True
    follows_word = mark.start > 0 and text[mark.start - 1].isalnum()
    return not follows_word and mark.end < len(text) and not text[mark.end].isspace()


def _closes(text: str, mark: Mark) -> bool:
    return mark.character != '"' or not text[mark.start - 1].isspace()
