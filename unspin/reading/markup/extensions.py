"""What is not prose in the Markdown of MDX, Quarto, MkDocs, Jekyll, Hugo and Pandoc, as rules for markdown-it.

The rules are for every Markdown file: a file's suffix seldom tells its dialect. Where plain CommonMark reads text in what looks like
math or a template, the text is left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

OPAQUE = "opaque"

MATH_LENGTH = 1000
DISPLAY_LENGTH = 5000
MATH = re.compile(rf"\$(?![\s$])(?:[^$\\]|\\.){{0,{MATH_LENGTH}}}?(?<!\s)\$(?!\d)", re.DOTALL)
"""Pandoc's rule, by which "$5 and $10" is no formula."""
BRACKETS = re.compile(
    r"(?:\[\^[^\]\s]{1,100}\]"  # footnote
    r"|\[\[[^\[\]\n]{1,200}\]\]"  # wiki link
    r"|\[-?@[^\]\n]{1,300}\]"  # citation
    r"|\[!\w{1,30}\])(?!\()"  # GitHub's [!NOTE]
)
REFERENCE = re.compile(r"\]\[[^\[\]\n]{0,300}\]")
"""What follows the text of a link that is defined elsewhere, perhaps in another file."""
COMMAND = re.compile(r"\\[A-Za-z]+\*?")
JSX_LENGTH = 2000
JSX = re.compile(r"<[A-Za-z]")
JSX_MARK = re.compile(r"\"[^\"{}]*\"|[{}<>]")
BRACE = re.compile(r"[{}]")
BACKTICKS = re.compile("`+")

BLOCK = re.compile(
    r"(?P<dollars>\$\$)|(?P<bracket>\\\[)|(?P<environment>\\begin\{)"
    r"|\{[{%][<%-]?\s*(?P<tag>highlight|code|codeblock|raw|verbatim|mermaid|math|katex)\b"
)
JSX_BLOCK = re.compile(r"\{(?![{%#])|<(?!(?:pre|script|style|textarea)\b)[A-Za-z]", re.IGNORECASE)
ENVIRONMENT = re.compile(r"\\(begin|end)\{")
MARKER_LINE = re.compile(r":::|===[!+]?[ \t]+\w|(?P<indents>(?:!!!|\?\?\?\+?)[ \t]+[\w\"]|===[!+]?[ \t]+\")")
INDENT = 4  # columns, of what MkDocs's containers and footnotes hold
FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,100}\]:")
MODULE_CODE = re.compile(
    r"import\s+(?:[{*\"']|[\w$]+\s*(?:,\s*[{*]|\s+from\s))|export\s+(?:default|const|let|var|function|async|class)\b|export\s+[{*]"
)

MODULE_MARK = re.compile(
    r"\"(?:[^\"\\\n]|\\.){0,2000}\"|'(?:[^'\\\n]|\\.){0,2000}'|`(?:[^`\\]|\\.){0,2000}`"  # strings
    r"|/\*.{0,2000}?\*/|(?<!:)//[^\n]*"  # comments
    r"|(?P<opens>[{(\[])|(?P<closes>[})\]])|(?P<blank>\n[ \t>]*(?=\n))|(?P<fence>\n(?=[ \t>]*(?:```|~~~)))",
    re.DOTALL,
)
"""Brackets of JavaScript, blank lines and fences, and what they mean nothing in."""


def add_extensions(parser: MarkdownIt) -> None:
    """Add the rules. An inline match is of the rule `OPAQUE`; blocks leave no tokens."""
    interrupting = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("reference", "footnote", _footnote)
    parser.block.ruler.before("fence", "enclosed", _enclosed, {"alt": interrupting["alt"]})
    parser.block.ruler.before("fence", "marker_line", _marker_line, {"alt": interrupting["alt"]})
    parser.block.ruler.before("fence", "module_code", _module_code)
    parser.block.ruler.before("fence", "jsx_block", _jsx_block)
    parser.inline.ruler.before("escape", OPAQUE, _opaque)


def _opaque(state: StateInline, silent: bool) -> bool:
    reader = READERS.get(state.src[state.pos])
    end = reader(state) if reader else -1
    if end < 0:
        return False
    state.pos = _behind_code(state, end)
    return True


