from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.reading.marked import prose, protected, quotations, transparent
from unspin.reading.markup import read

PIECES = [
    *(
        "`",
        "``",
        "```\n",
        "\n",
        "\n\n",
        "    ",
        "\t",
        "> ",
        "- ",
        "1. ",
        "# ",
        "---\n",
        "=\n",
        "*",
        "**",
        "_",
        "~~",
        "\\",
        "!",
        "[",
    ),
    *(
        "](",
        "]",
        "(",
        ")",
        "]: ",
        "<",
        ">",
        "|",
        "|\n|-|-|\n",
        "<b>",
        "</b>",
        "&amp;",
        '"',
        "'",
        "<!--",
        "-->",
        "<http://",
        "\r\n",
        " ",
    ),
]
WORD = re.compile(r"w\d+x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call `final year` now.", "Call # now."),
        ("Call ``a ` b`` now", "Call # now"),
        ("one\n\n```py\nfinal year\n```\n\ntwo", "one/#/two"),
        ("one\n\n    final year\n\ntwo", "one/#/two"),
        ("one\n\n~~~\nnever closed\n\ntwo", "one/#"),
        ("a **bold** and *slanted _thing_* ~~gone~~ b", "a bold and slanted thing gone b"),
        ("a * b and snake_case_name", "a * b and snake_case_name"),
        ("a $HOME or `a=$HOME final` and `year` b", "a # and # b"),
        ("$$ is a pid\n\n```sh\necho $$\nfinal year\n```\n\nb", "$$ is a pid/#/b"),
        ("export {};\n```\n\nfinal year\n```\na", "#/a"),
        ("import {a (b)\n\n```\n}\n\nfinal year\n```\na", "#/a"),
        ("{/* final\n\nyear */}\n\na", "#/a"),
        ("<Code>{`\nfinal {\n\n} year\n`}</Code>\na", "#/a"),
        ("<Code\n  text={[\n\n'final year']} />\n\na", "#/a"),
        ("> <Code>{`\n>\n> final`}\n\na", "#/a"),
        ("> {a\n\nb}\n\nc", "#/#/b}/c"),
        ("{a\n\n```\nfinal } year\n```\n\na", "#/#/a"),
        ("<style>\na {\n\n}\nfinal { year }\n</style>\n\na", "#/a"),
        ("a {b `c} final ``year``` ` d", "a # d"),
        ("a {b `c` `` d} e` f", "a # e` f"),
        ('see the [final year](http://a.b "final year") of it', "see the final year# of it"),
        ("see [final year][ref] of it\n\n[ref]: http://a.b 'final year'", "see final year# of it/#"),
        ("see [final year] and [the end][] of it\n\n[final year]: x\n[the end]: y", "see # and # of it/#"),
        ("see [final year][elsewhere] of it", "see [final year# of it"),
        ('an ![old picture](final/year.png "title") here', "an #old picture# here"),
        ("an ![old `code` picture](x.png) here", "an # here"),
        ("at <https://final.year> or <final@year.org> it", "at # or # it"),
        ("# The final year #\nIt was.", "#/The final year/#/It was."),
        ("The final\nyear\n====\nIt was.", "The final year/#/It was."),
        ("- one\n- two\n  three\n\n    four\n1. five", "#/one/#/two three/four/#/five"),
        ("> said the\n> final year\nlazily", "#/said the final year lazily"),
        ("> [!NOTE]\n> the final year", "#/# the final year"),
        ("| final | year |\n|---|:--|\n| a `b` | c \\| d |\n| e |", "#/final/#/year/#/a #/#/e/#"),
        ("---\ntitle: final\n---\nText", "#/Text"),
        ("+++\ntitle = 'final'\n+++\nText", "#/Text"),
        ("---\n\nText\n\n---\n", "#/Text/#"),
        ("one \\* two\\\nthree", "one * two three"),
        ("fin**al** year", "# year"),
        ("[bus](u)es run", "bus# run"),
        ("final&nbsp;year", "final year"),
        ("caf&eacute; in AT&amp;T &mdash; now", "# in # # now"),
        ('a <b>final</b> year <br> x <img src="final"> y', "a final year # x # y"),
        ("a <code>final year</code> b", "a # b"),
        ("a <b translate=no>final\n*year*</b> b", "a # b"),
        ("a <code>final\n\nyear", "a/#"),
        ('<div class="final">\nThe <i>final</i> year\n</div>\n\nmore', "#/The final year/#/more"),
        ("<script>\nfinal year\n\nfinal()\n</script>\n\nmore", "#/more"),
        ("<!-- final\n\nyear -->\n\nmore", "#/more"),
        ("from $x = final$ to $5 and $10 now", "from # to $5 and $10 now"),
        ("one\n\n$$\nfinal\n\nyear\n$$\n\ntwo", "one/#/two"),
        ("so $$a final b$$ it", "so # it"),
        ("\\[\nfinal\n\nyear\n\\]\ntwo", "#/two"),
        ("see \\(final\\) and \\textbf{final} it", "see # and # it"),
        ("\\begin{align}\nfinal\n\n\\begin{x}\n\\end{x}\nyear\n\\end{align}\ntwo", "#/two"),
        ("export function A() {\n  one\n\n  return <p>year</p>\n}\n\nfinal goods", "#/final goods"),
        ("export const a = `{\n\n${b} it's`; // {\n/* (\n\n*/\n\nfinal goods", "#/final goods"),
        ("export const a = '{'\n\nfinal (\n\ngoods", "#/final (/goods"),
        ("export const a = {\n\nfinal goods", "#"),
        ("import Final from './final'\nexport const final = 1\n\nimport final goods", "#/import final goods"),
        ("a {final.year} b", "a # b"),
        ("a <%= final year %> b <% c", "a # b <% c"),
        ('<Final a={() => year} b="final" />\n\nmore', "#/more"),
        ("one <Final a={x => y} b='final' c=\"d > e\">two</Final> three", "one #two/#/three"),
        ("::: {.note final}\nThe final year\n:::", "#/The final year/#"),
        ('!!! note "Final"\n\nmore', "#/more"),
        ("!!! note\n    The final\n    year\n\n    - it\n\n        was\n\nmore\n\n    code", "#/The final year/#/it/was/more/#"),
        ("??? note\n\n    one\n\n        code\n\n    ```\n    code\n    ```\n  more", "#/one/#/more"),
        ('- === "A"\n\n      one\n\n      !!! note\n          two\n\n  three\n\nfour', "#/one/#/two/three/four"),
        ("> !!! note\n>     one\n> two\n\n    code", "#/one/#/two/#"),
        ("=== A\n\n    code\n\n!!! note\r\n\tone\r\n\r\n\t\tcode\r\n", "#/one/#"),
        ("!!! note\n    one\ntwo\n\n    code", "#/one/two/#"),
        ("{% highlight py %}\nfinal\n\nyear\n{% endhighlight %}\n\nmore", "#/more"),
        ("a\n\n[^1]: b\nc\n\n    d\n\n    - e\n\n        f\n\nx", "a/#: b c/d/#/e/f/x"),
        ("a\n\n[^1]: b\n\n        d\n\n[^2]:\n    e\n\n\tf", "a/#: b/#/#: e/f"),
        ("- [^1]: b\n\n      d\n\n  e\n\n      f", "#/#: b/d/e/#"),
        ("[^a]\n\n    b\n\n[a]: c\n\n    d", "#/#"),
        ("the final[^1] year [[Final|year]] [@final] x\n\n[^1]: The final", "the final# year # # x/#: The final"),
        ("***\nx\n***", "#/x/#"),
        ("a\r\nb\r\n\r\n    code\r\n\r\nc", "a b/#/c"),
        ("a <!-- final --> b", "a # b"),
    ],
)
def test_running_text(text: str, expected: str) -> None:
    assert prose(text, "markdown") == expected


