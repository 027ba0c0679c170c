"""One JSONL record: its text, and the line that replaces it. What is not edited keeps its very characters.

The line is spliced, not parsed and written anew: a round trip through Python would turn 1.10 into 1.1 and 1e400 into Infinity,
and would merge keys that are there twice.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from json.decoder import JSONDecodeError, JSONDecoder
from typing import Any

KEY = "unspin"
BLANK = re.compile(r"[ \t\r\n]*")
Range = tuple[int, int]


def _number(digits: str) -> int:
    return 0  # the value is never used, and Python refuses to parse integers of more than 4,300 digits


DECODER = JSONDecoder(parse_int=_number, parse_float=_number)


@dataclass(frozen=True, slots=True)
class Record:
    """A line and the places of its parts: the text's JSON literal, the log of an earlier run, the end of the last member."""

    line: str
    text: str
    literal: Range
    log: Range | None
    end: int

    def with_edits(self, text: str, log: dict[str, Any]) -> str:
        """The line with the repaired text and the log of the edits; the log of an earlier run goes inside it, as "previous"."""
        entry = json.dumps(log)
        if self.log is None:
            changes = [((self.end, self.end), f', "{KEY}": {entry}')]
        else:
            changes = [(self.log, f'{entry[:-1]}, "previous": {self.line[slice(*self.log)]}}}')]
        if text != self.text:
            changes.append((self.literal, self._encode(text)))
        line = self.line
        for (start, end), new in sorted(changes, reverse=True):
            line = line[:start] + new + line[end:]
        return line

    def _encode(self, text: str) -> str:
        # A line in pure ASCII stays so, and a lone surrogate exists only as an escape.
        lone = any("\ud800" <= character <= "\udfff" for character in text)
        return json.dumps(text, ensure_ascii=lone or self.line.isascii())


def parse(line: str, field: str) -> Record:
    """Find the text of a record. ValueError says why it cannot be used."""
    try:
        members, end = _members(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    # Of a key that is there twice the last counts, as for every JSON reader.
    spans = {key: (value, span) for key, value, span in members}
    if field not in spans:
        raise ValueError(f"no field {field!r}")
    text, literal = spans[field]
    if not isinstance(text, str):
        raise ValueError(f"field {field!r} is {_kind(text)}, not a text")
    return Record(line, text, literal, spans[KEY][1] if KEY in spans else None, end)


def _members(line: str) -> tuple[list[tuple[str, Any, Range]], int]:
    """The members of the object that a line is, as (key, value, [start, end) of the value), and the end of the last one."""
    members: list[tuple[str, Any, Range]] = []
    position = _skip(line, 0)
    if line[position : position + 1] != "{":
        DECODER.decode(line)  # says where it is malformed, if it is
        raise ValueError("not a JSON object")
    position = end = _skip(line, position + 1)
    while members or line[position : position + 1] != "}":
        if line[position : position + 1] != '"':
            raise JSONDecodeError("Expecting property name enclosed in double quotes", line, position)
        key, position = DECODER.raw_decode(line, position)
        start = _skip(line, _expect(line, ":", position))
        value, end = DECODER.raw_decode(line, start)
        members.append((key, value, (start, end)))
        position = _skip(line, end)
        if line[position : position + 1] == "}":
            break
        position = _skip(line, _expect(line, ",", position))
    rest = _skip(line, position + 1)
    if rest != len(line):
        raise JSONDecodeError("Extra data", line, rest)
    return members, end


def _skip(line: str, position: int) -> int:
    match = BLANK.match(line, position)
    return match.end() if match else position


def _expect(line: str, character: str, position: int) -> int:
    position = _skip(line, position)
    if line[position : position + 1] != character:
        raise JSONDecodeError(f"Expecting {character!r}", line, position)
    return position + 1


def _kind(value: Any) -> str:
    return "null" if value is None else {bool: "a boolean", dict: "an object", list: "a list"}.get(type(value), "a number")
