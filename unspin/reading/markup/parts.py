"""What a reader collects, and how it becomes a `Markup`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from unspin.reading.markup import Cell, Markup, Title
from unspin.reading.markup.quotations import Mark, speech
from unspin.reading.ranges import Deferred, Range, merged, without

BLANK_LINE = re.compile(r"\n[ \t\r\f\v]*\n")
FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\r?\n(?!\s*\n)")
YAML_END = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
TOML_END = re.compile(r"^\+\+\+[ \t]*\r?$", re.MULTILINE)
BLANK = re.compile(r"\s")
APOSTROPHES = "'’"


@dataclass(slots=True)
class Parts:
    """Ranges in any order, overlapping or not. Where a range is both protected and transparent or a blank, it is protected."""

    text: str
    protected: list[Range] = field(default_factory=list)
    transparent: list[Range] = field(default_factory=list)
    blanks: list[Range] = field(default_factory=list)
    apostrophes: list[Range] = field(default_factory=list)
    quotations: list[Range] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    code: list[Range] = field(default_factory=list)
    """Code among what is protected."""
    entities: list[Mark] = field(default_factory=list)
    """Quotation marks written as entities."""
    cells: list[Cell] = field(default_factory=list)
    titles: list[Title] = field(default_factory=list)

    def markup(self) -> Markup:
        """All that was collected, with the direct speech that the text's quotation marks show."""
        text = self.text
        breaks = sorted({offset for offset in (*self.breaks, *_blank_lines(text)) if 0 < offset < len(text)})
        blanks = merged(self.blanks)
        transparent = without(merged(self.transparent), blanks)
        protected = merged([*self.protected, *self._broken_words(merged([*transparent, *blanks]))])
        quotations = Deferred(lambda: merged([*self.quotations, *speech(text, protected, breaks, self.entities)]))
        return Markup(
            tuple(protected),
            tuple(without(transparent, protected)),
            tuple(without(blanks, protected)),
            tuple(without(sorted(self.apostrophes), protected)),
            quotations,
            tuple(breaks),
            tuple(merged(self.code)),
            tuple(self.cells),
            tuple(self.titles),
        )

    def protect(self, start: int, end: int) -> None:
        """Protect a range."""
        self.protected.append((start, end))

    def protect_code(self, start: int, end: int) -> None:
        """Protect a range of code."""
        self.protect(start, end)
        self.code.append((start, end))

    def protect_word(self, start: int, end: int) -> None:
        """Protect a range with the parts of a word that it touches."""
        self.protected.append((_word_start(self.text, start), _word_end(self.text, end)))

    def protect_ending(self, start: int, end: int) -> None:
        """Protect a range with the rest of a word that goes on behind it."""
        self.protected.append((start, _word_end(self.text, end)))

    def _broken_words(self, transparent: list[Range]) -> Iterator[Range]:
        """Words with markup in them ("un**spin**able"): their pieces are no words, and must not be taken for some."""
        text = self.text
        for start, end in transparent:
            inside = start > 0 and end < len(text) and text[start - 1].isalnum() and text[end].isalnum()
            if inside and not BLANK.search(html.unescape(text[start:end])):
                yield _word_start(text, start), _word_end(text, end)


def front_matter(text: str) -> int:
    """Where the text proper begins: behind the YAML or TOML at its head, if there is any."""
    opened = FRONT_MATTER.match(text)
    if opened is None:
        return 0
    closed = (YAML_END if opened[1] == "---" else TOML_END).search(text, opened.end())
    return closed.end() if closed else 0


def _blank_lines(text: str) -> Iterator[int]:
    for match in BLANK_LINE.finditer(text):
        yield match.end()


def _word_start(text: str, index: int) -> int:
    while index > 0 and (text[index - 1].isalnum() or text[index - 1] in APOSTROPHES):
        index -= 1
    return index


def _word_end(text: str, index: int) -> int:
    while index < len(text) and (text[index].isalnum() or text[index] in APOSTROPHES):
        index += 1
    return index
