"""Markdown: CommonMark with tables, strikethrough, front matter and math, and what MDX, Quarto and MkDocs add to it.

markdown-it finds the blocks, and in each the inline markup. It knows the lines of a block but not the place of a mark within them;
so its inline rules are wrapped in ones that note where they matched. Nothing is prose until it has been located in the source:
what no paragraph, heading or cell accounts for stays protected.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from unspin.reading.markup import html
from unspin.reading.markup.dispatch import SOME_TEXT, Blocks, Inlines
from unspin.reading.markup.extensions import add_extensions
from unspin.reading.markup.lines import line_starts
from unspin.reading.markup.parts import Parts, front_matter
from unspin.reading.ranges import Range, merged, trimmed, without

Rule = Callable[[StateInline, bool], bool]

NEWLINE = re.compile(r"\r\n?|\n")
WRITTEN = re.compile(r"\S(?:[^\n]*\S)?")
"""A line without the blanks around it."""
BETWEEN_CELLS = re.compile(r"[\s|>*+\-\d.)]*")
QUOTE_MARKS = re.compile(r"[>\s]*")
ALERT = re.compile(r"[>\s]*\[!\w+\]")
ANCHOR = re.compile(r"[\]h](?:(?<=\])(?:\(|:[ \t]*)<?|(?<=\bh)ref=[\"']?)#([^\s)>\"']{1,300})")
"""A link to a place in the same text."""
LINK_TARGET = re.compile(r"\]\([^()]*\)")
NUMBERED = re.compile(r"-\d+$")
CLOSING_HASHES = " \t#"
HARD_BREAK = "  "
BLANKS = (" ", "\t")
NOT_PLAIN = re.compile(r"[`<\[\]\\$&{*_~!|\n]")
CODE = r"`[^`]+`(?!`)"
LINK = r"\[[^$\\{\[\]<`~*_&]*(?P<label_end>\])\([^\x00-\x20\x7f<()\[\\]+\)"
PLAIN_CODE, PLAIN_LINK = re.compile(CODE), re.compile(LINK)
SIMPLE_MARK = re.compile(
    r"[`\[{$\\*_<&!~\]](?:"  # one set of characters is what `re` finds fastest; what has been found is looked up behind it
    rf"(?<=`)(?P<backticks>{CODE[1:]})|(?<=\[)(?P<link>{LINK[2:]})|(?<=\{{)(?P<opaque>[^{{}}`]*\}})"
    r"|(?<=\*)(?P<strong>(?<![^\s]\*)\*[A-Za-z0-9][^$\\{\[\]<`~*_&!]*(?:(?<=[A-Za-z0-9])\*\*(?!\*)|(?<=[:.])\*\*(?=\s|\Z)))"
    r"|(?P<other>(?<=[$\\{\[`*])|(?<=!)(?=\[)|(?<=<)(?!\s)|(?<=~)(?=~)|(?<=&)(?=[\w#])|(?<=\])(?=\[)"
    r"|(?<=_)(?:(?<![^\W_]_)|(?![^\W_]))))"
)
"""`code`, [text](address), {…} and **strong** text with nothing else in them, by the names of their rules, and what may open or close any
`other` mark."""
FOUND = "found"
"""Where the wrapped rules leave their matches in markdown-it's environment, and emphasis marks for which it isn't known yet."""
MARKS = "marks"
PLAIN = "plain"
"""The name of a rule for what is most common, which makes no tokens."""


class Match(NamedTuple):
    """What an inline rule matched at [start, end) of its block; a link's or image's text ends at `label_end`."""

    rule: str
    start: int
    end: int
    label_end: int = -1


class Piece(NamedTuple):
    """A line of a block's running text: `offset` in the text that is parsed, `start` in the source."""

    offset: int
    start: int
    length: int


@dataclass(slots=True)
class Row:
    """A line of a table, of which the cells before `cursor` have been found."""

    number: int
    text: str
    cursor: int = 0


