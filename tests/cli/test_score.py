from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from tests.cli.conftest import Run
from unspin.reporting.json import schema


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
