from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading.marked import is_sound, quotations
from unspin.reading.markup import Markup, format_of, read

FORMATS = ["markdown", "html", "rst", "text"]
PIECES = st.sampled_from(
    [
        *"aB1 \n\r\t\0`*_~#>-+|=:.\\[](){}<>&;!\"'“”„«»$é…",
        *(
            "``",
            "**",
            "::",
            ".. ",
            "\n\n",
            "\n   ",
            "```\n",
            "~~~",
            "---\n",
            "+++\n",
            "](",
            "<b>",
            "</b>",
            "<pre>",
            "</pre>",
            "<script>",
        ),
        *(
            "<!--",
            "-->",
            "<q>",
            "<head>",
            "<title>",
            "&nbsp;",
            "&amp;",
            "&quot;",
            "$$\n",
            ".. note::",
            ".. x::",
            "== ==\n",
            "+-+\n",
            "`_",
        ),
        *("{{", "}}", "{%", "\\begin{", "\\end{", "<blockquote>", "|\n|-|\n", "a b", "“a", ":a:", "[^a]", "import {"),
    ]
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.md", "markdown"),
        ("a/b.MARKDOWN", "markdown"),
        ("a.mdx", "markdown"),
        ("a.qmd", "markdown"),
        ("a.Rmd", "markdown"),
        ("a.rst", "rst"),
        ("a.html", "html"),
        ("a.htm", "html"),
        ("a.xhtml", "html"),
        ("a.txt", "text"),
        ("md", "text"),
        ("-", "text"),
    ],
)
def test_the_suffix_tells_the_format(path: str, expected: str) -> None:
    assert format_of(path) == expected


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(ValueError, match="docx: unknown format; use one of html, markdown, rst, text"):
        read("a", "docx")


def test_plain_text_has_no_markup() -> None:
    assert read("**a** `b` <c>\n\nd", "text") == Markup(breaks=(15,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "we go" and "they stay".', ['"we go"', '"they stay"']),
        ("He said “we go”.", ["“we go”"]),
        ("Er sagte „wir gehen“.", ["„wir gehen“"]),
        ("Il dit « on y va ».", ["« on y va »"]),
        ("Hun sagde »vi går«.", ["»vi går«"]),
        ("Han sade ”vi går”.", ["”vi går”"]),
        ("“He said “go” to me” once", ["“He said “go” to me”"]),
        ("It’s 'not' speech", []),
        ('a 5" board and a 6" one', []),
        ('a 5" board, "he said"', ['"he said"']),
        ('never "closed\n\nhere', []),
        ('"closed" in "one\n\ntwo"', ['"closed"']),
        ("“one\n\n“two” three", ["“one", "“two”"]),
        ("“one\n\nand “two” three", ["“two”"]),
        ('“never closed and "said"', ['"said"']),
    ],
)
def test_direct_speech(text: str, expected: list[str]) -> None:
    assert quotations(text, "text") == expected


@pytest.mark.parametrize("format", FORMATS)
@given(pieces=st.lists(PIECES, max_size=40))
def test_ranges_are_sound_whatever_the_markup(format: str, pieces: list[str]) -> None:
    text = "".join(pieces)
    assert is_sound(read(text, format), len(text))


@pytest.mark.parametrize("format", FORMATS)
@given(text=st.text())
def test_ranges_are_sound_whatever_the_characters(format: str, text: str) -> None:
    assert is_sound(read(text, format), len(text))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a ",
            "a\n",
            "[",
            "![",
            "](",
            "[a](",
            "[a]: b\n",
            "*",
            "a**",
            "`",
            "<",
            "<a ",
            "<a x='",
            "<!--",
            "<div>",
            "<b>",
            "</div>",
        ),
        *(
            "\\",
            ">",
            "- ",
            "|",
            "|a\n|-|\n",
            "$",
            "$$\n",
            "\\begin{\n",
            "{",
            "{{",
            "<pre>",
            "<script>",
            "<script/>",
            "<title>",
            "“",
            '"a ',
            "!!! a\n\n    b\n",
            "<!-- -->",
            "a&rsquo;",
        ),
        *("export const a\n\n", "export let a = `\\`\n\n", "export {\n/* '\n}\n\n", "# a\n[a](#a)\n"),
        *("&", "a&b;", "``", "`a <", "..\n", "a::\n", "a::\n b\n\n", "== ==\na\n", "+-+\n", ".. note:: ", "_", "\0"),
    ],
)
def test_hostile_text_takes_linear_time(format: str, unit: str) -> None:
    started = time.process_time()
    read(unit * (20_000 // len(unit)), format)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("opening", "closing"), [("![", "](x)"), ("[", "](x)"), ("<div>", "</div>"), ("*", "*"), ("> ", ""), ("{", "}")]
)
def test_deep_nesting_is_no_recursion(format: str, opening: str, closing: str) -> None:
    depth = 10_000
    text = opening * depth + "a" + closing * depth
    assert is_sound(read(text, format), len(text))


@pytest.mark.parametrize("format", FORMATS)
def test_a_long_line_of_prose(format: str) -> None:
    assert read("the end of the " * 100_000, format).protected == ()
