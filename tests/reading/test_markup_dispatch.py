"""What is asked less often must answer the same: the parser of the reader against one made of markdown-it's own classes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.reading.test_markup_markdown import PIECES
from unspin.reading.markup import markdown
from unspin.reading.markup.dispatch import READ
from unspin.reading.markup.extensions import add_extensions
from unspin.reading.markup.markdown import FOUND, MARKS, Parser

MORE = [
    *(
        "w`x` ",
        "`",
        "[w](x)",
        "[w](x\n",
        "[w](<x>)",
        "[w](x(y))",
        '[w](x "t")',
        "![w](x)",
        "[w]",
        "[w][w]\n",
        "[w]: x\n",
        "](",
        "[ ",
    ),
    *("!", "\\", "\\`", "&amp;", "&", "~~", "__", "*_", "<b>", "<!--", "<x@y.z>", "$x$", "$$", "{{", "}", "[[w]]", "[^w]"),
    *(
        " - ",
        "+ ",
        "   w\n",
        "w  \n",
        "=== \n",
        "***\n",
        "~~~\n",
        "| w | w |\n",
        "|--|--|\n",
        ":::\n",
        "!!! w\n",
        '=== "w"\n\n    ',
        "import w from 'w'\n",
    ),
    *("2. ", "10) ", "\n    w\n", "\n\tw\n", "<div>\n", "</div>\n\n", "\\begin{w}\n", "\\end{w}\n", "# w #\n", "w\n", "w"),
]


def slow_parser() -> Parser:
    """Every rule asked everywhere."""
    parser = Parser("commonmark")
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.disable(["inline", "text_join"])
    add_extensions(parser)
    rules = parser.inline.ruler
    for name, rule in zip(rules.get_active_rules(), rules.getRules(""), strict=True):
        if name not in ("text", "newline"):
            noting = markdown._noting(name, rule)
            rules.at(name, lambda state, silent, rule=rule, noting=noting: (rule if silent else noting)(state, silent))
    parser.inline.ruler2.before("fragments_join", "note_marks", markdown._note_marks)
    return parser


SLOW = slow_parser()


def blocks(parser: MarkdownIt, text: str) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    environment: dict[str, Any] = {}
    tokens = parser.parse(text, environment)
    read = (token for token in tokens if token.type in READ)
    return [(token.type, token.map, token.content if token.type == "inline" else "") for token in read], environment


def found(parser: MarkdownIt, content: str, references: dict[str, Any]) -> list[markdown.Match]:
    environment: dict[str, Any] = {"references": {}, **references, FOUND: [], MARKS: []}
    parser.inline.parse(content, parser, environment, [])
    return in_order(environment[FOUND])


def in_order(matches: list[markdown.Match]) -> list[markdown.Match]:
    return sorted(matches, key=lambda match: (match.start, match.end, match.rule))


@pytest.mark.parametrize(
    "text",
    [
        "a\n===\n\nb\n- c\n  d\n---\ne",
        "> a\nb\n> - c\n\n    d\n| e |\n|---|\n| f |",
        "- a\n\n  b\n1. c\n   ===\n2) d\n```\ne",
        "a\n    b\n\tc\n<div>\nd\n\n# e\nf\n# g",
        "[a](b) `c` [`d`](e) ![f](g) [h](i 'j') **[k](l)** \\`m` `n``o`",
        "`a` [b](c) ![d](e) {f} g_h < & ~ ]",
        "`a` <1@b.c> d\n\n<.e@f.g>",
        "\ta\n  \tb\n- \tc\n\n \t",
        "[a [b](c) d](e) [f\ng](h) [i] [[j]](k) [@l](m) [n]()",
    ],
)
def test_examples(text: str) -> None:
    agree(text)


@settings(max_examples=300)
@given(st.lists(st.sampled_from([*PIECES, *MORE]), max_size=25).map("".join))
def test_any_markdown(text: str) -> None:
    agree(text)


def agree(text: str) -> None:
    fast = markdown._parser()
    expected, environment = blocks(SLOW, text)
    actual, references = blocks(fast, text)
    assert actual == expected
    assert references == environment
    for kind, _, content in expected:
        if kind == "inline":
            expected_matches = found(SLOW, content, environment)
            assert found(fast, content, references) == expected_matches
            assert in_order(markdown._matches(content, fast, references)) == expected_matches


def test_nesting_beyond_all_measure() -> None:
    for unit in ("[", "> ", "- ", "![", "*", "`"):
        agree(unit * 60 + "w")


def test_the_rules_are_sorted_by_what_they_begin_with() -> None:
    """A new rule of markdown-it's that is not listed would be asked everywhere, and one that is gone would be missed."""
    parser = markdown._parser()
    from unspin.reading.markup.dispatch import BLOCK_STARTS, INLINE_STARTS

    assert {*BLOCK_STARTS, "paragraph"} == set(parser.block.ruler.get_active_rules())
    assert set(INLINE_STARTS) == set(parser.inline.ruler.get_active_rules())
