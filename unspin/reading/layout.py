"""Edits that keep the layout: lines end where they ended, and reStructuredText measures its titles and tables in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from unspin.findings import Edit
from unspin.patching import with_line_ends
from unspin.reading import markup
from unspin.reading.markup import Cell, Markup, Title
from unspin.reading.markup.rst import columns
from unspin.reading.ranges import Range, within
from unspin.reading.source import Source

RST = "rst"


def laid_out(source: Source, edits: Sequence[Edit], protected: Sequence[Range] = ()) -> tuple[Edit, ...]:
    """The edits, in order, with those that adjust line ends, padding and title lines; without those for which a table has no room.

    No line end is put into the `protected` ranges, which are merged.
    """
    if not edits:
        return ()
    format = markup.format_of(source.path)
    written = with_line_ends(source.text, edits, partial(_behind_marks, source.text, markup.read(source.text, format)), protected)
    if format == RST:
        written = _measured(source.text, edits, written)
    return tuple(sorted(written, key=lambda edit: (edit.start, edit.end)))


def _behind_marks(text: str, marks: Markup, offset: int) -> int:
    """The first offset, from this one on, that is behind inline marks, and behind words that `&nbsp;` binds to it."""
    while True:
        if mark := within(marks.transparent, offset, offset + 1):
            offset = mark[0][1]
        elif blank := within(marks.blanks, offset, offset + 1):
            offset = blank[0][1]
            while text[offset : offset + 1].isalnum():
                offset += 1
        else:
            return offset


def _measured(text: str, edits: Sequence[Edit], written: list[Edit]) -> list[Edit]:
    """What is written, adjusted to the columns of the text."""
    marks = markup.read(text, RST)
    for cell in marks.cells:
        if inside := _inside(cell, edits):
            padding = _padding(cell, text, inside)
            if padding is None:
                written = [edit for edit in written if edit not in inside]
            else:
                written += padding
    for title in marks.titles:
        if inside := _inside(title, edits):
            written += _adornments(title, text, inside)
    return written


def _inside(place: Cell | Title, edits: Sequence[Edit]) -> list[Edit]:
    return [edit for edit in edits if place.start <= edit.start and edit.end <= place.end]


def _growth(edits: Sequence[Edit]) -> int:
    """By how many columns."""
    return sum(columns(edit.after) - columns(edit.before) for edit in edits)


def _padding(cell: Cell, text: str, edits: Sequence[Edit]) -> list[Edit] | None:
    """What keeps the cell as wide as it was; None if that cannot be done."""
    growth, end = _growth(edits), cell.end
    if growth == 0:
        return []
    length = growth if growth > 0 else 1
    before = text[end : end + length]
    if before != " " * length or end + length > cell.room:
        return None
    return [replace(edits[-1], start=end, end=end + length, before=before, after=" " * (length - growth))]


def _adornments(title: Title, text: str, edits: Sequence[Edit]) -> Iterator[Edit]:
    width = columns(text[title.start : title.end].rstrip()) + _growth(edits)
    for start, end in title.adornments:
        if end - start < width:
            sign = text[end - 1]
            yield replace(edits[-1], start=end - 1, end=end, before=sign, after=sign * (width - (end - start) + 1))
