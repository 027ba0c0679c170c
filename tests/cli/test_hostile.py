"""Inputs that nobody means well with: a clear answer, no traceback, and no byte of them changed."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run

DEEP = 3000
FILES: dict[str, bytes] = {
    "empty.md": b"",
    "nul.md": b"a\0b",
    "binary.txt": bytes(range(256)) * 40,
    "latin1.txt": "Caf\xe9 na\xefve \xfcber, the press and the year.".encode("latin-1"),
    "cp1252.txt": "“Quoted” – the press".encode("cp1252"),
    "utf16.txt": "The press met.".encode("utf-16"),
    "utf16-odd.txt": codecs.BOM_UTF16_LE + b"a\0b",
    "utf32.txt": "The press met.".encode("utf-32"),
    "truncated-utf8.txt": "café".encode()[:-1] + b" and more text",
    "overlong.txt": b"\xc0\xaf\xc0\xaf text",
    "surrogates.txt": b"\xed\xa0\x80 text \xed\xb0\x80",
    "only-bom.txt": codecs.BOM_UTF8,
    "two-boms.txt": codecs.BOM_UTF8 * 2 + b"text",
    "controls.txt": b"a\x1b[31mred\x1b[0m\x07\x08 text \x7f",
    "bidi.txt": "a \u202e reversed \u2066 text \u200b\ufeff".encode(),
    "no-newline.txt": b"The press met",
    "carriage-returns.txt": b"The press\rmet\r\rthem\r",
    "mixed-newlines.txt": b"a\nb\r\nc\rd\x0be\x0cf\xc2\x85g\xe2\x80\xa8h",
    "huge-line.txt": b"the press met the year " * 40_000,
    "long-word.txt": b"a" * 500_000,
    "blanks.txt": b" \t" * 200_000,
    "newlines.md": b"\n" * 200_000,
    "dots.txt": b"." * 200_000,
    "slashes.txt": b"/" * 200_000,
    "at-signs.txt": b"a@" * 100_000,
    "digits.txt": b"1," * 100_000,
    "brackets.md": b"[" * DEEP + b"a" + b"]" * DEEP,
    "links.md": b"[a](" * DEEP,
    "stars.md": b"*a **b " * DEEP,
    "backticks.md": b"`a ``b " * DEEP,
    "quotes.md": b">" * DEEP + b" a",
    "lists.md": b"".join(b" " * (2 * n) + b"- a\n" for n in range(300)),
    "tables.md": b"|a" * 500 + b"|\n" + b"|-" * 500 + b"|\n" + b"|b" * 500 + b"|\n",
    "fence.md": b"```\nnever closed\n",
    "front-matter.md": b"---\ntitle: never closed\n",
    "comments.md": b"<!-- " * DEEP,
    "directives.md": b"<!-- unspin: ignore-start -->\n" * DEEP,
    "bad-directive.md": b"<!-- unspin: ignore[[[[[ -->\n<!-- unspin: ignroe -->\n",
    "divs.html": b"<div>" * DEEP + b"a",
    "unclosed.html": b"<p>a<b>b<i>c</p><a href='x",
    "attributes.html": b"<a " + b"x='1' " * DEEP + b">a</a>",
    "script.html": b"<script>if (a < b) { '</scr' }",
    "entities.html": b"&amp;&#x110000;&#99999999;&nosuch;&" * 1000,
    "angle.html": b"<" * 100_000,
    "cdata.html": b"<![CDATA[ a ]]> <!DOCTYPE <?php a",
    "directives.rst": b".. a::\n" + b"".join(b" " * n + b".. note::\n" for n in range(300)),
    "roles.rst": b":a:`b " * DEEP,
    "titles.rst": b"a\n=\n" * DEEP,
    "grid.rst": b"+-+\n|a|\n+" * DEEP,
    "not-json.jsonl": b"{'a': 1}\n",
    "deep.jsonl": b'{"text": ' + b"[" * 100_000,
    "half.jsonl": b'{"text": "the press',
    "lone-surrogate.jsonl": b'{"text": "\\ud800 the press"}\n',
    "big-number.jsonl": b'{"n": ' + b"9" * 10_000 + b', "text": "the press"}\n',
    "quotes.csv": b'text\n"never closed\n',
    "stray.csv": b'text\n"a"b\n',
}


@pytest.mark.parametrize("name", FILES)
def test_hostile_files(run: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    for command in (["check"], ["fix", "--tier", "possible"], ["score"]):
        result = run(*command, name, "--no-cache")
        assert result.exit_code in (0, 1, 3), result.output
        assert "Traceback" not in result.output
        assert "internal error" not in result.output
        if result.exit_code == 3:
            assert f"unspin: {name}" in result.stderr
    assert path.read_bytes() == FILES[name]
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_hostile_paths(run: Run, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "gone").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "a\x1b[31m\nb.txt").write_text("Linked Press")
    (tmp_path / "-rf.txt").write_text("Linked Press")
    for path in ("loop", "gone", "folder.md", "x" * 5000):
        assert run("check", path).exit_code == 3
    result = run("check", ".")
    assert "\x1b" not in result.output
    assert result.exit_code in (1, 3)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Linked Press")
    (tmp_path / "a.txt").chmod(0)
    assert run("check", "a.txt").exit_code == 3
