"""reStructuredText, read line by line.

docutils knows no offsets, so this is a scanner of our own. It takes any block for code of which it doesn't know that it holds prose.
"""

from __future__ import annotations

import re
from operator import add, not_
from typing import NamedTuple
from unicodedata import combining, east_asian_width

from unspin.reading.markup import Cell, Title
from unspin.reading.markup.inline_rst import Inline
from unspin.reading.markup.lines import indents, line_starts
from unspin.reading.markup.parts import Parts

PROSE_DIRECTIVES = frozenset(
    (
        "admonition attention caution centered danger deprecated epigraph error glossary highlights hint important list-table note "
        "pull-quote rubric seealso sidebar table tip topic versionadded versionchanged warning"
    ).split()
)
"""Directives of which the argument and the body are prose."""
BODY_DIRECTIVES = frozenset(
    (
        "attribute autofunction class compound confval container data describe envvar exception figure function method module object "
        "only option program rst-class staticmethod"
    ).split()
)
"""Directives of which the body is prose, but not the argument: a path, a signature, a condition. With any domain: py:function."""

TAB = 8  # columns
SHORTEST_ADORNMENT = 4  # signs; docutils' rule
ADORNMENT = re.compile(r"([!-/:-@[-`{-~])\1+")
SIMPLE_BORDER = re.compile(r"=+(?:[ ]+=+)+")
SIMPLE_LINE = re.compile(r"[=-]+(?:[ ]+[=-]+)*")
GRID_BORDER = re.compile(r"\+(?:[-=]+\+)+")
GRID_SEPARATOR = re.compile(r"\+(?:[-=]+\+)+|\|(?:(?=\S)[^|\n]*(?<=\S)\|)?")
"""A line between cells; longer, it may be a |substitution| in one, and must keep the blank before it."""
SIMPLE_SEPARATOR = re.compile(r"[ \t]{2,}")
UNSAFE_IN_TABLE = re.compile(r"::(?:\s|$)|(?:^|[\s|])\.\.\s", re.MULTILINE)

BULLET = re.compile(r"[-*+•‣⁃](?:\s+|$)|\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]{1,9}|#)[.)](?:\s+|$)")
FIELD = re.compile(r":(?![\s:])[^`\n]{1,300}?:(?:\s+|$)")
OPTION = re.compile(r"(?:--?[A-Za-z0-9?]|/[A-Z]\b)(?:\S| (?! ))*")
MARKER = re.compile(r"[-*+•‣⁃(#|:/]|\w{1,9}[.)]")
"""What all of these marks begin with."""
LINE_BLOCK = re.compile(r"\|(?:\s+|$)")
EXPLICIT = re.compile(r"\.\.(?:\s+|$)")
FOOTNOTE = re.compile(r"\[(?:\d+|#[\w-]*|\*|[\w.-]+)\](?:\s+|$)")
DIRECTIVE = re.compile(r"([\w:.+-]{0,80}?\w) ?::(?:\s+|$)")
FENCE = re.compile("```(?!`)")
FENCE_END = re.compile("`{3,}")
VERSION = re.compile(r"[\d.]+\s*")


class Line(NamedTuple):
    """A line at [start, end), without its newline and the blanks before it. `first` is its first character other than a blank, and
    `indent` the column of that, 0 if there is none.
    """

    start: int
    first: int
    end: int
    indent: int
    blank: bool


def read_rst(text: str, parts: Parts) -> None:
    """Read a whole file into `parts`."""
    _Reader(text, parts).read()


