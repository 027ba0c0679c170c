from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

LEARNED = '{"spun": "the eye and the dismal day", "original": "the eye and the gloomy day"}\n' * 3


def test_dict_list(run: Run) -> None:
    assert "linked press\tAssociated Press\t0.25\tphrases: Associated Press\n" in run("dict", "list", "--format", "tsv").stdout
    assert "linked press" in run("dict", "list").stdout


def test_dict_add(run: Run, tmp_path: Path) -> None:
    arguments = ("dict", "add", "as effectively as", "as well as", "--to", "mine.tsv", "--flag", "tell")
    result = run(*arguments)
    assert result.exit_code == 0
    assert "as effectively as\tas well as\ttell" in (tmp_path / "mine.tsv").read_text()
    again = run(*arguments)
    assert again.exit_code == 2
    assert "mine.tsv:2" in again.stderr


def test_dict_learn_prints_what_was_learned(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(LEARNED)
    result = run("dict", "learn", "pairs.jsonl")
    assert (result.exit_code, result.stderr) == (0, "unspin: 1 pair, 1 of them new\n")
    assert result.stdout.split()[:3] == ["dismal", "←", "gloomy"]
    assert run("dict", "learn", "pairs.jsonl", "--min-count", "4").stdout == ""


def test_dict_learn_reads_standard_input(run: Run) -> None:
    assert run("dict", "learn", "-", input=LEARNED).stdout.split()[:3] == ["dismal", "←", "gloomy"]


def test_dict_learn_writes_a_dictionary_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(LEARNED)
    assert run("dict", "learn", "pairs.jsonl", "--to", "words-new.tsv").exit_code == 0
    assert "gloomy\tform\tdismal:" in (tmp_path / "words-new.tsv").read_text()
    assert run("dict", "lint", "words-new.tsv").exit_code == 0
    assert run("dict", "learn", "pairs.jsonl", "--to", "words-new.tsv").exit_code == 2
    assert run("dict", "learn", "pairs.jsonl", "--to", "words-new.tsv", "--overwrite").exit_code == 0


@pytest.mark.parametrize("name", ["mine.tsv", "words-mine.txt"])
def test_dict_learn_writes_no_other_kind(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "pairs.jsonl").write_text(LEARNED)
    result = run("dict", "learn", "pairs.jsonl", "--to", name)
    assert result.exit_code == 2 and "words-" in result.stderr


def test_dict_lint(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("unspin.lexicon.lint")
    (tmp_path / "words.tsv").write_text("economic\tadjective\tfinancial\n")
    result = run("dict", "lint", "words.tsv")
    assert result.exit_code == 1
    assert "words.tsv:1: unknown part of speech" in result.stdout
    (tmp_path / "words.tsv").write_text("economic\tadj\tfinancial\n")
    assert run("dict", "lint", "words.tsv").exit_code == 0
