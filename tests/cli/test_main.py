from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests import fake_engine
from tests.cli.conftest import ROOT, Run, process
from unspin import __version__
from unspin.cli.main import cli
from unspin.errors import DictionaryError, ModelError


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The commands that do something, each as the words that call it."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name)


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import sys; from unspin.cli.main import cli; cli(['--version'], standalone_mode=False);"
        "print(sorted({'numpy', 'rich', 'jellyfish', 'lemminflect', 'importlib.metadata'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert result.stdout == f"unspin {__version__}\n[]\n"


@pytest.mark.parametrize("path", [*leaves(cli)], ids=" ".join)
def test_every_command_has_help_with_an_example_and_says_what_each_option_does(run: Run, path: tuple[str, ...]) -> None:
    result = run(*path, "--help")
    assert result.exit_code == 0
    assert f"  unspin {' '.join(path)}" in result.output.partition("Options:")[0].partition("\n")[2]
    command: click.Command = cli
    for name in path:
        command = command.get_command(click.Context(command), name)  # type: ignore[attr-defined]
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert [each.name for each in options if not (each.help or "").partition("[default")[0]] == []


@pytest.mark.parametrize(("command", "own"), [("check", "--tier"), ("fix", "--tier"), ("score", "--format")])
def test_the_options_of_a_command_come_before_those_that_many_have(run: Run, command: str, own: str) -> None:
    listed = run(command, "--help").output.partition("Options:")[2]
    assert sorted([own, "--exclude", "--dictionary", "--help"], key=listed.index) == [own, "--exclude", "--dictionary", "--help"]


@pytest.mark.parametrize("group", ["dict", "model", "cache"])
def test_groups_say_in_a_line_what_each_command_does(run: Run, group: str) -> None:
    assert "..." not in run(group, "--help").output.partition("Commands:")[2]


def test_python_runs_the_package() -> None:
    command = [sys.executable, "-m", "unspin", "--version"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert result.stdout == f"unspin {__version__}\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("path", ["-", "clean.txt"])
def test_closed_streams_are_as_good_as_empty_ones(tmp_path: Path, closed: str, path: str) -> None:
    (tmp_path / "clean.txt").write_text("It rained.\n", encoding="utf-8")
    shell = f'"$@" {closed}', "sh", sys.executable, "-m", "unspin", "check", path
    result = subprocess.run(["sh", "-c", *shell], cwd=tmp_path, check=False, capture_output=True, stdin=subprocess.DEVNULL)
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.parametrize(("typed", "meant"), [("chekc", "check"), ("Fix", "fix"), ("scores", "score")])
def test_a_near_miss_is_understood(run: Run, typed: str, meant: str) -> None:
    result = run(typed, "x")
    assert result.exit_code == 2
    assert f"Did you mean '{meant}'?" in result.stderr


def test_nonsense_is_not_guessed_at(run: Run) -> None:
    result = run("xyzzy")
    assert result.exit_code == 2
    assert "Did you mean" not in result.stderr


def test_a_file_instead_of_a_command(run: Run, spun: object) -> None:
    assert "unspin check spun.txt" in run("spun.txt").stderr


@pytest.mark.parametrize("error", [DictionaryError("mine.tsv:3: bad"), ModelError("x.arpa: damaged")])
def test_configuration_errors_exit_with_2(run: Run, spun: object, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(fake_engine, "Unspinner", fail)
    result = run("check", "spun.txt")
    assert (result.exit_code, result.stderr) == (2, f"unspin: {error}\n")


def test_an_internal_error_exits_with_3(run: Run, spun: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake_engine.Unspinner, "analyze", lambda *arguments: 1 / 0)
    result = run("check", "spun.txt")
    assert result.exit_code == 3
    assert "internal error" in result.stderr


def test_interruption_exits_with_130_and_no_traceback(run: Run, spun: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fake_engine.Unspinner, "analyze", interrupt)
    result = run("check", "spun.txt")
    assert result.exit_code == 130
    assert "Traceback" not in result.stderr


def test_the_process_exits_as_the_command_does() -> None:
    assert process("--version").returncode == 0
    assert process("check").returncode == 2
    assert process("check", "none.txt").returncode == 3


def test_interruption_while_the_command_is_being_loaded_is_one_like_others(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt", encoding="utf-8")
    result = process("check", "none.txt", environment={"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"})
    assert (result.returncode, result.stderr.split()) == (130, [b"unspin:", b"interrupted"])
