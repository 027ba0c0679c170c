"""The inline markup of reStructuredText, within one paragraph, title or cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unspin.reading.markup.parts import Parts
from unspin.reading.ranges import Range

MARKS = (
    r"[\\`:_|\[*](?:"  # one set of characters is what `re` finds fastest; what has been found is looked up behind it
    r"(?<=\\)(?P<escape>)"
    r"|(?<=`)(?:(?P<literal>`)|(?P<quoted>))"
    r"|(?<=:)(?P<role>[\w.+:-]{1,80}:`)"
    r"|(?<=_)(?P<target>`)"
    r"|(?<=\|)(?P<substitution>(?=\S)[^|\n]{1,200}(?<=\S)\|_{0,2})"
    r"|(?<=\[)(?P<footnote>(?:\d{1,9}|#[\w-]{0,80}|\*|[A-Za-z][\w.-]{0,80})\]_(?!\w))"
    r"|(?<=\*)(?P<emphasis>\*?))"
)
MARKUP = re.compile(MARKS)
WITH_REFERENCES = re.compile(rf"{MARKS}|(?P<reference>(?<![^\W_])[^\W_](?:[\w.+-]{{0,80}}[^\W_])?__?(?![\w`]))")
REFERENCE_END = re.compile(r"_(?<=[^\W_]_)_?(?![\w`])")
QUOTED = re.compile(r"[^`\\]*(?:\\.[^`\\]*)*`", re.DOTALL)
SUFFIX = re.compile(r"__?(?!\w)|:[\w.+:-]{1,80}:")
EMBEDDED_TARGET = re.compile(r"(?:\A|\s)\s*<[^<>]*>\Z")
NAMES = (
    re.compile(r"`([^`<>\\]{1,300})`__?"),
    re.compile(r":(?:term|ref|numref|any):`[~!]?(?:[^`<>\\]{1,300}<)?([^`<>\\]{1,300})>?`"),
)
CLASSIFIER = re.compile(r"\s:\s")
"""What follows a term in a list of definitions."""


class Inline:
    """Reads running text into `parts`."""

    def __init__(self, text: str, parts: Parts):
        self.text = text
        self.parts = parts
        self.names = frozenset(_normalized(match[1]) for pattern in NAMES for match in pattern.finditer(text))
        """What references call targets, sections and terms by: to change such a text would break the link."""

    def read(self, start: int, end: int) -> None:
        """Read the range. A line that is the name of something, a title or term, stays as it is."""
        if self.names:
            self.parts.protected += self._named_lines(start, end)
        position = start
        markup = WITH_REFERENCES if REFERENCE_END.search(self.text, start, end) else MARKUP
        while match := markup.search(self.text, position, end):
            kind = match.lastgroup
            position = match.end()
            if kind == "escape":
                position = min(position + 1, end)
                blank = self.text[match.end() : position].isspace()
                self.parts.transparent.append((match.start(), position if blank else match.end()))
            elif kind == "literal":
                position = self._literal(match.start(), end)
            elif kind in ("quoted", "role", "target"):
                position = self._quoted(match, end)
            elif kind == "emphasis":
                if self._is_attached(match):
                    self.parts.transparent.append(match.span())
            else:
                self.parts.protected.append(match.span())

    def _named_lines(self, start: int, end: int) -> Iterator[Range]:
        for line in self.text[start:end].split("\n"):
            if _normalized(CLASSIFIER.split(line, maxsplit=1)[0]) in self.names:
                yield start, start + len(line)
            start += len(line) + 1

    def _literal(self, start: int, end: int) -> int:
        """``…``; one that is never closed goes on to the end of the paragraph."""
        closing = self.text.find("``", start + 2, end)
        position = closing + 2 if closing >= 0 else end
        while position < end and self.text[position] == "`":
            position += 1
        self.parts.protect_code(start, position)
        return position

    def _quoted(self, opening: re.Match[str], end: int) -> int:
        """`…`, with a role or target: protected, but for the text of `text <address>`_."""
        start = opening.start()
        closed = QUOTED.match(self.text, opening.end(), end)
        if closed is None:
            self.parts.protected.append((start, end))
            return end
        suffix = SUFFIX.match(self.text, closed.end(), end)
        position = suffix.end() if suffix else closed.end()
        content = self.text[opening.end() : closed.end() - 1]
        target = EMBEDDED_TARGET.search(content)
        plain = opening[0] == "`" and suffix is not None and suffix[0][0] == "_"
        if plain and target and _normalized(content[: target.start()]) not in self.names:
            self.parts.transparent.append(opening.span())
            self.parts.protected.append((opening.end() + target.start(), position))
        else:
            self.parts.protect_code(start, position)
        return position

    def _is_attached(self, mark: re.Match[str]) -> bool:
        before, after = self.text[mark.start() - 1 : mark.start()], self.text[mark.end() : mark.end() + 1]
        return bool((before and not before.isspace()) or (after and not after.isspace()))


def _normalized(name: str) -> str:
    return " ".join(name.lower().split())