class Parser(MarkdownIt):
    """Takes any address for one: what is not a link would be prose."""

    def validateLink(self, url: str) -> bool:
        """Whether `url` may be linked to."""
        return True

    def normalizeLink(self, url: str) -> str:
        """The address as it is written."""
        return url


def read_markdown(text: str, parts: Parts) -> None:
    """Read a whole file into `parts`. A file that the parser gives up on is protected altogether."""
    start = front_matter(text)
    try:
        _Reader(text, start, parts).read()
    except RecursionError:
        parts.protected.append((0, len(text)))


class _Reader:
    def __init__(self, text: str, start: int, parts: Parts):
        self.text = text
        self.parts = parts
        self.body = text[start:]
        self.seen = text.replace("\0", "\ufffd")
        self.lines = [*_line_starts(self.body, start), len(text)]
        self.prose: list[Range] = []
        self.anchors = frozenset(anchor for match in ANCHOR.finditer(text) for anchor in _anchors(match[1]))
        self.tags: list[html.Tag] = []
        self.row = Row(-1, "")
        self.parser = _parser()

    def read(self) -> None:
        references: dict[str, Any] = {}
        in_cell = False
        for token in self.parser.parse(self.body, references):
            if token.type == "inline" and token.map and token.content:
                located = self._cell(token) if in_cell else self._lines(token)
                if located and not self._is_anchor(token.content):
                    self._inline(token.content, located, references)
            elif token.type in ("fence", "code_block") and token.map:
                self.parts.code.append((self.lines[token.map[0]], self._line_end(token.map[1] - 1)))
            elif token.type == "html_block" and token.map:
                self._html(self.lines[token.map[0]], self._line_end(token.map[1] - 1))
            elif token.type == "blockquote_open" and token.map:
                quotation = self.lines[token.map[0]], self._line_end(token.map[1] - 1)
                if not ALERT.match(self.text, *quotation):
                    self.parts.quotations.append(trimmed(self.text, *quotation))
            in_cell = token.type in ("th_open", "td_open")
        everything = [(0, len(self.text))]
        not_prose = (trimmed(self.text, *hole) for hole in without(everything, merged(self.prose)))
        self.parts.protected += not_prose
        html.close(self.tags, len(self.text), self.parts, self_closing=True)

    def _is_anchor(self, content: str) -> bool:
        """Whether links lead to a heading of this text by its words: with other words they would lead nowhere."""
        return bool(self.anchors) and _letters(LINK_TARGET.sub("", content)) in self.anchors

    def _line_end(self, line: int) -> int:
        return self.lines[min(line + 1, len(self.lines) - 1)]

    def _line(self, line: int) -> str:
        return self.seen[self.lines[line] : self._line_end(line)].rstrip()

    def _lines(self, token: Token) -> list[Piece]:
        """Where the lines of a paragraph or heading are; [] if that isn't clear."""
        assert token.map is not None
        start = _behind_blanks(self.seen, self.lines[token.map[0]])
        if "\n" not in token.content:
            end = start + len(token.content)
            if self.seen.startswith(token.content, start) and self.seen.startswith("\n", end):
                return [Piece(0, start, len(token.content))]
            return self._only_line(token.map[0], token.content)
        if self.seen.startswith(token.content, start):
            return [Piece(line.start(), start + line.start(), len(line[0])) for line in WRITTEN.finditer(token.content)]
        pieces = token.content.split("\n")
        if len(pieces) > token.map[1] - token.map[0]:
            return []
        result = []
        offset = 0
        for number, piece in enumerate(pieces, token.map[0]):
            line, content = self._line(number), piece.strip()
            if not line.endswith(content):
                return []
            before = len(piece) - len(piece.lstrip())
            if content:
                result.append(Piece(offset + before, self.lines[number] + len(line) - len(content), len(content)))
            offset += len(piece) + 1
        return result

    def _only_line(self, number: int, piece: str) -> list[Piece]:
        line, content = self._line(number), piece.strip()
        if not line.endswith(content):
            line = line.rstrip(CLOSING_HASHES)
        if not content or not line.endswith(content):
            return []
        return [Piece(len(piece) - len(piece.lstrip()), self.lines[number] + len(line) - len(content), len(content))]

    def _cell(self, token: Token) -> list[Piece]:
        """The same for a table's cell; cells come in order."""
        assert token.map is not None
        if self.row.number != token.map[0]:
            self.row = Row(token.map[0], self._line(token.map[0]))
        row, written = self.row, token.content.replace("|", "\\|")
        found = row.text.find(written, row.cursor)
        skipped = BETWEEN_CELLS.match(row.text, row.cursor)
        if found < 0 or skipped is None or skipped.end() < found:
            row.cursor = len(row.text)
            return []
        row.cursor = found + len(written)
        return [Piece(0, self.lines[row.number] + found, len(written))] if written == token.content else []

    def _inline(self, content: str, pieces: list[Piece], references: dict[str, Any]) -> None:
        """Read the running text `content`, of which the lines are at `pieces`."""
        first, last = pieces[0], pieces[-1]
        start, end = first.start, last.start + last.length
        try:
            found = _matches(content, self.parser, references)
        except RecursionError:
            return
        self.prose.append((start, end))
        self.parts.breaks += (start, end)
        for left, right in itertools.pairwise(pieces):
            if right.start - left.start - left.length > 1:  # more than a newline
                self._between_lines(left.start + left.length, right.start)
        if not found:
            return
        offsets = [piece.offset for piece in pieces[1:]]

        def located(offset: int) -> int:
            piece = pieces[bisect_right(offsets, offset)] if offsets else first
            return min(piece.start + offset - piece.offset, piece.start + piece.length)

        for match in found:
            self._place(match, content, located)

    def _between_lines(self, start: int, end: int) -> None:
        """Block quote marks before the lines of one paragraph don't break it, and neither do hard line breaks, which stay as they are."""
        if self.text.startswith(HARD_BREAK, start):
            self.parts.transparent.append((start, start + len(HARD_BREAK)))
        start, end = trimmed(self.text, start, end)
        if QUOTE_MARKS.fullmatch(self.text, start, end):
            self.parts.transparent.append((start, end))
        else:
            self.parts.protected.append((start, end))

    def _place(self, match: Match, content: str, located: Callable[[int], int]) -> None:
        parts, start, end = self.parts, located(match.start), located(match.end - 1) + 1
        if match.rule == "backticks":
            parts.protect_code(start, end)
        elif match.rule == "link":
            self._place_link(match, content, start, located(match.label_end), end)
        elif match.rule in ("emphasis", "strikethrough"):
            parts.transparent.append((start, end))
        elif match.rule == "escape":
            if not content[match.start + 1].isalnum():
                parts.transparent.append((start, start + 1))
        elif match.rule == "entity":
            html.entity(self.text, start, end, parts)
        elif match.rule == "html_inline" and (name := html.NAME.match(content, match.start)) and name[1][0] not in "!?":
            tag = html.read_tag(start, end, name[1], content[match.start : match.end])
            html.place(tag, parts)
            self.tags.append(tag)
        elif match.rule == "image" and not NOT_PLAIN.search(content, match.start + 2, match.label_end):
            parts.protected += ((start, start + 2), (located(match.label_end), end))
        else:
            parts.protected.append((start, end))

    def _place_link(self, match: Match, content: str, start: int, label_end: int, end: int) -> None:
        if content[match.label_end : match.end] in ("]", "][]"):
            self.parts.protected.append((start, end))  # the text is the name of what it links to
            return
        self.parts.transparent += ((start, start + 1), (label_end, label_end + 1))
        self.parts.protect_ending(label_end + 1, end)

    def _html(self, start: int, end: int) -> None:
        """Read a block of HTML. If there are braces in it, it may be JSX, in which a tag can hold any code."""
        start, end = trimmed(self.text, start, end)
        if "{" in self.text[start:end]:
            return
        self.prose.append((start, end))
        self.parts.breaks += (start, end)
        self.tags += html.scan(self.text, start, end, self.parts)


