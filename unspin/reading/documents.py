"""A source → the prose in it, as its format has it: one document for a text, one for each record of a table."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import PurePath

from unspin.reading import markup, records
from unspin.reading.prose import Piece, Prose
from unspin.reading.protect import Protected
from unspin.reading.ranges import Range, merged, within
from unspin.reading.source import Source

PARAGRAPH = "\n\n"


def documents(
    source: Source, fields: Sequence[str] = ("text",), skip_quotes: bool = False, hidden: Sequence[Range] = ()
) -> Iterator[Prose]:
    """The documents of a source, without what is hidden: code, addresses, `hidden` ranges, and quotations if they are skipped.

    `fields` are those of the records of .jsonl and .csv files. InputError if these cannot be read.
    """
    plain = markup.format_of(source.path) == markup.PLAIN
    hidden = merged(hidden)
    for prose in _read(source, fields, skip_quotes):
        prose.hide(within(hidden, *prose.range))
        prose.protected = Protected(prose.text, prose.protected, plain)
        yield prose


def spelled(source: Source, fields: Sequence[str], start: int, end: int, text: str) -> str | None:
    """A text that a person typed as the source needs it in place of a range: escaped, quoted, with the markup that is there.

    None if it does not fit.
    """
    found = _read(source, fields)
    return next((prose.spelled(start, end, text) for prose in found if prose.range[0] <= start < prose.range[1]), None)


def _read(source: Source, fields: Sequence[str], skip_quotes: bool = False) -> Iterator[Prose]:
    suffix = PurePath(source.path).suffix.lower()
    if suffix not in records.SUFFIXES:
        yield _marked_up(source, skip_quotes)
        return
    for prose in records.read(source.text, suffix, fields, source.path):
        if skip_quotes:
            prose.protected = markup.read(prose.text, markup.PLAIN).quotations
        yield prose


def _escape(source: Source) -> Callable[[str], str]:
    return partial(html.escape, quote=False) if markup.format_of(source.path) == "html" else str


def _marked_up(source: Source, skip_quotes: bool) -> Prose:
    text = source.text
    marks = markup.read(text, markup.format_of(source.path))
    pieces: list[Piece] = [(start, end, "") for start, end in marks.transparent]
    pieces += [(start, end, " ") for start, end in marks.blanks]
    pieces += [(start, end, html.unescape(text[start:end])) for start, end in marks.apostrophes]
    pieces += [(offset, offset, PARAGRAPH) for offset in marks.breaks]
    quotations = marks.quotations if skip_quotes else ()
    return Prose(text, sorted(pieces), [*marks.protected, *quotations], escape=_escape(source))