def test_what_is_protected_is_exactly_the_markup() -> None:
    text = "# A [b](u 't') `c` ![d](e)\n\n- f <https://g.h>\n\n  - i\n"
    assert protected(text, "markdown") == ["#", "(u 't')", "`c`", "![", "](e)", "-", "<https://g.h>", "-"]


def test_what_stands_beside_a_link_to_a_heading_is_read() -> None:
    assert prose("| [One](#one) | final year |\n|-|-|\n| x | y |\n\n# One\n", "markdown") == "#/final year/#/x/#/y/#"


@pytest.mark.parametrize(
    "link", ["[a](#the-final-year)", "[a]: #the-final-year", "[a](#The-final-year-1)", "<a href='#the-final-year'>"]
)
@pytest.mark.parametrize("heading", ["# The *final* year", "The final year\n---", "## The [final](http://x) year ##"])
def test_headings_that_links_lead_to_stay_as_they_are(link: str, heading: str) -> None:
    assert "year" not in prose(f"{heading}\n\n{link}\n", "markdown")
    assert "year" in prose(f"{heading}\n\n[a](#other) [b](x#the-final-year)\n", "markdown")


def test_what_is_transparent() -> None:
    text = "> a **b** _c_ [d](u)\n> e \\* <i>f</i>&nbsp;g"
    assert transparent(text, "markdown") == ["**", "**", "_", "_", "[", "]", ">", "\\", "<i>", "</i>"]


def test_block_quotations() -> None:
    assert quotations("a\n\n> b\n> c\n\nd\n\n- > e\n", "markdown") == ["> b\n> c", "- > e"]


def test_a_github_alert_is_no_quotation() -> None:
    assert quotations("> [!NOTE]\n> text\n", "markdown") == []


def test_quotation_marks_in_code_and_link_titles_are_not_speech() -> None:
    assert quotations('`"a"` [b](c "d") "e"', "markdown") == ['"e"']


def test_a_text_that_the_parser_gives_up_on_is_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(MarkdownIt, "parse", give_up)
    assert protected("final year", "markdown") == ["final year"]


@given(st.lists(st.sampled_from([*PIECES, "w"]), max_size=30))
def test_no_code_address_or_attribute_is_ever_prose(pieces: list[str]) -> None:
    text = "".join(f"w{i}x" if piece == "w" else piece for i, piece in enumerate(pieces))
    hidden = {offset for start, end in read(text, "markdown").protected for offset in range(start, end)}
    not_prose = _words_that_are_not_prose(text)
    for word in WORD.finditer(text):
        assert word[0] not in not_prose or set(range(*word.span())) <= hidden


def _words_that_are_not_prose(text: str) -> set[str]:
    """By markdown-it as it comes."""
    environment: dict[str, object] = {}
    words = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text, environment):
        if token.type in ("fence", "code_block"):
            words += [token.content, token.info]
        for child in token.children or []:
            words.append(str(child.attrs))
            if child.type in ("code_inline", "html_inline"):
                words.append(child.content)
    return set(WORD.findall(f"{words} {environment.get('references')}"))
