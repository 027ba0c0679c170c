"""markdown-it's rules, asked only where what stands there lets them match.

markdown-it asks every rule at every line and every mark. Most can tell by a few characters that they have nothing to say; here they are
not asked at all, and the most common ones are written anew, which more than halves the time and changes no result. What no reader of
ours looks at is left out: line breaks, the tokens around running text, lists and tables, and the contents of code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, TypeVar

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock, RuleFuncBlockType
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from unspin.reading.markup.extensions import FOOTNOTE, JSX_BLOCK
from unspin.reading.markup.lines import indents, line_starts

Rule = TypeVar("Rule")
ByCharacter = dict[str, list[Rule]]
BlockRule = tuple[Callable[[str, int], object], RuleFuncBlockType]
"""What says of a place in a text whether the rule is worth asking, and the rule."""

INTERRUPTED = ("paragraph", "reference", "blockquote")
"""Blocks that a heading or a list may end."""
BLANKS = " \t"
TAB = 4  # columns
ITEM = re.compile(r"(?:[*+-]|(?P<number>[0-9]{1,9})[.)])(?=[ \t\n]|\Z)")
HEADING = re.compile(r"#{1,6}(?=[ \t\n]|\Z)")


class Start(NamedTuple):
    """The characters that a block may begin with, and what must stand there then, as far as one line can tell."""

    characters: str
    pattern: re.Pattern[str]


BLOCK_STARTS = {
    "enclosed": Start("$\\{", re.compile(r"\$\$|\\|\{")),
    "marker_line": Start(":!?=", re.compile(r":::|!!!|\?\?\?|===")),
    "module_code": Start("ie", re.compile(r"import|export")),
    "jsx_block": Start("{<", JSX_BLOCK),
    "fence": Start("`~", re.compile(r"`{3}|~{3}")),
    "blockquote": Start(">", re.compile(r">")),
    "hr": Start("*-_", re.compile(r"([*_-])[ \t]*(?:\1[ \t]*){2,}(?:\n|\Z)")),
    "list": Start("*+-0123456789", ITEM),
    "footnote": Start("[", FOOTNOTE),
    "reference": Start("[", re.compile(r"\[[^\[\]\\\n]*(?:\]:|[\\\n])")),
    "html_block": Start("<", re.compile(r"<[A-Za-z/!?]")),
    "heading": Start("#", HEADING),
    "code": Start("", re.compile(r"")),  # asked for by the indent
    "table": Start("", re.compile(r"")),  # asked for by the next line
}
"""What a block of each rule begins with; a paragraph is what none of them is."""
TABLE_DELIMITERS = "|-:"
"""What the second line of a table begins with."""
INLINE_STARTS = {
    "opaque": "$\\{[]<",
    "escape": "\\",
    "plain": "[`",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "link": "[",
    "image": "!",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
}
"""The characters that the inline rules match at."""
TEXT = re.compile(r"[^$\\{\[\]<`~*_!&]+")
TEXT_AHEAD = re.compile(r"[^$\\{\[\]<`!]+")
"""What holds no mark; when rules only look ahead, emphasis and entities are no marks either."""
SOME_TEXT = " "
READ = frozenset(("inline", "fence", "code_block", "html_block", "blockquote_open", "th_open", "td_open"))
"""The tokens that the reader looks at."""


class Read(Token):
    """A token with no more than the reader asks for."""

    __slots__ = ()

    def __init__(self, ttype: str):
        self.type = ttype
        self.content = ""
        self.map = None


class Lines(StateBlock):
    """The lines of a text, as StateBlock has them, found many times as fast; and the tokens that a reader looks at, instead of all."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]):
        super().__init__("", md, env, tokens)
        self.src = src
        lines = src.split("\n")
        if not lines[-1].strip(BLANKS):
            lines.pop()  # markdown-it counts no line that is blank and without an end
        starts = line_starts(lines)
        blanks = [len(line) - len(line.lstrip(BLANKS)) for line in lines]
        self.bMarks = [*starts[:-1], len(src)]
        self.eMarks = [*[start - 1 for start in starts[1:]], len(src)]
        self.tShift = [*blanks, 0]
        self.sCount = [*indents(lines, blanks, TAB), 0]
        self.bsCount = [0] * (len(lines) + 1)
        self.lineMax = len(lines)
        self._unread = Token("", "", 0)

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """A new token; one that nobody reads, if it is of another type than READ."""
        self.level += nesting
        if ttype not in READ:
            return self._unread
        token = Read(ttype)
        self.tokens.append(token)
        return token

    def running(self, content: str, first: int, end: int) -> None:
        """Add the text of a paragraph or heading in these lines."""
        token = self.push("inline", "", 0)
        token.content = content
        token.map = [first, end]

    def getLines(self, begin: int, end: int, indent: int, keepLastLF: bool) -> str:
        """The text of lines; of those of code and HTML, which keep their last end, nothing, as nobody reads it."""
        return "" if keepLastLF else super().getLines(begin, end, indent, keepLastLF)