def _behind_code(state: StateInline, end: int) -> int:
    """The end of the code that begins before `end` and goes on behind it, or `end`: in "$HOME and `a=$HOME`" the code comes first."""
    position = state.pos
    while opened := BACKTICKS.search(state.src, position, end):
        closing = re.compile(rf"(?<!`){opened[0]}(?!`)").search(state.src, opened.end(), state.posMax)
        position = closing.end() if closing else opened.end()
    return max(position, end)


def _math(state: StateInline) -> int:
    source, position = state.src, state.pos
    if source.startswith("$$", position):
        return _enclosed_end(state, "$$", DISPLAY_LENGTH)
    match = MATH.match(source, position, state.posMax)
    return match.end() if match else -1


def _command(state: StateInline) -> int:
    r"""\(…\), \[…\] or \command; its arguments are in braces, and so protected."""
    following = state.src[state.pos + 1 : state.pos + 2]
    if following in ("(", "["):
        return _enclosed_end(state, "\\)" if following == "(" else "\\]", MATH_LENGTH)
    match = COMMAND.match(state.src, state.pos, state.posMax)
    return match.end() if match else -1


def _enclosed_end(state: StateInline, closing: str, length: int) -> int:
    found = state.src.find(closing, state.pos + 2, min(state.posMax, state.pos + length))
    return found + 2 if found >= 0 else -1


def _braces(state: StateInline) -> int:
    """Attributes, templates and JSX expressions. Braces that never close reach to the end of the block."""
    depth = 0
    for brace in BRACE.finditer(state.src, state.pos, state.posMax):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
    return state.posMax


def _brackets(state: StateInline) -> int:
    match = BRACKETS.match(state.src, state.pos, state.posMax)
    return match.end() if match else -1


def _reference(state: StateInline) -> int:
    match = REFERENCE.match(state.src, state.pos, state.posMax)
    return match.end() if match else -1


def _tag(state: StateInline) -> int:
    """<% … %> of a template, or JSX."""
    if state.src.startswith("<%", state.pos):
        return _enclosed_end(state, "%>", JSX_LENGTH)
    return _jsx(state)


def _jsx(state: StateInline) -> int:
    """A tag with braces in it, between which there may be a ">". Other tags are HTML, and markdown-it's business."""
    end = min(state.posMax, state.pos + JSX_LENGTH)
    if not JSX.match(state.src, state.pos, end) or "{" not in state.src[state.pos : end]:
        return -1
    depth = position = 0
    seen = False
    for mark in JSX_MARK.finditer(state.src, state.pos + 1, end):
        if mark[0] == "{":
            depth, seen = depth + 1, True
        elif mark[0] == "}":
            depth -= 1
        elif depth > 0 or mark[0][0] == '"':
            continue
        elif mark[0] == ">":
            position = mark.end()
            break
        else:
            return -1
    if not seen:
        return -1
    return position or end


READERS: dict[str, Callable[[StateInline], int]] = {
    "$": _math,
    "\\": _command,
    "{": _braces,
    "[": _brackets,
    "]": _reference,
    "<": _tag,
}


