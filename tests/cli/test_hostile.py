"""Inputs that nobody means well with: a clear answer, no traceback, and no byte of them changed."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run, process

DEEP = 3000
NOBODY = 65534
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
    for path in ("loop", "gone", "folder.md", "x" * 5000, "pipe.md", "", "no\x1b[31m\nfile"):
        for command in ("check", "fix", "score"):
            result = run(command, path)
            assert (result.exit_code, result.stderr.count("Traceback")) == (3, 0), path
            assert "internal error" not in result.stderr
            assert "\x1b" not in result.stderr
    result = run("check", ".")
    assert "\x1b" not in result.output
    assert result.exit_code in (1, 3)


@pytest.mark.parametrize("what", ["a.txt", "closed/a.txt", "closed", "."])
def test_unreadable_files_do_not_stop_the_others(run: Run, tmp_path: Path, what: str) -> None:
    (tmp_path / "closed").mkdir()
    for path in (tmp_path / "a.txt", tmp_path / "closed" / "a.txt"):
        path.write_text("Linked Press")
    (tmp_path / "good.txt").write_text("Linked Press")
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "closed").chmod(0)
    try:
        with unprivileged(tmp_path):
            result = run("check", what, "good.txt", "--format", "concise")
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert result.exit_code == 3, result.output
    assert "internal error" not in result.stderr
    assert "ermission denied" in result.stderr
    assert "good.txt:1:1" in result.stdout


def test_folders_that_cannot_be_looked_at_do_not_hide_those_behind_them(run: Run, tmp_path: Path) -> None:
    modes = {"closed": 0, "listed": 0o400, "open": 0o700}
    for name, mode in modes.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text("Linked Press")
        (tmp_path / name).chmod(mode)
    try:
        with unprivileged(tmp_path):
            result = run("check", ".", "--format", "concise")
    finally:
        for name in modes:
            (tmp_path / name).chmod(0o700)
    assert result.exit_code == 3, result.output
    assert result.stderr.endswith("closed: cannot be looked at (Permission denied); and 1 more\n")
    assert result.stdout.startswith("open/a.txt:1:1")


@contextmanager
def unprivileged(folder: Path) -> Iterator[None]:
    """As somebody whom permissions bind, in a folder that is theirs."""
    if os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, -1)
    os.seteuid(NOBODY)
    try:
        if not all(os.access(folder, os.R_OK | os.X_OK, effective_ids=True) for folder in (sys.prefix, sys.base_prefix)):
            pytest.skip("this Python lies in a folder that is closed to others")
        yield
    finally:
        os.seteuid(0)


def test_a_pipe_is_not_written_to(run: Run, tmp_path: Path) -> None:
    read, write = os.pipe()
    os.write(write, b"The Linked Press met.")
    os.close(write)
    try:
        result = run("fix", f"/dev/fd/{read}")
    finally:
        os.close(read)
    assert result.exit_code == 3
    assert "is no regular file; nothing was written" in result.stderr


def test_a_full_disk_and_a_closed_pipe(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It began at five:35 a.m. on Tuesday.\n")
    for arguments in (["check", "a.txt"], ["check", "a.txt", "--format", "json"], ["fix", "-"]):
        with Path("/dev/full").open("wb") as full, (tmp_path / "a.txt").open("rb") as text:
            done = process(*arguments, cwd=tmp_path, stdout=full, stdin=text)
        assert (done.returncode, b"Traceback" in done.stderr) == (3, False), done.stderr
        assert b"No space left on device" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_lacks_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    (tmp_path / "a.txt").write_text("“Naïve” – it began at five:35 a.m. on Łódź Street.\n")
    for arguments in (
        ["check", "a.txt"],
        ["check", "a.txt", "--format", "concise"],
        ["fix", "--diff", "a.txt"],
        ["score", "a.txt"],
    ):
        assert b"rror" not in process(*arguments, cwd=tmp_path).stderr
    for format in ("json", "jsonl", "sarif", "github", "rdjson", "junit", "html"):
        done = process("check", "a.txt", "--format", format, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (1, b"")
        done.stdout.decode("utf-8")
    assert "Łódź" in done.stdout.decode("utf-8")