class Blocks(ParserBlock):
    """The block parser. `ready` must be called once all rules are in place."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token]:
        """Read a text."""
        state = Lines(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

    def ready(self) -> None:
        """Sort the rules by their characters."""
        self.ruler.at("heading", _heading, {"alt": [*INTERRUPTED]})
        self.ruler.at("list", _list, {"alt": [*INTERRUPTED]})
        self.ruler.at("paragraph", _paragraph)
        self.ruler.disable("lheading")
        self._table = _named(self.ruler)["table"]
        self._rules, self._interrupting, self._ending = map(self._sorted, ("", "paragraph", "list"))

    def _sorted(self, chain: str) -> ByCharacter[BlockRule]:
        """The rules of a chain, other than that for paragraphs, which has no character of its own."""
        chained = self.ruler.getRules(chain)
        rules = [(name, rule) for name, rule in _named(self.ruler).items() if rule in chained and name in BLOCK_STARTS]
        return _by_character(
            {name: (BLOCK_STARTS[name].pattern.match, rule) for name, rule in rules},
            {name: BLOCK_STARTS[name].characters for name, _ in rules},
        )

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        """Read blocks, as ParserBlock does."""
        line, nesting = startLine, state.md.options["maxNesting"]
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= nesting:
                state.line = endLine
                break
            self._block(state, line, endLine)
            line = state.line
            if line < endLine and state.isEmpty(line):
                state.line = line = line + 1

    def _block(self, state: StateBlock, line: int, end: int) -> None:
        if self._is_table(state, line, end, False):
            return
        if state.sCount[line] - state.blkIndent >= 4:
            any(rule(state, line, end, False) for rule in self.ruler.getRules(""))
        elif not self._matches(self._rules, state, line, end, False):
            _paragraph(state, line, end, False)

    def interrupts(self, state: StateBlock, line: int, end: int) -> bool:
        """Whether another block begins at a line, not empty, of a paragraph."""
        return self._matches(self._interrupting, state, line, end, True) or self._is_table(state, line, end, True)

    def ends_list(self, state: StateBlock, line: int, end: int) -> bool:
        """Whether another block begins at a line, not empty, where a list might go on."""
        return self._matches(self._ending, state, line, end, True)

    def _matches(self, rules: ByCharacter[BlockRule], state: StateBlock, line: int, end: int, silent: bool) -> bool:
        source, start = state.src, state.bMarks[line] + state.tShift[line]
        possible = rules.get(source[start])
        return possible is not None and any(begins(source, start) and rule(state, line, end, silent) for begins, rule in possible)

    def _is_table(self, state: StateBlock, line: int, end: int, silent: bool) -> bool:
        if line + 1 >= end:
            return False
        start = state.bMarks[line + 1] + state.tShift[line + 1]
        return state.src[start : start + 1] in TABLE_DELIMITERS and self._table(state, line, end, silent)


class Inlines(ParserInline):
    """The inline parser. `ready` must be called once all rules are in place. Of text between marks it keeps only that there is some."""

    def ready(self, noting: Callable[[str, RuleFuncInlineType], RuleFuncInlineType]) -> None:
        """Sort the rules by their characters. Those that `noting` makes of them are asked for tokens, they themselves look ahead."""
        self.ruler.disable(["text", "newline"])
        rules = _named(self.ruler)
        self._ahead = _by_character(rules, INLINE_STARTS)
        self._by_character = _by_character({name: noting(name, rule) for name, rule in rules.items()}, INLINE_STARTS)

    def tokenize(self, state: StateInline) -> None:
        """Read marks and text, as ParserInline does."""
        source, end, nesting = state.src, state.posMax, state.md.options["maxNesting"]
        while state.pos < end:
            if text := TEXT.match(source, state.pos, end):
                state.pending = SOME_TEXT
                state.pos = text.end()
            elif state.level >= nesting or not any(rule(state, False) for rule in self._by_character[source[state.pos]]):
                state.pending = SOME_TEXT
                state.pos += 1
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:
        """Go on behind what stands here, as ParserInline does."""
        start = state.pos
        if start in state.cache:
            state.pos = state.cache[start]
            return
        if state.level >= state.md.options["maxNesting"]:
            state.pos = state.posMax + 1
        elif text := TEXT_AHEAD.match(state.src, start, state.posMax):
            state.pos = text.end()
        else:
            state.level += 1
            if not any(rule(state, True) for rule in self._ahead[state.src[start]]):
                state.pos = start + 1
            state.level -= 1
        state.cache[start] = state.pos


def _named(ruler: Ruler[Rule]) -> dict[str, Rule]:
    return dict(zip(ruler.get_active_rules(), ruler.getRules(""), strict=True))


def _by_character(rules: Mapping[str, Rule], starts: Mapping[str, str]) -> ByCharacter[Rule]:
    """For each character that is special to some rule, all that may match there."""
    characters = {character for name in rules for character in starts[name]}
    return {character: [rule for name, rule in rules.items() if character in starts[name]] for character in characters}


def _paragraph(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """A paragraph, or a heading that is underlined: both go on until a blank line or another block."""
    block = state.md.block
    assert isinstance(block, Blocks) and isinstance(state, Lines)
    line, marker = first + 1, ""
    parent, state.parentType = state.parentType, "paragraph"
    while line < end and not state.isEmpty(line):
        indent = state.sCount[line]
        if indent - state.blkIndent <= 3:  # else it is a paragraph's line, whatever it looks like
            if indent >= state.blkIndent and (marker := _underline(state, line)):
                break
            if indent >= 0 and block.interrupts(state, line, end):
                break
        line += 1
    state.parentType = parent
    state.line = line + bool(marker)
    state.running(_content(state, first, line), first, line)
    return True


def _underline(state: StateBlock, line: int) -> str:
    start = state.bMarks[line] + state.tShift[line]
    marker = state.src[start]
    if marker not in "-=" or state.src[start : state.eMarks[line]].rstrip(BLANKS).strip(marker):
        return ""
    return marker


def _content(state: StateBlock, first: int, end: int) -> str:
    if end == first + 1:
        return state.src[state.bMarks[first] + state.tShift[first] : state.eMarks[first]].strip()
    if state.blkIndent:
        return state.getLines(first, end, state.blkIndent, False).strip()
    return "\n".join(state.src[state.bMarks[line] : state.eMarks[line]] for line in range(first, end)).strip()


def _heading(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """A line that begins with # signs, and may end with some."""
    assert isinstance(state, Lines)
    start, stop = state.bMarks[first] + state.tShift[first], state.eMarks[first]
    opened = HEADING.match(state.src, start)
    if opened is None or state.is_code_block(first):
        return False
    if not silent:
        text = state.src[opened.end() : stop].rstrip(BLANKS)
        bare = text.rstrip("#")
        state.line = first + 1
        state.running((bare if bare.endswith((" ", "\t")) else text).strip(), first, first + 1)
    return True


