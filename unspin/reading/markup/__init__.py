"""What the markup of a text says about its code points: which are prose, and which are not ours to touch.

The readers are conservative. Whatever they can't place for certain is protected: a wrong range may hide a finding, it must never
put code or an address where it could be rewritten. This package knows the formats; `unspin.reading.protect` finds addresses in what they
leave, and code and tags in plain text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath

from unspin.reading.ranges import Range

FORMATS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".rst": "rst",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
PLAIN = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell at [start, end) in a table whose columns must not move; it may grow to `room`, over blanks."""

    start: int
    end: int
    room: int


@dataclass(frozen=True, slots=True)
class Title:
    """A title at [start, end), whose `adornments`, lines under and perhaps over it, must not be shorter."""

    start: int
    end: int
    adornments: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Markup:
    """What stands where in a text. Ranges are [start, end) in code points, sorted, and disjoint within a field.

    `protected`: neither read nor changed. Code, link targets, front matter, tags, scripts, directives, list and heading marks.
    `transparent`: markup inside running text, across which a phrase goes on: ``**``, ``<b>``. Never protected too.
    `blanks`: entities that are seen as a blank: ``&nbsp;``. Neither protected nor transparent.
    `apostrophes`: the same of apostrophes: ``&rsquo;``.
    `quotations`: direct speech with its marks, and block quotations; looked for when they are asked for.
    `breaks`: offsets, sorted, at which a paragraph, heading, item or cell begins or ends. No phrase and no sentence runs across one,
    even where only a newline or blanks stand between the words.
    `code`: code and literal text, in which comments are examples. Protected too.
    `cells` and `titles`: where the width of the text matters.
    """

    protected: tuple[Range, ...] = ()
    transparent: tuple[Range, ...] = ()
    blanks: tuple[Range, ...] = ()
    apostrophes: tuple[Range, ...] = ()
    quotations: Sequence[Range] = field(default=(), compare=False)
    breaks: tuple[int, ...] = ()
    code: tuple[Range, ...] = ()
    cells: tuple[Cell, ...] = ()
    titles: tuple[Title, ...] = ()


@lru_cache(maxsize=256)
def format_of(path: str) -> str:
    """The format that a file's name tells: "markdown", "rst", "html", else "text"."""
    return FORMATS.get(PurePath(path).suffix.lower(), PLAIN)


@lru_cache(maxsize=1)  # the reader, its comments and its layout ask for the same, one after the other
def read(text: str, format: str) -> Markup:
    """The markup of a text in one of the formats that `format_of` knows; ValueError for another. No text makes it fail."""
    from unspin.reading.markup.parts import Parts

    parts = Parts(text)
    if format == "markdown":
        from unspin.reading.markup.markdown import read_markdown

        read_markdown(text, parts)
    elif format == "html":
        from unspin.reading.markup.html import read_html

        read_html(text, parts)
    elif format == "rst":
        from unspin.reading.markup.rst import read_rst

        read_rst(text, parts)
    elif format != PLAIN:
        raise ValueError(f"{format}: unknown format; use one of {', '.join(sorted({PLAIN, *FORMATS.values()}))}")
    return parts.markup()
