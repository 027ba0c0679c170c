from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.reading import protect
from unspin.reading.protect import Protected, protected
from unspin.reading.ranges import merged


def kept(text: str) -> list[str]:
    return [text[start:end] for start, end in protected(text)]


LATEX = [r"\section*", r"\label{sec:the end}", r"\emph", r"\autoref{a}", r"\citep[p. 5]{b, c}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://example.com/final/year.", ["https://example.com/final/year"]),
        ("(http://a.org/b)", ["http://a.org/b"]),
        ("[text](https://a.org/final-year) more", ["https://a.org/final-year"]),
        ("at www.example.com, or example.org/final or news.co.uk.", ["www.example.com", "example.org/final", "news.co.uk"]),
        ("mail final.year@example.com!", ["final.year@example.com"]),
        ("log in as root@final-year, please", ["root@final-year"]),
        ("by @finalyear", ["@finalyear"]),
        ("by (@final-year),", ["@final-year"]),
        ("with --final-year, (-final-year) or $final-year", ["--final-year", "-final-year", "$final-year"]),
        ("about #finalyear and #final-year.", ["#finalyear", "#final-year"]),
        ("in /usr/share/final and ./run or ~/docs/x", ["/usr/share/final", "./run", "~/docs/x"]),
        (r"in C:\final\year.txt now", [r"C:\final\year.txt"]),
        ("read docs/final_year.md and notes.txt", ["docs/final_year.md", "notes.txt"]),
        ("see main.c and src/lib.h", ["main.c", "src/lib.h"]),
        ("call `final year` now", ["`final year`"]),
        ("call ``a `b` c`` now", ["``a `b` c``"]),
        ("one\n```python\nfinal year\n```\ntwo", ["```python\nfinal year\n```"]),
        ("one\n```\nnever closed", ["```\nnever closed"]),
        ("one\n~~~ sh\nnever closed", ["~~~ sh\nnever closed"]),
        ("Run this:\n~~~~\nfinal year\n~~~\n~~~~\ntwo", ["~~~~\nfinal year\n~~~\n~~~~"]),
        ("1. ```sh\n   ls\n   ```\ntwo\n- ```sh\n  ls\n  ```\n", ["1. ```sh\n   ls\n   ```", "- ```sh\n  ls\n  ```"]),
        ("> ```\n> ls\n> ```\ntwo", ["> ```\n> ls\n> ```"]),
        ("one\n\n    ```sh\r\n    ls\r\n    ```\r\ntwo", ["    ```sh\r\n    ls\r\n    ```\r"]),
        ("```x``` and\ntwo", ["```x```"]),
        ("~~~~~~~~\n\none\n```\nls\n```\n\n~~~~~~~~\n", ["```\nls\n```"]),
        ("---\ntitle: final year\n---\nText", ["---\ntitle: final year\n---\n"]),
        ("---\r\ntitle: final year\r\n---\r\nText", ["---\r\ntitle: final year\r\n---\r\n"]),
        ('a <a title="final year">link</a> b', ['<a title="final year">', "</a>"]),
        ("x <pre>final\nyear</pre> y", ["<pre>final\nyear</pre>"]),
        ("x <PRE>final\nyear</pre> y", ["<PRE>final\nyear</pre>"]),
        ("x <pre>final\nyear\n\nnever closed", ["<pre>final\nyear"]),
        ("a `<script>` b </i> c `<!--` d <code>e</code> `-->`", ["`<script>`", "</i>", "`<!--`", "<code>e</code>", "`-->`"]),
        ("```html\n<pre>\n```\nb", ["```html\n<pre>\n```"]),
        ("a <!-- <pre> --> b", ["<!-- <pre> -->"]),
        ("AT&amp;T", ["&amp;"]),
        (r"\section*{The end}\label{sec:the end} (\emph{see}~\autoref{a} or \citep[p. 5]{b, c})", LATEX),
        ("a \\begin{align*}\nb\n\\end{align*} c", ["\\begin{align*}\nb\n\\end{align*}"]),
        ("a \\begin{minted}{c}\nnever closed", ["\\begin{minted}"]),
        ("He said that the Linked Press [sic] met in the final (SIC) year.", ["the Linked Press [sic]", "in the final (SIC)"]),
        ("[sic]: music (basics)", ["[sic]"]),
    ],
)
def test_is_protected(text: str, expected: list[str]) -> None:
    assert kept(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It was fired at 5:35 a.m. in the U.S. and/or Japan, said Mr. Smith.",
        "``He mentioned final year'', and ``she did too''.",
        "the `old' and the `new' way",
        "3 < 4 and 5 > 2 & more",
        "---\n\nA rule, and then text.\n\n---\n",
        "first.Second sentence",
        "Q&A: final year",
        "at 5 p.c. or p.c of it",
        "the year--the final one -- was -5 degrees, -said, $5 million, #1 and A$ or C#",
        "Part\n~~~~\n\nText\n\nMore\n~~~~\nText\n",
        "Part\n\n~~~~~~~~\nnever closed",
        "~~~~~~~~\n\nText\n\n~~~~~~~~\n\nText\n",
    ],
)
def test_prose_is_not_protected(text: str) -> None:
    assert kept(text) == []


def test_they_are_found_when_asked_for_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(protect, "protected", lambda text, *rest: asked.append(text) or protected(text, *rest))
    ranges = Protected("at www.example.com or /usr/bin/env", [(0, 2)])
    assert asked == []
    assert [*ranges] == [ranges[0], ranges[1], ranges[2]] == protected("at www.example.com or /usr/bin/env", [(0, 2)])
    assert (len(ranges), ranges[1:]) == (3, [*ranges][1:])
    assert len(asked) == 1


@given(st.text(alphabet="a. \n\r`~-<>/&@:#\\;"))
def test_ranges_are_ordered_disjoint_and_inside(text: str) -> None:
    ranges = protected(text)
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert all(left[1] < right[0] for left, right in itertools.pairwise(ranges))


WORDS = ["a", " ", "\n", "/usr/", "b/c", "www.a.com", "a@b.com", "notes.txt", "://x", "https", "(", ")", ".", "`", "w" * 60]


@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join), st.lists(st.tuples(st.integers(0, 200), st.integers(1, 150))))
def test_addresses_reach_into_hidden_ranges(text: str, spans: list[tuple[int, int]]) -> None:
    hidden = merged([(low, min(low + length, len(text))) for low, length in spans if low < len(text)])
    assert protected(text, hidden) == merged([*hidden, *protected(text)])


UNITS = ["a", "a.b", "a ", "<", "<a ", "`", "` ", "/", "@a", "&a", "unspin: ", "```", "<pre>", "-a", "-", "#a"]
UNITS += [
    "~~~\n",
    "~~~a\n",
    "~~~~a",
    "- " * 9 + "\n",
    "- ",
    "<!--`a`",
    "a [sic]",
    "[sic]",
    "\\",
    "\\cite",
    "\\a{",
    "\\begin{align}",
]


@pytest.mark.parametrize("unit", UNITS)
def test_long_lines_take_linear_time(unit: str) -> None:
    started = time.process_time()
    protected(unit * (1_000_000 // len(unit)))
    assert time.process_time() - started < 5
