from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import fake_engine
from tests.cli.conftest import LIKELY, SAFE, SPUN, Run, process
from unspin.errors import OutputError
from unspin.reading import writing


@pytest.mark.parametrize(("arguments", "expected"), [((), SAFE), (("--tier", "likely"), LIKELY)])
def test_writes_in_place(run: Run, spun: Path, arguments: tuple[str, ...], expected: str) -> None:
    result = run("fix", "spun.txt", *arguments)
    assert result.exit_code == 0
    assert spun.read_bytes() == expected.encode()


def test_what_has_no_room_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.rst").write_text("Linked Press\n\n+--------------+\n| Linked Press |\n+--------------+\n")
    result = run("fix", "a.rst")
    told, summary = result.stderr.splitlines()
    assert told == "a.rst:4:3: US201 'Linked Press' stays: its table has no room for 'Associated Press'"
    assert (result.exit_code, summary.endswith("1 finding left")) == (1, True)


def test_a_second_run_writes_nothing(run: Run, spun: Path) -> None:
    run("fix", "spun.txt")
    before = spun.stat()
    assert run("fix", "spun.txt").exit_code == 0
    assert (spun.stat().st_ino, spun.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encoding_and_newlines_are_kept(run: Run, spun: Path, encoding: str) -> None:
    spun.write_bytes(SPUN.encode(encoding))
    run("fix", "spun.txt")
    assert spun.read_bytes() == SAFE.encode(encoding)


def test_diff_writes_nothing_and_is_a_patch(run: Run, spun: Path, tmp_path: Path) -> None:
    result = run("fix", "spun.txt", "--diff")
    assert result.exit_code == 1
    assert spun.read_bytes() == SPUN.encode()
    subprocess.run(["git", "apply", "-"], input=result.stdout_bytes, cwd=tmp_path, check=True)
    assert spun.read_bytes() == SAFE.encode()


@pytest.mark.parametrize("name", ["./spun.txt", "{}/spun.txt", "sub/../spun.txt", "sub/a b.txt", 'é"\\x.txt', "t\tn\x1b[31m.txt"])
def test_a_patch_applies_whatever_the_file_is_called(run: Run, spun: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    path = tmp_path / name.format(tmp_path)
    path.write_bytes(SPUN.encode())
    result = run("fix", name.format(tmp_path), "--diff")
    assert "\x1b" not in result.stdout
    subprocess.run(["git", "apply", "-"], input=result.stdout_bytes, cwd=tmp_path, check=True)
    assert path.read_bytes() == SAFE.encode()


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, marks=pytest.mark.skipif(not shutil.which(command[0]), reason=f"{command[0]} is not installed"))
        for command in (("git", "apply", "--check", "-"), ("patch", "-p1", "--dry-run", "--binary"))
    ],
    ids=lambda command: command[0],
)
def test_a_patch_is_in_the_bytes_of_its_files(run: Run, tmp_path: Path, command: Sequence[str]) -> None:
    encodings = {
        "a b.txt": "utf-8-sig",
        "é.txt": "cp1252",
        "c.txt": "utf-8",
        "d.txt": "utf-8-sig",
        "e.txt": "utf-16",
        "f.txt": "utf-32",
    }
    for name, encoding in encodings.items():
        end = "\r\n" if name == "d.txt" else "\n"
        (tmp_path / name).write_bytes(f"“Linked Press”{end}is in the café, said John to Mary.{end}".encode(encoding))
    result = run("fix", ".", "--diff")
    assert result.stdout_bytes.count(b"+++") == 6
    subprocess.run(command, input=result.stdout_bytes, cwd=tmp_path, check=True)