class _Reader:
    """`paragraph` is the range of the lines of running text so far, `column` where they start, None if the next line says.

    `overline` is the last adornment without a text above it.
    """

    def __init__(self, text: str, parts: Parts):
        self.text = text
        self.parts = parts
        self.inline = Inline(text, parts)
        self.lines = _lines(text)
        self.paragraph: tuple[int, int] | None = None
        self.column: int | None = None
        self.tables_end = self.fences_end = len(self.lines)
        self.overline = (-1, -1)

    def read(self) -> None:
        number = 0
        while number < len(self.lines):
            number = self._block(number)
        self._flush()

    def _block(self, number: int) -> int:
        """Read the block or the line that begins at line `number`; returns the number of the next one."""
        line = self.lines[number]
        if line.blank:
            self._flush()
            return number + 1
        start, column = self._markers(line)
        if start >= line.end:
            return number + 1
        if self.text[start].isalnum():
            return self._running(number, start, column)
        if FENCE.match(self.text, start) and not (self.paragraph and self._is_adornment(start, line.end)):
            return self._protect_block(start, self._fence_end(number), code=True)
        if self.text.startswith(">>>", start):
            return self._protect_block(start, self._paragraph_end(number), code=True)
        if GRID_BORDER.fullmatch(self.text, start, line.end):
            return self._grid_table(number, start)
        if SIMPLE_BORDER.fullmatch(self.text, start, line.end) and (end := self._simple_table_end(number)) > number:
            return self._table(number, start, end, SIMPLE_SEPARATOR, SIMPLE_LINE)
        if self._is_adornment(start, line.end):
            self._adornment(number, start)
            return number + 1
        if self.text.startswith("__ ", start):
            return self._protect_block(start, self._block_end(number, column))
        if explicit := EXPLICIT.match(self.text, start, line.end):
            return self._explicit(number, column, explicit)
        return self._running(number, start, column)

    def _markers(self, line: Line) -> tuple[int, int]:
        """Protect the marks at a line's head: of lists, fields, options, line blocks. Returns where the rest starts, and its column."""
        start, column = line.first, line.indent
        if not MARKER.match(self.text, start, line.end):
            return start, column
        while True:
            bullet = BULLET.match(self.text, start, line.end) or LINE_BLOCK.match(self.text, start, line.end)
            if not bullet:
                break
            self._mark(*bullet.span())
            column += len(bullet[0])
            start = bullet.end()
        if field := FIELD.match(self.text, start, line.end) or OPTION.match(self.text, start, line.end):
            self._mark(*field.span())
            return field.end(), -1
        return start, column

    def _mark(self, start: int, end: int) -> None:
        self._flush()
        self.parts.protected.append((start, end))
        self.column = None

    def _running(self, number: int, start: int, column: int) -> int:
        line = self.lines[number]
        if self.paragraph and self.column is not None and column != self.column:
            self._flush()
        if self.paragraph and self.column is None:
            self.column = column
        elif not self.paragraph:
            self.column = column if column >= 0 else None
        end = line.end
        literal_end = number + 1
        if self.text.endswith("::", start, end):
            end -= 2
            self.parts.protected.append((end, line.end))
            literal_end = self._literal_end(number, column)
        self.paragraph = (self.paragraph[0] if self.paragraph else start), max(end, start)
        if end < line.end:
            self._flush()
        if literal_end > number + 1:
            self.parts.protect_code(self.lines[number + 1].start, self.lines[literal_end - 1].end)
        return literal_end

    def _literal_end(self, number: int, column: int) -> int:
        """The end of the literal block that the "::" of a line announces; the next line, if there is none."""
        first = number + 1
        while first < len(self.lines) and self.lines[first].blank:
            first += 1
        if first == len(self.lines):
            return number + 1
        indent, outer = self.lines[first].indent, self.lines[number].indent
        if indent > outer:
            return self._block_end(first, max(outer, column) if indent > column else outer)
        if first > number + 1 and not self.text[self.lines[first].first].isalnum():
            return self._paragraph_end(first)
        return number + 1

    def _flush(self) -> None:
        if self.paragraph:
            start, end = self.paragraph
            self.parts.breaks += (start, end)
            self.inline.read(start, end)
        self.paragraph = self.column = None

    def _is_adornment(self, start: int, end: int) -> bool:
        """Whether this is a line of signs other than text: docutils takes a short one for text under a text that is wider."""
        if not ADORNMENT.fullmatch(self.text, start, end) or self.text[start:end] in ("..", "::", ":::"):
            return False
        return (
            end - start >= SHORTEST_ADORNMENT or not self.paragraph or columns(self.text[slice(*self.paragraph)]) <= end - start
        )

    def _adornment(self, number: int, start: int) -> None:
        line = self.lines[number]
        if self.paragraph and "\n" not in self.text[slice(*self.paragraph)]:
            title = self.lines[number - 1].first, self.paragraph[1]  # with a number before it
            over = self.overline if self.text.count("\n", self.overline[1], title[0]) == 1 else None
            self.parts.titles.append(Title(*title, ((start, line.end), over) if over else ((start, line.end),)))
        self.overline = (-1, -1) if self.paragraph else (start, line.end)
        self._flush()
        self.parts.protected.append((start, line.end))
        self.parts.breaks += (start, line.end)

    def _protect_block(self, start: int, end: int, code: bool = False) -> int:
        self._flush()
        (self.parts.protect_code if code else self.parts.protect)(start, self.lines[end - 1].end)
        return end

    def _block_end(self, number: int, column: int) -> int:
        """The line after the last one that is indented more than `column`, from line `number` on, which counts in any case."""
        end = line = number + 1
        while line < len(self.lines) and (self.lines[line].blank or self.lines[line].indent > column):
            line += 1
            if not self.lines[line - 1].blank:
                end = line
        return end

    def _fence_end(self, number: int) -> int:
        """The line after the one that closes Markdown's fenced code, which some write here too; without one, the paragraph's end."""
        for end in range(number + 1, self.fences_end):
            if FENCE_END.fullmatch(self.text, self.lines[end].first, self.lines[end].end):
                return end + 1
        self.fences_end = number
        return self._paragraph_end(number)

    def _paragraph_end(self, number: int) -> int:
        while number < len(self.lines) and not self.lines[number].blank:
            number += 1
        return number

    def _explicit(self, number: int, column: int, mark: re.Match[str]) -> int:
        """Directives, footnotes, targets, substitutions, comments."""
        line = self.lines[number]
        column = max(column, line.indent)
        if mark.end() >= line.end and (number + 1 == len(self.lines) or self.lines[number + 1].blank):
            return self._protect_block(mark.start(), number + 1)
        if footnote := FOOTNOTE.match(self.text, mark.end(), line.end):
            self._mark(mark.start(), footnote.end())
            return self._argument(number, footnote.end())
        directive = DIRECTIVE.match(self.text, mark.end(), line.end)
        name = directive[1].lower() if directive else ""
        prose = name in PROSE_DIRECTIVES
        if directive is None or not (prose or name.rpartition(":")[2] in BODY_DIRECTIVES):
            code = directive is not None and name != "raw"
            return self._protect_block(mark.start(), self._block_end(number, column), code)
        argument = directive.end()
        if name.startswith(("version", "deprecated")) and (version := VERSION.match(self.text, argument, line.end)):
            argument = version.end()
        if not prose and argument < line.end:
            return self._protect_block(mark.start(), self._argument_end(number, column))
        if name == "glossary":
            self._protect_terms(number + 1, self._block_end(number, column))
        self._mark(mark.start(), argument)
        options_end = self._options(number + 1, column)
        if prose and options_end > number + 1:
            self._argument(number, argument)
            self._flush()
            return options_end
        return self._argument(number, argument) if prose else options_end

    def _protect_terms(self, number: int, end: int) -> None:
        """The terms of a glossary stay as they are: other files refer to them, too. Their definitions are indented more."""
        lines = [line for line in self.lines[number:end] if not line.blank]
        outermost = min((line.indent for line in lines), default=0)
        self.parts.protected += ((line.first, line.end) for line in lines if line.indent == outermost)

    def _argument(self, number: int, start: int) -> int:
        if start < self.lines[number].end:
            return self._running(number, start, -1)
        return number + 1

    def _argument_end(self, number: int, column: int) -> int:
        """The line after the argument and the options of a directive, which are not prose: several signatures, perhaps."""
        number += 1
        while number < len(self.lines) and not self.lines[number].blank and self.lines[number].indent > column:
            number += 1
        return number

    def _options(self, number: int, column: int) -> int:
        """Protect the options under a directive's first line; returns the line after them."""
        option = -1
        while number < len(self.lines) and not self.lines[number].blank and self.lines[number].indent > column:
            line = self.lines[number]
            start = line.first
            if FIELD.match(self.text, start, line.end):
                option = line.indent
            elif option < 0 or line.indent <= option:
                break
            self.parts.protected.append((start, line.end))
            number += 1
        return number

    def _grid_table(self, number: int, start: int) -> int:
        end = number + 1
        while end < len(self.lines) and self.text.startswith(("+", "|"), self.lines[end].first):
            end += 1
        return self._table(number, start, end, GRID_SEPARATOR, GRID_BORDER)

    def _simple_table_end(self, number: int) -> int:
        """The line after the table's lower border, before a blank line; `number` if it has none."""
        if number >= self.tables_end:
            return number
        for end in range(number + 1, len(self.lines)):
            line = self.lines[end]
            last = end + 1 == len(self.lines) or self.lines[end + 1].blank
            if last and not line.blank and SIMPLE_BORDER.fullmatch(self.text, line.first, line.end):
                return end + 1
        self.tables_end = number
        return number

    def _table(self, number: int, start: int, end: int, separator: re.Pattern[str], border: re.Pattern[str]) -> int:
        """Read the table from `start` in line `number` to line `end` (exclusive).

        Each line of a cell is prose of its own, as the next word in the text is the next cell's.
        """
        self._flush()
        cells = []
        grid = border is GRID_BORDER
        first = self.lines[number]
        last_column = self.text.rfind(" ", first.start, first.end) + 1 - first.start
        for line in self.lines[number:end]:
            position = start if line is first else line.first
            if border.fullmatch(self.text, position, line.end):
                self.parts.protected.append((position, line.end))
                continue
            for match in separator.finditer(self.text, position, line.end):
                self.parts.protected.append(match.span())
                cells.append((position, match.start()))
                room = match.start() - (len(match[0]) > 1) if grid else max(match.start(), match.end() - 2)
                text = self.text[position : match.start()].rstrip()
                self.parts.cells.append(Cell(position, position + len(text), room))
                position = match.end()
            cells.append((position, line.end))
            if not grid and position - line.start < last_column:
                self.parts.cells.append(Cell(position, line.end, line.end))
        whole = start, self.lines[end - 1].end
        if UNSAFE_IN_TABLE.search(self.text, *whole) or not all(self._is_balanced(*cell) for cell in cells):
            self.parts.protected.append(whole)
            return end
        for cell in cells:
            self.parts.breaks += cell
            self.inline.read(*cell)
        return end

    def _is_balanced(self, start: int, end: int) -> bool:
        """Whether no literal goes on in another line of its cell."""
        double = self.text.count("``", start, end)
        return double % 2 == 0 and (self.text.count("`", start, end) - 2 * double) % 2 == 0


def columns(text: str) -> int:
    """How wide a text is, as docutils measures it: East Asian characters take two columns, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(character) else 1 + (east_asian_width(character) in "WF") for character in text)


def _lines(text: str) -> list[Line]:
    raw = text.split("\n")
    starts = line_starts(raw)[:-1]
    lines = [line.rstrip() for line in raw]
    blanks = [len(line) - len(line.lstrip()) for line in lines]
    firsts, ends = map(add, starts, blanks), map(add, starts, map(len, lines))
    return [*map(Line._make, zip(starts, firsts, ends, indents(lines, blanks, TAB), map(not_, lines), strict=True))]