def _list(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """A list, item by item, each of which is read by itself."""
    indent = state.sCount[first]
    item = _item(state, first)
    if item is None or state.is_code_block(first) or (state.listIndent >= 0 and state.listIndent + 4 <= indent < state.blkIndent):
        return False
    if silent:
        in_paragraph = state.parentType == "paragraph" and indent >= state.blkIndent
        return not in_paragraph or (int(item["number"] or 1) == 1 and state.skipSpaces(item.end()) < state.eMarks[first])
    block = state.md.block
    assert isinstance(block, Blocks)
    parent, state.parentType = state.parentType, "list"
    state.level += 2
    line, sign = first, item[0][-1]
    while item is not None and item[0][-1] == sign:
        _read_item(state, line, end, item.end())
        line = state.line
        if line >= end or state.sCount[line] < state.blkIndent or state.is_code_block(line) or block.ends_list(state, line, end):
            break
        item = _item(state, line)
    state.level -= 2
    state.parentType = parent
    return True


def _item(state: StateBlock, line: int) -> re.Match[str] | None:
    """The mark of a list's item."""
    return ITEM.match(state.src, state.bMarks[line] + state.tShift[line])


def _read_item(state: StateBlock, line: int, end: int, marked: int) -> None:
    """Read an item, of which the mark ends at `marked`."""
    start, stop = state.bMarks[line], state.eMarks[line]
    shift, columns, outer = state.tShift[line], state.sCount[line], state.listIndent
    content = state.skipSpaces(marked)
    column = width = columns + marked - start - shift
    for blank in state.src[marked:content]:
        width += 1 if blank == " " else TAB - (width + state.bsCount[line]) % TAB
    state.listIndent, state.blkIndent = state.blkIndent, width if content < stop and width - column <= 4 else column + 1
    state.tShift[line], state.sCount[line] = content - start, width
    if content >= stop and state.isEmpty(line + 1):  # the item is empty
        state.line = min(state.line + 2, end)
    else:
        state.md.block.tokenize(state, line, end)
    state.blkIndent, state.listIndent = state.listIndent, outer
    state.tShift[line], state.sCount[line] = shift, columns
