"""One JSONL record: its text, and the line that replaces it. What is not edited keeps its very characters.

The line is spliced, not parsed and written anew: a round trip through Python would turn 1.10 into 1.1 and 1e400 into Infinity,
and would merge keys that are there twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from unspin.reading.jsonline import Range, members_of

KEY = "unspin"


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
        members, end = members_of(line)
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


def _kind(value: Any) -> str:
    return "null" if value is None else {bool: "a boolean", dict: "an object", list: "a list"}.get(type(value), "a number")
