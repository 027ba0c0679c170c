from __future__ import annotations

import gzip
import json
from pathlib import Path

from tests.cli.conftest import Run

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


def test_eval_of_standard_input_and_of_packed_pairs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl.gz").write_bytes(gzip.compress(PAIRS.encode()))
    (tmp_path / "folder").mkdir()
    for path in ("-", "pairs.jsonl.gz"):
        assert "1 spun documents, 2 clean ones" in run("eval", path, input=PAIRS).stdout
    for path in ("none.jsonl", "folder"):
        assert run("eval", path).exit_code == 3


def test_eval_of_a_bad_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(PAIRS + "{bad\n")
    result = run("eval", "pairs.jsonl")
    assert result.exit_code == 3
    assert "pairs.jsonl:4" in result.stderr
