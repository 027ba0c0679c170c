"""One JSONL record: its text, and the line that replaces it. What is not edited keeps its very characters.

The line is spliced, not parsed and written anew: a round trip through Python would turn 1.10 into 1.1 and 1e400 into Infinity,
and would merge keys that are there twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from unspin.corpus.operation import Change, Replacement, is_lone, spelled
from unspin.corpus.transform import KEY
from unspin.reading.jsonline import members_of
from unspin.reading.ranges import Range

SURROGATES = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
CHARACTER = re.compile(rf"{SURROGATES}|\\u[0-9a-fA-F]{{4}}|\\.|[^\\]", re.DOTALL)
"""One character of a text as a JSON literal spells it."""
DEPTH = 500
"""How deeply a record may be nested. How deep Python's own parser can go depends on who calls it, and would differ between engines."""
BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|([\[{])|[\]}]', re.DOTALL)
"""A bracket, in a group if it opens; or a string, whose brackets do not count."""
Members = Mapping[str, tuple[Any, Range]]
"""The values of an object by their keys, and where they stand in its line."""


@dataclass(frozen=True, slots=True)
class Record:
    """A line and the places of its parts: the text's JSON literal, the log of an earlier run and where the member before it ends, and
    the end of the last member."""

    line: str
    text: str
    id: str | None
    literal: Range
    log: Range | None
    before_log: int
    end: int

    def logged(self) -> dict[str, Any] | None:
        """The log of an earlier run; null is none. ValueError if there is something else in its place."""
        if self.log is None:
            return None
        log = json.loads(self.line[slice(*self.log)])
        if not isinstance(log, dict | None):
            raise ValueError(f"field {KEY!r} is not the log of a run")
        return log

    def changed(self, change: Change) -> str:
        """The line with the changed text and log; the log of an earlier run goes inside a new one, as "previous"."""
        spans = self._spans(change.replacements)
        spellings = (each.spelled or self._spell(each.new) for each in change.replacements)
        changes = [*zip(spans, spellings, strict=True)]
        if change.log is None:
            if self.log is not None:
                changes.append(self._without_log(change.previous))
        else:
            entry = json.dumps(self._with_raw(change.log, spans))
            if self.log is None:
                changes.append(((self.end, self.end), f', "{KEY}": {entry}'))
            else:
                changes.append((self.log, f'{entry[:-1]}, "previous": {self.line[slice(*self.log)]}}}'))
        parts: list[str] = []
        position = 0
        for (start, end), new in sorted(changes):
            parts += self.line[position:start], new
            position = end
        return "".join([*parts, self.line[position:]])

    def _spans(self, replacements: Sequence[Replacement]) -> list[Range]:
        """Where the line spells what is replaced."""
        if not replacements:
            return []
        start, end = self.literal[0] + 1, self.literal[1] - 1
        if end - start == len(self.text):
            return [(start + each.start, start + each.end) for each in replacements]
        lengths = (len(spelled) for spelled in CHARACTER.findall(self.line, start, end))
        offsets = [*accumulate(lengths, initial=start)]
        return [(offsets[each.start], offsets[each.end]) for each in replacements]

    def _with_raw(self, log: dict[str, Any], spans: list[Range]) -> dict[str, Any]:
        """The log; an edit whose text the line spells otherwise than we would gets this spelling, as "raw"."""
        edits = []
        for edit, span in zip(log.get("edits", []), spans, strict=True):
            raw = self.line[slice(*span)]
            edits.append(edit if raw == spelled(edit["before"]) else {**edit, "raw": raw})
        return {**log, "edits": edits}

    def _spell(self, text: str) -> str:
        # A line in pure ASCII stays so, and a lone surrogate exists only as an escape.
        return json.dumps(text, ensure_ascii=self.line.isascii() or is_lone(text))[1:-1]

    def _without_log(self, previous: bool) -> tuple[Range, str]:
        assert self.log is not None
        if previous:
            members, _ = members_of(self.line[slice(*self.log)])
            inner = {key: span for key, _, span in members}["previous"]
            return self.log, self.line[self.log[0] + inner[0] : self.log[0] + inner[1]]
        if self.before_log:
            return (self.before_log, self.log[1]), ""
        start = self.line.index("{") + 1
        rest = re.compile(r"\s*,\s*").match(self.line, self.log[1])
        return (start, rest.end() if rest else self.log[1]), ""


def parse(line: str, field: str, id_field: str | None = "id") -> Record:
    """Find the text of a record; `field` and `id_field` may lead inside of objects: "a.b". ValueError says why it cannot be used."""
    if _is_deep(line):
        raise ValueError("nested too deeply")
    try:
        members, end = members_of(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    spans = _by_key(members)
    found = _member(line, spans, field)
    if found is None:
        raise ValueError(f"no field {field!r}")
    text, literal = found
    if not isinstance(text, str):
        raise ValueError(f"field {field!r} is {_kind(text)}, not a text")
    if KEY not in spans:
        log, before_log = None, 0
    else:
        log = spans[KEY][1]
        before_log = max((span[1] for _, _, span in members if span[1] < log[0]), default=0)
    named = _member(line, spans, id_field) if id_field is not None else None
    return Record(line, text, line[slice(*named[1])] if named else None, literal, log, before_log, end)


def _by_key(members: Sequence[tuple[str, Any, Range]]) -> Members:
    """Of a key that is there twice the last counts, as for every JSON reader."""
    return {key: (value, span) for key, value, span in members}


def _member(line: str, members: Members, name: str) -> tuple[Any, Range] | None:
    """The value of this name and its place in the line. If no member has the name, what comes before its first dot is that of an object."""
    outer, dot, inner = name.partition(".")
    if name in members or not dot or outer not in members:
        return members.get(name)
    value, (start, end) = members[outer]
    if not isinstance(value, dict):
        return None
    object = line[start:end]
    found = _member(object, _by_key(members_of(object)[0]), inner)
    return found and (found[0], (start + found[1][0], start + found[1][1]))


def _is_deep(line: str) -> bool:
    """Whether a line is nested more deeply than DEPTH."""
    if line.count("[") + line.count("{") <= DEPTH:
        return False
    depth = 0
    for match in BRACKET.finditer(line):
        if match[1]:
            depth += 1
            if depth > DEPTH:
                return True
        elif match[0] in "]}":
            depth -= 1
    return False


def _kind(value: Any) -> str:
    return "null" if value is None else {bool: "a boolean", dict: "an object", list: "a list"}.get(type(value), "a number")
