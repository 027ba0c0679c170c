from __future__ import annotations

import pytest

from unspin.reading.documents import documents, spelled
from unspin.reading.source import Source


def only(path: str, text: str, **options: object) -> tuple[str, list[str]]:
    (prose,) = documents(Source(path, text), **options)  # type: ignore[arg-type]
    return prose.text, [prose.text[start:end] for start, end in prose.protected]


def test_emphasis_and_links_do_not_part_a_phrase() -> None:
    text, hidden = only("x.md", "The *Linked* Press and the [Linked Press](http://a.example/Linked).\n")
    assert "The Linked Press and the Linked Press" in text
    assert any("http://a.example/Linked" in part for part in hidden)


@pytest.mark.parametrize("hard_break", ["  \n", "   \r\n", "\\\n", "  \n> "])
def test_a_hard_line_break_parts_no_phrase_and_stays(hard_break: str) -> None:
    source = Source("x.md", f"> It met months in{hard_break}the past.\n")
    assert "months in the past" in " ".join(only(source.path, source.text)[0].split())
    phrase = source.text.index("months"), source.text.index(".")
    assert spelled(source, ("text",), *phrase, "once upon a time") == f"once upon{hard_break}a time"
    assert spelled(source, ("text",), *phrase, "months ago") is None


def test_blocks_are_apart() -> None:
    text, _ = only("x.html", "<ul><li>Linked<li>Press</ul>")
    assert "Linked" in text.split("\n\n")


@pytest.mark.parametrize("space", ["&nbsp;", "&#160;", "</b>&nbsp;"])
def test_a_no_break_space_is_a_blank(space: str) -> None:
    assert "Linked Press" in only("x.html", f"<p>The <b>Linked{space}Press met</p>")[0]


def test_addresses_are_hidden_in_any_format() -> None:
    for path in ("x.txt", "x.md"):
        assert "https://a.example/b" in only(path, "See https://a.example/b now")[1]


def test_quotations_can_be_skipped() -> None:
    source = 'He said: "The Linked Press met." Then he left.'
    assert only("x.txt", source)[1] == []
    assert only("x.txt", source, skip_quotes=True)[1] == ['"The Linked Press met."']


def test_what_the_caller_hides() -> None:
    assert only("x.txt", "The Linked Press met.", hidden=[(4, 16)])[1] == ["Linked Press"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("x.jsonl", '{"id": 1, "text": "He said: \\"The Linked Press met.\\""}\n{"text": "All of it"}\n'),
        ("x.csv", 'id,text\n1,"He said: ""The Linked Press met."""\n2,All of it\n'),
    ],
)
def test_what_is_hidden_in_records(path: str, text: str) -> None:
    def hidden(**options: object) -> list[list[str]]:
        found = documents(Source(path, text), **options)  # type: ignore[arg-type]
        return [[prose.text[start:end] for start, end in prose.protected] for prose in found]

    start = text.index("Linked")
    assert hidden(skip_quotes=True) == [['"The Linked Press met."'], []]
    assert hidden(hidden=[(0, 4), (start, start + 12)]) == [["Linked Press"], []]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("x.md", "Use `<pre>`.\n\n"),
        ("x.md", "```html\n<pre>\n```\n\n"),
        ("x.md", '[x](y "<pre>")\n\n'),
        ("x.rst", "Use ``<pre>``.\n\n"),
        ("x.txt", "Use `<script>`.\n\n"),
        ("x.txt", "Use the <script> tag.\n\n"),
        ("x.html", "<!-- <pre> -->\n"),
        ("x.html", '<p title="a <pre> b">\n'),
        ("x.html", '<input value="<kbd>">\n'),
        ("x.html", "<pre>\n```\n</pre>\n"),
        ("x.md", "1. ```sh\n   ls\n   ```\n\n"),
        ("x.md", "- ```sh\n  ls\n  ```\n\n"),
        ("x.rst", "Part\n~~~~\n\n"),
        ("x.txt", "Part\n\n~~~~~~~~\n\n"),
    ],
)
def test_what_only_looks_like_the_beginning_of_code_hides_nothing_after_it(path: str, text: str) -> None:
    prose, hidden = only(path, f"{text}The Linked Press met.\n")
    assert "The Linked Press met." in prose
    assert not any("Linked" in part for part in hidden)