def test_a_patch_of_a_file_elsewhere_is_one_for_the_root(run: Run, spun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (spun.parent / "sub").mkdir()
    monkeypatch.chdir(spun.parent / "sub")
    assert run("fix", "../spun.txt", "--diff").stdout.startswith(f"--- a{spun}\n+++ b{spun}\n")


def test_diff_of_a_clean_file_is_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("Nothing here.")
    result = run("fix", "x.txt", "--diff")
    assert (result.exit_code, result.stdout) == (0, "")


def test_standard_input_goes_to_standard_output(run: Run) -> None:
    result = run("fix", "-", input=SPUN.encode())
    assert result.exit_code == 0
    assert result.stdout_bytes == SAFE.encode()
    assert result.stderr == "unspin: text changed: 2 edits (2 safe)\n"
    assert run("fix", "-", "--check", input=SPUN.encode()).stderr == "unspin: text would change: 2 edits (2 safe)\n"


def test_bad_files_do_not_stop_the_others(run: Run, spun: Path) -> None:
    result = run("fix", "none.txt", "spun.txt")
    assert result.exit_code == 3
    assert spun.read_bytes() == SAFE.encode()


def test_an_unwritable_file_does_not_stop_the_others(
    run: Run, spun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN.encode())
    write = writing.write

    def refuse(path: str, data: bytes) -> None:
        if path == "a.txt":
            raise OutputError("a.txt: cannot be written (the file is write-protected)")
        write(path, data)

    monkeypatch.setattr(writing, "write", refuse)
    result = run("fix", ".")
    assert result.exit_code == 3
    assert "unspin: a.txt: cannot be written" in result.stderr
    assert (tmp_path / "a.txt").read_bytes() == SPUN.encode()
    assert spun.read_bytes() == SAFE.encode()


def test_interruption_while_writing_leaves_the_old_file(
    run: Run, spun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    assert run("fix", "spun.txt").exit_code == 130
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("spun.txt", SPUN.encode())]


@pytest.mark.parametrize(
    ("answers", "expected", "code"),
    [
        ("y y y", LIKELY, 0),
        ("n y n", SPUN.replace("primary", "prime"), 1),
        ("y d", SPUN.replace("Linked", "Associated"), 1),
        ("y q", SPUN.replace("Linked", "Associated"), 1),
        ("q", SPUN, 1),
        ("", SPUN, 1),
        ("y", SPUN.replace("Linked", "Associated"), 1),
        ("n u y y y", LIKELY, 0),
        ("u y u u n y y", LIKELY.replace("Associated", "Linked"), 1),
        ("? x y y y", LIKELY, 0),
        ("y e 2 y", LIKELY.replace("prime", "first"), 0),
        ("y e premier y", LIKELY.replace("prime minister", "premier"), 0),
        ("y e", SPUN.replace("Linked", "Associated"), 1),
    ],
)
def test_interactive(run: Run, spun: Path, answers: str, expected: str, code: int) -> None:
    result = run("fix", "-i", "spun.txt", input="".join(answer + "\n" for answer in answers.split()))
    assert result.exit_code == code, result.output
    assert spun.read_bytes() == expected.encode()


@pytest.mark.parametrize(
    ("name", "text", "typed", "expected"),
    [
        ("a.jsonl", '{"text":"Linked Press"}', ['the "AP"'], '{"text":"the \\"AP\\""}'),
        ("a.csv", 'text\n"Linked Press"\n', ['the "AP", too'], 'text\n"the ""AP"", too"\n'),
        ("a.csv", "text\nLinked Press\n", ["AP, too", 'an "AP"', "the AP"], "text\nthe AP\n"),
        ("a.html", "<p>Linked Press", ["AT&T"], "<p>AT&amp;T"),
        ("a.md", "Linked Press", ['the "AP" & <b>'], 'the "AP" & <b>'),
        ("a.md", "The *Linked* Press said.", ["Reuters", "Reuters News"], "The *Reuters* News said."),
        ("a.html", "<p><b>Linked</b>&nbsp;Press", ["AT&T AP"], "<p><b>AT&amp;T</b>&nbsp;AP"),
    ],
)
def test_what_is_typed_is_spelled_as_the_file_needs_it(
    run: Run, tmp_path: Path, name: str, text: str, typed: list[str], expected: str
) -> None:
    (tmp_path / name).write_text(text)
    run("fix", "-i", name, input="\n".join(["e", *typed, ""]))
    assert (tmp_path / name).read_text() == expected


def test_accepting_an_entry_covers_all_files(run: Run, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("final year, Linked Press, final year")
    result = run("fix", "-i", "a.txt", "b.txt", input="a\nn\nn\n")
    assert result.exit_code == 1
    assert [(tmp_path / name).read_text() for name in ("a.txt", "b.txt")] == ["last year, Linked Press, last year"] * 2


def test_undo_takes_back_what_an_accepted_entry_did(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("final year, final year, Linked Press")
    run("fix", "-i", "a.txt", input="a\nu\nn\ny\nn\n")
    assert (tmp_path / "a.txt").read_text() == "final year, last year, Linked Press"


def test_quitting_skips_the_other_files(run: Run, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Linked Press final year")
    result = run("fix", "-i", "a.txt", "b.txt", input="y\nq\n")
    assert (tmp_path / "a.txt").read_text() == "Associated Press final year"
    assert (tmp_path / "b.txt").read_text() == "Linked Press final year"
    assert "b.txt" not in result.output


def test_a_file_that_is_gone_meanwhile_is_told(run: Run, spun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    analyze = fake_engine.Unspinner.analyze

    def delete(*arguments: object) -> object:
        spun.unlink(missing_ok=True)
        return analyze(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(fake_engine.Unspinner, "analyze", delete)
    result = run("fix", "spun.txt", "--no-cache")
    assert result.exit_code == 3 and "spun.txt: no such file" in result.stderr


def test_a_file_that_changed_meanwhile_is_not_overwritten(run: Run, spun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    analyze = fake_engine.Unspinner.analyze

    def change(*arguments: object) -> object:
        spun.write_text("new text")
        return analyze(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(fake_engine.Unspinner, "analyze", change)
    for arguments in (["fix", "-i", "spun.txt"], ["fix", "spun.txt", "--no-cache"]):
        spun.write_bytes(SPUN.encode())
        result = run(*arguments, input="y\ny\ny\n")
        assert result.exit_code == 3
        assert "was changed by another program meanwhile" in result.stderr
        assert spun.read_text() == "new text"


@pytest.mark.parametrize(
    "arguments", [("-i", "-"), ("-i", "--diff", "x.txt"), ("-i", "--files-from", "-"), ("-i", "--stdin-filename", "x.txt")]
)
def test_contradicting_options(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("fix", *arguments, input="spun.txt\n").exit_code == 2


def test_the_real_process_repairs_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes((SPUN * 3).encode("utf-8-sig"))
    assert process("fix", "x.txt", "--tier", "likely", cwd=tmp_path).returncode in (0, 1)
    assert "Associated Press" in path.read_text(encoding="utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfThe ")
    assert path.read_bytes().count(b"\r\nIt\xe2\x80\x99s bad.\r\n") == 3
    once = path.read_bytes()
    process("fix", "x.txt", "--tier", "likely", cwd=tmp_path)
    assert path.read_bytes() == once
