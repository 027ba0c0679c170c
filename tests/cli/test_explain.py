from __future__ import annotations

import pytest

from tests.cli.conftest import Run
from unspin.cli.explain import _explain_phrase
from unspin.rules import RULES
from unspin.unspinner import Unspinner


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


def test_explain_what_authors_write(run: Run) -> None:
    assert "listed as what authors write" in run("explain", "associated press").stdout


def test_explain_in_a_text(run: Run) -> None:
    assert "^^^^^^^^^^ last year" in run("explain", "final year", "--in", "It was final year.").stdout
    assert "Not flagged here" in run("explain", "final year", "--in", "It was Final Year.").stdout
    assert run("explain", "final year", "--in", "something else").exit_code == 2
