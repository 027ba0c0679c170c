"""The records of .jsonl, .csv and .tsv files as prose, placed so exactly that an edit touches nothing but the words it replaces."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from textwrap import shorten

from unspin.errors import InputError, reason
from unspin.reading.jsonline import members_of
from unspin.reading.prose import Piece, Prose

DELIMITERS = {".csv": ",", ".tsv": "\t"}
SEMICOLON = ";"
JSON_LINES = (".jsonl", ".ndjson")
SUFFIXES = (*JSON_LINES, *DELIMITERS)

OTHERS_LENGTH = 200  # code points of a message

ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
"""What is written for one character: a surrogate pair, a code unit, or a letter behind a backslash."""
DOUBLED = re.compile('""')
QUOTED = r'"((?:[^"]|"")*)"'
TABBED = re.compile(rf"{QUOTED}(?=[\t\r\n]|\Z)|([^\t\r\n]+)?")
"""A cell between tabs. Some write these without any quoting: then a mark that nothing closes at the end of a cell is text."""


def read(text: str, suffix: str, fields: Sequence[str], path: str) -> Iterator[Prose]:
    """The chosen fields of each record. InputError, with the line, at a record that cannot be read or if no record has such a field."""
    if suffix not in JSON_LINES:
        yield from _table(text, _delimiter(text, suffix), fields, path)
        return
    yield from _json_lines(text, fields, path)


def _no_field(fields: Sequence[str], known: Iterable[str], path: str) -> InputError:
    others = shorten(", ".join(map(repr, known)), OTHERS_LENGTH, placeholder=" …")
    choose = f"choose with --field: {others}" if others else "there is text in no field"
    return InputError(f"{path}: no record has text in {' or '.join(map(repr, fields))}; {choose}")


def _json_lines(text: str, fields: Sequence[str], path: str) -> Iterator[Prose]:
    known: dict[str, None] = {}
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                members, _ = members_of(line)
            except (ValueError, RecursionError) as error:
                raise InputError(f"{path}:{number}: {reason(error)}") from error
            for key, value, (low, high) in members:
                if not isinstance(value, str):
                    continue
                known[key] = None
                if key in fields:
                    yield Prose(
                        text, _unescaped(text, start + low + 1, start + high - 1), (), start + low + 1, start + high - 1, _quoted
                    )
        start += len(line) + 1
    if text.strip() and known.keys().isdisjoint(fields):
        raise _no_field(fields, known, path)


def _unescaped(text: str, start: int, end: int) -> Iterator[Piece]:
    for match in ESCAPE.finditer(text, start, end):
        yield *match.span(), json.loads(f'"{match.group()}"')


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _delimiter(text: str, suffix: str) -> str:
    """What parts the cells: semicolons instead of commas if the header has these only, as where commas are part of numbers."""
    usual = DELIMITERS[suffix]
    header = text.lstrip().partition("\n")[0]
    return SEMICOLON if usual == "," and SEMICOLON in header and usual not in header else usual


def _table(text: str, delimiter: str, fields: Sequence[str], path: str) -> Iterator[Prose]:
    cell = re.compile(rf'{QUOTED}|([^{delimiter}\r\n"][^{delimiter}\r\n]*)?') if delimiter != "\t" else TABBED
    position, line = 0, 1
    wanted: list[int] | None = None
    while position < len(text):
        row: list[tuple[int, int, bool]] = []
        first = line
        while True:
            match = cell.match(text, position)
            assert match is not None  # the empty cell matches everywhere
            quoted = match[1] is not None
            row.append((*match.span(1 if quoted else 0), quoted))
            line += text.count("\n", position, match.end())
            position = match.end()
            if text[position : position + 1] != delimiter:
                break
            position += 1
        if position < len(text) and text[position] not in "\r\n":
            raise InputError(f"{path}:{line}: a stray quotation mark in this record; is it {delimiter!r}-separated?")
        position += 2 if text[position : position + 2] == "\r\n" else 1
        line += 1
        if len(row) == 1 and not text[slice(*row[0][:2])].strip():
            continue
        if wanted is None:
            header = [text[low:high].strip("\ufeff ") for low, high, _ in row]
            wanted = [k for k, name in enumerate(header) if name in fields]
            if not wanted and text.strip():
                raise _no_field(fields, header, path)
            continue
        for k in wanted:
            if k >= len(row):
                raise InputError(f"{path}:{first}: has {len(row)} cells, too few for the header")
            low, high, quoted = row[k]
            if low < high:
                pieces = [(*match.span(), '"') for match in DOUBLED.finditer(text, low, high)] if quoted else []
                yield Prose(text, pieces, (), low, high, _doubled if quoted else partial(_bare, delimiter))


def _bare(delimiter: str, text: str) -> str | None:
    return None if any(mark in text for mark in (delimiter, '"', "\r", "\n")) else text


def _doubled(text: str) -> str:
    return text.replace('"', '""')
