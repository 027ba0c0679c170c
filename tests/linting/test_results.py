from __future__ import annotations

from pathlib import Path

import pytest

from tests.linting.test_linter import SETTINGS, TEXT, linter
from unspin.linting.results import Results, engine_key
from unspin.reading.source import Source


def test_a_broken_result_cache_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "results.sqlite").write_bytes(b"this is no database" * 100)
    results = Results(tmp_path)
    assert linter(results).check(Source("x.txt", TEXT), SETTINGS).report.findings
    assert linter(Results(tmp_path)).known(Source("x.txt", TEXT), SETTINGS)  # it was made anew
    (tmp_path / "file").touch()
    assert linter(Results(tmp_path / "file")).check(Source("x.txt", TEXT), SETTINGS).report.findings


def test_a_result_that_cannot_be_read_is_computed_again(tmp_path: Path) -> None:
    results = Results(tmp_path)
    linter(results).check(Source("x.txt", TEXT), SETTINGS)
    assert results._connection is not None
    results._connection.execute("UPDATE results SET report = '[1, 2]'")
    assert len(linter(results).check(Source("x.txt", TEXT), SETTINGS).report.findings) == 3


def test_the_key_of_an_engine_changes_with_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dictionary, model = tmp_path / "words.tsv", tmp_path / "model.arpa"
    dictionary.write_text("a\tb\n")
    model.write_text("x")
    monkeypatch.setattr("unspin.lexicon.load.shipped", lambda: tmp_path / "shipped")
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "words.tsv").write_text("a\tb\n")
    keys = {engine_key([], None), engine_key([dictionary], None), engine_key([], model)}
    for path in (dictionary, model, tmp_path / "shipped" / "words.tsv"):
        path.write_text("changed")
        keys.add(engine_key([dictionary], model))
    assert len(keys) == 6