def _line_starts(text: str, offset: int) -> list[int]:
    """Where each line begins, if the text is at `offset` in the source."""
    if "\r" in text:
        return [offset, *(offset + newline.end() for newline in NEWLINE.finditer(text))]
    return line_starts(text.split("\n")[:-1], offset)


def _behind_blanks(text: str, start: int) -> int:
    while text.startswith(BLANKS, start):
        start += 1
    return start


def _anchors(target: str) -> tuple[str, str]:
    """What a heading may read to which "#the-final-year" leads, and "#the-final-year-1", the second one of that text."""
    target = unquote(target)
    return _letters(target), _letters(NUMBERED.sub("", target))


def _letters(text: str) -> str:
    """What all the ways to make an anchor of a heading have in common."""
    return "".join(filter(str.isalnum, text.lower()))


@cache
def _parser() -> Parser:
    parser = Parser()
    parser.block, parser.inline = blocks, inlines = Blocks(), Inlines()
    parser.configure("commonmark")
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.disable(["inline", "text_join"])
    add_extensions(parser)
    inlines.ruler.before("backticks", PLAIN, _plain)
    blocks.ready()
    inlines.ready(_noting)
    inlines.ruler2.at("fragments_join", _note_marks)
    return parser


def _matches(content: str, parser: Parser, references: dict[str, Any]) -> list[Match]:
    """What the inline rules match in a running text. RecursionError if that goes too deep."""
    found = _simple_matches(content)
    if found is None:
        found = []
        parser.inline.parse(content, parser, {**references, FOUND: found, MARKS: []}, [])
    return found


