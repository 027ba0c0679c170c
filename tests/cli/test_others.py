"""score, explain, dict, eval: thin commands, a few tests each."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.conftest import Run
from unspin.cli.explain import _explain_phrase
from unspin.reporting.json import schema
from unspin.rules import RULES
from unspin.unspinner import Unspinner


def test_score_shows_a_line_for_each_file(run: Run, spun: Path, tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_text("Nothing here.")
    result = run("score", ".")
    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()[1:]] == [
        ["0.0%", "1", "%", "not", "spun", "clean.txt"],
        ["27.3%", "97", "%", "spun", "spun.txt"],
    ]


def test_score_as_json(run: Run, spun: Path) -> None:
    data = json.loads(run("score", "spun.txt", "--format", "json").stdout)
    jsonschema.validate(data, schema())
    assert (data["files"][0]["probability"], data["files"][0]["spun"], data["files"][0]["words"]) == (0.97, True, 11)


def test_score_of_a_missing_file(run: Run) -> None:
    assert run("score", "none.txt").exit_code == 3


@pytest.mark.parametrize("code", RULES)
def test_explain_a_code(run: Run, code: str) -> None:
    result = run("explain", code.lower())
    assert result.exit_code == 0
    assert RULES[code].spun in result.stdout


def test_explain_says_what_holds_inside_terms_only(unspinner: Unspinner, capsys: pytest.CaptureFixture[str]) -> None:
    _explain_phrase("woodland", None, unspinner)
    assert "noun: rainforest ← woodland (inside names and terms only)" in capsys.readouterr().out


def test_explain_lists_the_codes(run: Run) -> None:
    assert all(code in run("explain").stdout for code in RULES)


@pytest.mark.parametrize("code", ["US999", "US1"])
def test_explain_an_unknown_code(run: Run, code: str) -> None:
    result = run("explain", code)
    assert result.exit_code == 2
    assert "US101" in result.stderr


def test_explain_a_phrase_without_quotation_marks(run: Run) -> None:
    assert run("explain", "final", "year").stdout == run("explain", "final year").stdout


@pytest.mark.parametrize("arguments", [["--all"], ["US201"], []])
def test_explain_judges_no_text_without_a_phrase(run: Run, arguments: list[str]) -> None:
    result = run("explain", *arguments, "--in", "It was final year.")
    assert result.exit_code == 2
    assert "--in judges a phrase" in result.stderr


def test_explain_a_known_phrase(run: Run) -> None:
    result = run("explain", "Final  year")
    assert "last year" in result.stdout
    assert "0.25" in result.stdout


def test_explain_an_unknown_phrase(run: Run) -> None:
    assert "in no dictionary" in run("explain", "blue moon").stdout


def test_explain_in_a_text(run: Run) -> None:
    assert "^^^^^^^^^^ last year" in run("explain", "final year", "--in", "It was final year.").stdout
    assert "Not flagged here" in run("explain", "final year", "--in", "It was Final Year.").stdout
    assert run("explain", "final year", "--in", "something else").exit_code == 2


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


LEARNED = '{"spun": "the eye and the dismal day", "original": "the eye and the gloomy day"}\n' * 3


def test_dict_learn_prints_what_was_learned(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(LEARNED)
    result = run("dict", "learn", "pairs.jsonl")
    assert (result.exit_code, result.stderr) == (0, "unspin: 1 pair, 1 of them new\n")
    assert result.stdout.split()[:3] == ["dismal", "←", "gloomy"]
    assert run("dict", "learn", "pairs.jsonl", "--min-count", "4").stdout == ""


def test_dict_learn_writes_a_dictionary_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(LEARNED)
    assert run("dict", "learn", "pairs.jsonl", "--to", "words-new.tsv").exit_code == 0
    assert "gloomy\tform\tdismal:" in (tmp_path / "words-new.tsv").read_text()
    assert run("dict", "lint", "words-new.tsv").exit_code == 0
    assert run("dict", "learn", "pairs.jsonl", "--to", "words-new.tsv").exit_code == 2
    assert run("dict", "learn", "pairs.jsonl", "--to", "words-new.tsv", "--overwrite").exit_code == 0


def test_dict_learn_writes_no_other_kind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(LEARNED)
    result = run("dict", "learn", "pairs.jsonl", "--to", "mine.tsv")
    assert result.exit_code == 2 and "words-" in result.stderr


def test_dict_lint(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("unspin.lexicon.lint")
    (tmp_path / "words.tsv").write_text("economic\tadjective\tfinancial\n")
    result = run("dict", "lint", "words.tsv")
    assert result.exit_code == 1
    assert "words.tsv:1: unknown part of speech" in result.stdout
    (tmp_path / "words.tsv").write_text("economic\tadj\tfinancial\n")
    assert run("dict", "lint", "words.tsv").exit_code == 0


PAIRS = (
    '{"id": "1", "spun": "The Linked Press spoke", "original": "The Associated Press spoke"}\n'
    '{"text": "Nothing here."}\n{"text": "It was final year."}\n'
)


def test_eval(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(PAIRS)
    result = run("eval", "pairs.jsonl")
    assert result.exit_code == 0
    assert "1 spun documents, 2 clean ones" in result.stdout
    data = json.loads(run("eval", "pairs.jsonl", "--format", "json").stdout)
    assert data["tiers"]["safe"]["exact"]["precision"]["value"] == 1
    assert (data["tiers"]["safe"]["false_alarms"], data["tiers"]["likely"]["false_alarms"]) == (0, 1)


def test_eval_of_a_bad_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(PAIRS + "{bad\n")
    result = run("eval", "pairs.jsonl")
    assert result.exit_code == 3
    assert "pairs.jsonl:4" in result.stderr
