"""markdown-it's rules, asked only where the first character lets them match.

markdown-it asks every rule at every line and every mark. Most can tell by one character that they have nothing to say; here they are
not asked at all, which halves the time and changes no result. What no reader of ours looks at is left out: line breaks, and the tokens
around running text, lists and tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import Literal, TypeVar

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

Rule = TypeVar("Rule")
ByCharacter = dict[str, list[Rule]]

BLOCK_STARTS = {
    "enclosed": "$\\{",
    "marker_line": ":!?=",
    "module_code": "ie",
    "jsx_block": "{<",
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*+-0123456789",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
    "code": "",  # asked for by the indent
    "table": "",  # asked for by the next line
}
"""The characters that a block of each rule begins with; other rules may match anything."""
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
MARK = re.compile(r"[$\\{\[\]<`~*_&]")
"""What text without any inline markup lacks; the mark of an image goes with a bracket."""
TEXT = re.compile(r"[^$\\{\[\]<`~*_!&]+")
TEXT_AHEAD = re.compile(r"[^$\\{\[\]<`!]+")
"""What holds no mark; when rules only look ahead, emphasis and entities are no marks either."""
SOME_TEXT = " "
READ = frozenset(("inline", "fence", "code_block", "html_block", "blockquote_open", "th_open", "td_open"))
"""The tokens that the reader looks at."""
BLANKS = " \t"
TAB = 4  # columns


class Lines(StateBlock):
    """The lines of a text, as StateBlock has them, found many times as fast; and the tokens that a reader looks at, instead of all."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]):
        super().__init__("", md, env, tokens)
        self.src = src
        lines = src.split("\n")
        if not lines[-1].strip(BLANKS):
            lines.pop()  # markdown-it counts no line that is blank and without an end
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        self.bMarks = [*starts[:-1], len(src)]
        self.eMarks = [*(start - 1 for start in starts[1:]), len(src)]
        self.tShift = [*(len(line) - len(line.lstrip(BLANKS)) for line in lines), 0]
        self.sCount = [*map(_columns, lines, self.tShift), 0]
        self.bsCount = [0] * (len(lines) + 1)
        self.lineMax = len(lines)
        self._unread = Token("", "", 0)

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """A new token; one that nobody reads, if it is of another type than READ."""
        if ttype in READ:
            return super().push(ttype, tag, nesting)
        self.level += nesting
        return self._unread


def _columns(line: str, indent: int) -> int:
    """How wide the blanks are that a line begins with."""
    return indent if "\t" not in line[:indent] else len(line[:indent].expandtabs(TAB))


class Blocks(ParserBlock):
    """The block parser. `ready` must be called once all rules are in place."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token]:
        """Read a text."""
        state = Lines(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

    def ready(self) -> None:
        """Sort the rules by their characters."""
        self.ruler.at("paragraph", _paragraph)
        self.ruler.disable("lheading")
        named = _named(self.ruler)
        self._table = named.pop("table")
        self._any, self._by_character = _by_character(named, BLOCK_STARTS)
        interrupting = self.ruler.getRules("paragraph")
        self._interrupting = _by_character({name: rule for name, rule in named.items() if rule in interrupting}, BLOCK_STARTS)[1]

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        """Read blocks, as ParserBlock does."""
        line, nesting = startLine, state.md.options["maxNesting"]
        after_blank = False
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= nesting:
                state.line = endLine
                break
            self._block(state, line, endLine)
            state.tight = not after_blank
            line = state.line
            after_blank = after_blank or (line - 1 < endLine and state.isEmpty(line - 1))
            if line < endLine and state.isEmpty(line):
                after_blank = True
                state.line = line = line + 1

    def _block(self, state: StateBlock, line: int, end: int) -> None:
        if self._is_table(state, line, end, False):
            return
        rules = self.ruler.getRules("")
        if state.sCount[line] - state.blkIndent < 4:
            rules = self._by_character.get(state.src[state.bMarks[line] + state.tShift[line]], self._any)
        for rule in rules:
            if rule(state, line, end, False):
                return

    def interrupts(self, state: StateBlock, line: int, end: int) -> bool:
        """Whether another block begins at a line, not empty, of a paragraph."""
        if self._is_table(state, line, end, True):
            return True
        rules = self._interrupting.get(state.src[state.bMarks[line] + state.tShift[line]], ())
        return any(rule(state, line, end, True) for rule in rules)

    def _is_table(self, state: StateBlock, line: int, end: int, silent: bool) -> bool:
        if line + 1 >= end:
            return False
        start = state.bMarks[line + 1] + state.tShift[line + 1]
        return state.src[start : start + 1] in TABLE_DELIMITERS and self._table(state, line, end, silent)


class Inlines(ParserInline):
    """The inline parser. `ready` must be called once all rules are in place. Of text between marks it keeps only that there is some."""

    def ready(
        self, noting: Callable[[str, RuleFuncInlineType], RuleFuncInlineType], simple: Callable[[str, EnvType], bool]
    ) -> None:
        """Sort the rules by their characters. Those that `noting` makes of them are asked for tokens, they themselves look ahead.

        None is asked for a text that `simple` can read."""
        self._simple = simple
        self.ruler.disable(["text", "newline"])
        rules = _named(self.ruler)
        self._ahead = _by_character(rules, INLINE_STARTS)[1]
        self._by_character = _by_character({name: noting(name, rule) for name, rule in rules.items()}, INLINE_STARTS)[1]

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Read a text."""
        return tokens if self._simple(src, env) else super().parse(src, md, env, tokens)

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


def _by_character(rules: Mapping[str, Rule], starts: Mapping[str, str]) -> tuple[list[Rule], ByCharacter[Rule]]:
    """The rules that may match anywhere, and for each character that is special to some rule, all that may match there."""
    anywhere = [rule for name, rule in rules.items() if name not in starts]
    characters = {character for name in rules for character in starts.get(name, "")}
    return anywhere, {
        character: [rule for name, rule in rules.items() if name not in starts or character in starts[name]]
        for character in characters
    }


def _paragraph(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """A paragraph, or a heading that is underlined: both go on until a blank line or another block."""
    block = state.md.block
    assert isinstance(block, Blocks)
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
    token = state.push("inline", "", 0)
    token.content = _content(state, first, line)
    token.map = [first, line]
    return True


def _underline(state: StateBlock, line: int) -> str:
    start, stop = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    marker = state.src[start]
    if marker not in "-=" or state.src[start:stop].rstrip(" \t").strip(marker):
        return ""
    return marker


def _content(state: StateBlock, first: int, end: int) -> str:
    if state.blkIndent:
        return state.getLines(first, end, state.blkIndent, False).strip()
    return "\n".join(state.src[state.bMarks[line] : state.eMarks[line]] for line in range(first, end)).strip()