def _enclosed(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Math and code over several lines, blank ones included."""
    start = state.bMarks[first] + state.tShift[first]
    match = BLOCK.match(state.src, start, state.eMarks[first])
    if match is None or state.is_code_block(first):
        return False
    kind = match.lastgroup or ""
    unclosed = state.env.setdefault("unclosed", {})
    if first < unclosed.get(kind + match[0], 0):
        return False
    if kind in ("dollars", "bracket") and CLOSING[kind] in state.src[match.end() : state.eMarks[first]]:
        return False
    line, closed = _closing_line(state, first, end, match)
    if not closed and kind != "environment":
        unclosed[kind + match[0]] = line
        return False
    if not silent:
        state.line = line
    return True


CLOSING = {"dollars": "$$", "bracket": "\\]"}
FENCES = ("```", "~~~")


def _closing_line(state: StateBlock, first: int, end: int, opened: re.Match[str]) -> tuple[int, bool]:
    """The line after the one that closes the block, or after the container's last one, and whether it was closed."""
    kind = opened.lastgroup or ""
    closing = re.compile(rf"\{{[{{%][<%-]?\s*(?:end|/\s*){opened[kind]}\b" if kind == "tag" else re.escape(CLOSING.get(kind, "")))
    depth = 0
    for line in range(first, end):
        if line > first and state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return line, False
        start = state.bMarks[line] + state.tShift[line]
        if kind in CLOSING and state.src.startswith(FENCES, start):  # in code the signs mean something else
            return line, False
        position = opened.end() if line == first and kind != "environment" else state.bMarks[line]
        if kind == "environment":
            for match in ENVIRONMENT.finditer(state.src, position, state.eMarks[line]):
                depth += 1 if match[1] == "begin" else -1
            if depth <= 0:
                return line + 1, True
        elif closing.search(state.src, position, state.eMarks[line]):
            return line + 1, True
    return end, False


def _marker_line(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """A line that opens or closes a container; what the container holds is prose."""
    start = state.bMarks[first] + state.tShift[first]
    match = MARKER_LINE.match(state.src, start, state.eMarks[first])
    if match is None or state.is_code_block(first):
        return False
    if not silent:
        state.line = first + 1
        if match["indents"]:
            _indented(state, first + 1, end)
    return True


def _footnote(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """A footnote: a paragraph, and what is indented below it. It interrupts nothing."""
    start = state.bMarks[first] + state.tShift[first]
    if silent or state.is_code_block(first) or not FOOTNOTE.match(state.src, start, state.eMarks[first]):
        return False
    paragraph = state.md.block.ruler.getRules("")[-1]
    paragraph(state, first, end, False)
    _indented(state, state.line, end)
    return True


def _indented(state: StateBlock, first: int, end: int) -> None:
    """Read the lines that are indented below the mark of a container, or a footnote."""
    indent, last = state.blkIndent + INDENT, state.lineMax
    line = first
    while line < end and (state.isEmpty(line) or state.sCount[line] >= indent):
        line += 1
    state.blkIndent, state.lineMax, state.level = indent, line, state.level + 1
    state.md.block.tokenize(state, first, line)
    state.blkIndent, state.lineMax, state.level = indent - INDENT, last, state.level - 1
    state.line = line


def _module_code(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """MDX's imports and exports, which end at a blank line or a fence."""
    if state.sCount[first] > 0 or not MODULE_CODE.match(state.src, state.bMarks[first], state.eMarks[first]):
        return False
    if not silent:
        state.line = _module_end(state, first, end)
    return True


def _module_end(state: StateBlock, first: int, end: int) -> int:
    """The next blank line outside of brackets, strings and comments; brackets that never close reach to the next fence."""
    depth = 0
    for mark in MODULE_MARK.finditer(state.src, state.bMarks[first], state.eMarks[end - 1]):
        if mark.lastgroup == "fence" or (mark.lastgroup == "blank" and depth <= 0):
            return bisect_left(state.bMarks, mark.start() + 1, first, end)
        depth += (mark.lastgroup == "opens") - (mark.lastgroup == "closes")
    return end


def _jsx_block(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """JSX with a blank line in its braces, as in <Code>{`…`}</Code>; it ends with the line that closes them."""
    start = state.bMarks[first] + state.tShift[first]
    if not JSX_BLOCK.match(state.src, start, state.eMarks[first]) or state.is_code_block(first):
        return False
    unclosed = state.env.setdefault("unclosed", {})
    if first < unclosed.get(JSX_BLOCK, 0):
        return False
    line, closed = _braces_end(state, first, end)
    if not closed:
        unclosed[JSX_BLOCK] = line
    elif not silent:
        state.line = line
    return closed


def _braces_end(state: StateBlock, first: int, end: int) -> tuple[int, bool]:
    """The line after the one that closes braces over a blank line, and True; where braces cannot be closed any more, and False.

    Without such braces that is `first`; code ends the search.
    """
    depth, over_blank = 0, False
    for line in range(first, end):
        start, stop = state.bMarks[line] + state.tShift[line], state.eMarks[line]
        if state.isEmpty(line):
            over_blank = True
        elif state.sCount[line] < state.blkIndent or state.src.startswith(FENCES, start):
            return line, False
        depth += state.src.count("{", start, stop) - state.src.count("}", start, stop)
        if depth <= 0 and (over_blank or state.isEmpty(line + 1)):
            return (line + 1, True) if over_blank else (first, False)
    return end, False
