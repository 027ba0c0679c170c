from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests import fake_engine
from tests.cli.conftest import SPUN, Run, process
from unspin.reporting.json import schema


def test_findings_exit_with_1(run: Run, spun: Path) -> None:
    result = run("check", "spun.txt")
    assert result.exit_code == 1
    assert "spun.txt:1:5 US201 safe" in result.stdout
    assert "3 findings (2 safe, 1 likely)" in result.stdout


@pytest.mark.parametrize(("tier", "code", "number"), [("safe", 1, 2), ("likely", 1, 3), ("possible", 1, 3)])
def test_tier(run: Run, spun: Path, tier: str, code: int, number: int) -> None:
    result = run("check", "spun.txt", "--tier", tier, "--format", "json")
    assert result.exit_code == code
    assert len(json.loads(result.stdout)["files"][0]["findings"]) == number


def test_findings_below_the_tier_do_not_count(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("He mentioned it.")
    assert run("check", "x.txt").exit_code == 0
    assert run("check", "x.txt", "--tier", "possible").exit_code == 1


@pytest.mark.parametrize("text", [b"", b"\n", b"Nothing here.", "\ufeff".encode()])
def test_clean_files_exit_with_0(run: Run, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "x.txt").write_bytes(text)
    assert run("check", "x.txt").exit_code == 0


def test_json_follows_the_schema(run: Run, spun: Path) -> None:
    data = json.loads(run("check", ".", "--format", "json").stdout)
    jsonschema.validate(data, schema())
    assert data["files"][0]["path"] == "spun.txt"


def test_bad_files_do_not_stop_the_others(run: Run, spun: Path, tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(b"\0\1")
    (tmp_path / "empty").mkdir()
    result = run("check", "none.txt", "binary.txt", "empty", "spun.txt")
    assert result.exit_code == 3
    assert "spun.txt:1:5" in result.stdout
    for message in ("none.txt: no such file", "binary.txt: looks like a binary file", "empty: no text files"):
        assert f"unspin: {message}" in result.stderr


def test_without_a_readable_file_the_engine_is_not_loaded(run: Run) -> None:
    assert run("check", "none.txt").exit_code == 3
    assert fake_engine.Unspinner.created == []


def test_a_file_that_is_named_twice_is_checked_once(run: Run, spun: Path) -> None:
    assert len(json.loads(run("check", "spun.txt", "spun.txt", "--format", "json").stdout)["files"]) == 1


def test_protected_text_is_not_flagged(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("`Linked Press`\n<!-- unspin: ignore-next-line -->\nLinked Press\n")
    assert run("check", "x.md").exit_code == 0


def test_dictionaries_and_model_reach_the_engine(run: Run, spun: Path, tmp_path: Path) -> None:
    for name in ("a.tsv", "b.tsv", "m.arpa"):
        (tmp_path / name).touch()
    run("check", "spun.txt", "--dictionary", "a.tsv", "--dictionary", "b.tsv", "--model", "m.arpa")
    assert fake_engine.Unspinner.created == [((tmp_path / "a.tsv", tmp_path / "b.tsv"), tmp_path / "m.arpa")]


@pytest.mark.parametrize("option", ["--dictionary", "--model"])
def test_a_missing_dictionary_or_model_is_a_usage_error(run: Run, spun: Path, option: str) -> None:
    result = run("check", "spun.txt", option, "none")
    assert result.exit_code == 2
    assert "none" in result.stderr


def test_the_real_process_reads_standard_input() -> None:
    result = process("check", "-", "--format", "json", input=(SPUN * 3).encode())
    data = json.loads(result.stdout)
    jsonschema.validate(data, schema())
    assert result.returncode == (1 if data["files"][0]["findings"] else 0)
    assert data["files"][0]["path"] == "-"
    assert any("Linked" in finding["text"] for finding in data["files"][0]["findings"])
