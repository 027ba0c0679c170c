from __future__ import annotations

from pathlib import Path

import pytest

from unspin.lexicon import false_alarms, load
from unspin.lexicon.compile import compile_entries, compiled_names
from unspin.lexicon.false_alarms import FINDING, LIMITS, TELL
from unspin.lexicon.lint import lint


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], float]:
    rates: dict[tuple[str, str], float] = {}
    monkeypatch.setattr(false_alarms, "rates", lambda: rates)
    return rates


def problems(tmp_path: Path, name: str, line: str) -> list[str]:
    (tmp_path / name).write_text(line + "\n")
    return [problem.message for problem in lint([tmp_path / name])]


def test_an_entry_above_its_false_alarm_rate_is_refused(tmp_path: Path, measured: dict[tuple[str, str], float]) -> None:
    measured[FINDING, "adj: economic ← financial"] = LIMITS[FINDING] + 1
    (message,) = problems(tmp_path, "words.tsv", "economic\tadj\tmonetary, financial")
    assert "economic ← financial" in message and "clean text" in message


def test_an_entry_at_its_limit_passes(tmp_path: Path, measured: dict[tuple[str, str], float]) -> None:
    measured[FINDING, "adj: economic ← financial"] = LIMITS[FINDING]
    assert problems(tmp_path, "words.tsv", "economic\tadj\tmonetary, financial") == []


def test_an_entry_that_is_only_possible_may_fire(tmp_path: Path, measured: dict[tuple[str, str], float]) -> None:
    measured[FINDING, "phrase: last year ← final year"] = LIMITS[FINDING] + 1
    assert problems(tmp_path, "phrases.tsv", "final year\tlast year\tpossible") == []
    assert len(problems(tmp_path, "phrases.tsv", "final year\tlast year")) == 1


def test_a_tell_that_occurs_in_clean_text_is_none(tmp_path: Path, measured: dict[tuple[str, str], float]) -> None:
    measured[TELL, "long term"] = LIMITS[TELL] + 1
    (message,) = problems(tmp_path, "phrases.tsv", "long-term\tlasting\ttell")
    assert "no tell" in message
    assert problems(tmp_path, "phrases.tsv", "long-term\tlasting") == []


def test_the_measured_rates_can_be_read() -> None:
    assert all(what in LIMITS and rate > 0 for (what, _), rate in false_alarms.rates().items())


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("words.tsv", "economic\tadj\tfinancial, fiscal"),
        ("phrases.tsv", "final year\tlast year | past year"),
        ("names.tsv", "The Associated Press\tAP\torg\tLinked Press"),
        ("terms.tsv", "deep learning\tprofound learning"),
    ],
)
def test_findings_are_called_what_lint_calls_them(tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / name).write_text(line + "\n")
    entries = load.read([tmp_path / name]).entries
    lexicon = compile_entries(entries)
    assert {pair.entry for pair in lexicon.pairs()} == {name for entry in entries for name in compiled_names(entry)}