def _simple_matches(content: str) -> list[Match] | None:
    """The same of a text that has no marks but simple ones; None if it may have others."""
    found = []
    for mark in SIMPLE_MARK.finditer(content):
        rule, start, end = mark.lastgroup, mark.start(), mark.end()
        if rule is None or rule == "other":
            return None
        if rule == "strong":
            found += [Match("emphasis", offset, offset + 1) for offset in (start, start + 1, end - 2, end - 1)]
        else:
            found.append(Match(rule, start, end, mark.start("label_end") if rule == "link" else -1))
    return found


def _plain(state: StateInline, silent: bool) -> bool:
    """`code` and [text](address) with nothing else in them."""
    rule, pattern = ("backticks", PLAIN_CODE) if state.src[state.pos] == "`" else ("link", PLAIN_LINK)
    match = pattern.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        label_end = match.start("label_end") if rule == "link" else -1
        state.env[FOUND].append(Match(rule, match.start(), match.end(), label_end))
        state.pending = SOME_TEXT
    state.pos = match.end()
    return True


def _noting(name: str, rule: Rule) -> Rule:
    """The rule, which also notes what it matched."""
    if name == PLAIN:
        return rule

    def noting(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        # An image's text is parsed as a text of its own, images in images again and again: only the range of it is needed.
        if not rule(state, silent or name == "image"):
            return False
        if name in ("emphasis", "strikethrough"):
            end = state.pos
            for token in reversed(state.tokens[count:]):
                if end > start:
                    state.env[MARKS].append((end - len(token.content), end, token))
                    end -= len(token.content)
        elif name != "backticks" or any(token.type == "code_inline" for token in state.tokens[count:]):
            label = {"link": start, "image": start + 1}.get(name)
            label_end = -1 if label is None else state.md.helpers.parseLinkLabel(state, label, name == "link")
            state.env[FOUND].append(Match(name, start, state.pos, label_end))
        return True

    return noting


def _note_marks(state: StateInline) -> None:
    """Those emphasis marks that became emphasis; the others are text."""
    for start, end, token in state.env[MARKS]:
        if token.type != "text" or not token.content:
            state.env[FOUND].append(Match("emphasis", start, end))
