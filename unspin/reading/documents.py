"""A source → the prose in it, as its format has it: one document for a text, one for each record of a table."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import PurePath

from unspin.reading import markup, records
from unspin.reading.prose import Piece, Prose, Range
from unspin.reading.protect import Protected
from unspin.reading.source import Source

PARAGRAPH = "\n\n"


def documents(
    source: Source, fields: Sequence[str] = ("text",), skip_quotes: bool = False, hidden: Sequence[Range] = ()
) -> Iterator[Prose]:
    """The documents of a source, without what is hidden: code, addresses, `hidden` ranges, and quotations if they are skipped.

    `fields` are those of the records of .jsonl and .csv files. InputError if these cannot be read.
    """
    plain = markup.format_of(source.path) == markup.PLAIN
    for prose in _read(source, fields, skip_quotes, hidden):
        prose.protected = Protected(prose.text, sorted(prose.protected), plain)
        yield prose


def spelled(source: Source, fields: Sequence[str], start: int, end: int, text: str) -> str | None:
    """A text that a person typed as the source needs it in place of a range: escaped, quoted, with the markup that is there.

    None if it does not fit.
    """
    found = _read(source, fields)
    return next((prose.spelled(start, end, text) for prose in found if prose.range[0] <= start < prose.range[1]), None)


def _read(source: Source, fields: Sequence[str], skip_quotes: bool = False, hidden: Sequence[Range] = ()) -> Iterator[Prose]:
    suffix = PurePath(source.path).suffix.lower()
    if suffix in records.SUFFIXES:
        return records.read(source.text, suffix, fields, source.path)
    return iter([_marked_up(source, skip_quotes, hidden)])


def _escape(source: Source) -> Callable[[str], str]:
    return partial(html.escape, quote=False) if markup.format_of(source.path) == "html" else str


def _marked_up(source: Source, skip_quotes: bool, hidden: Sequence[Range]) -> Prose:
    text = source.text
    marks = markup.read(text, markup.format_of(source.path))
    pieces: list[Piece] = [(*range_, "") for range_ in marks.transparent]
    pieces += [(*range_, " ") for range_ in marks.blanks]
    pieces += [(offset, offset, PARAGRAPH) for offset in marks.breaks]
    quotations = marks.quotations if skip_quotes else ()
    return Prose(text, sorted(pieces), [*marks.protected, *quotations, *hidden], escape=_escape(source))
