from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from unspin.corpus.operation import Decision
from unspin.corpus.proposals import decisions, proposals
from unspin.errors import InputError


def decided(tmp_path: Path, *records: dict[str, Any], corpus: str = "in.jsonl") -> Any:
    path = tmp_path / "decided.jsonl"
    path.write_text("".join(json.dumps({"line": 1, "verdict": "accept", **record}) + "\n" for record in records))
    return decisions(str(path), corpus)


def test_decisions_are_found_by_line_and_place(tmp_path: Path) -> None:
    names = {"code": "US401", "entry": "words: bank"}
    found = decided(
        tmp_path,
        {"start": 0, "end": 2, "before": "it", "suggestion": "he", **names, "flagged": True},
        {"start": 2, "end": 4, "suggestion": "he", "after": "she"},
        {"line": 7, "start": 0, "end": 2, "verdict": "reject"},
    )
    assert found == {
        1: {(0, 2): Decision(True, "he", "it", names), (2, 4): Decision(True, "she")},
        7: {(0, 2): Decision(False)},
    }


def test_the_last_decision_about_a_place_counts(tmp_path: Path) -> None:
    place = {"start": 0, "end": 2}
    assert decided(tmp_path, place, {**place, "verdict": "reject"}) == {1: {(0, 2): Decision(False)}}


def test_decisions_about_another_corpus_are_left_out(tmp_path: Path) -> None:
    records = [{"start": 0, "end": 2, "path": path} for path in ("shards/in.jsonl", "other.jsonl")]
    assert [*decided(tmp_path, records[0], corpus="/data/in.jsonl")] == [1]
    assert decided(tmp_path, records[1], corpus="/data/in.jsonl") == {}


def test_accepted_edits_that_overlap_are_an_error(tmp_path: Path) -> None:
    first, second = {"start": 0, "end": 5}, {"start": 4, "end": 9}
    with pytest.raises(InputError, match=r"decided.jsonl: the accepted edits of line 1 at 0-5 and 4-9 overlap; reject one"):
        decided(tmp_path, second, first)
    assert len(decided(tmp_path, first, {**second, "verdict": "reject"})[1]) == 2
    assert len(decided(tmp_path, first, {**second, "line": 2})) == 2
    assert len(decided(tmp_path, first, {**second, "path": "other.jsonl"})[1]) == 1
    assert len(decided(tmp_path, first, {"start": 5, "end": 9})[1]) == 2


def test_proposals_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "edits.jsonl"
    path.write_text('{"line": 1}\n\nbad\n')
    found = proposals(str(path))
    assert next(found) == {"line": 1}
    with pytest.raises(InputError, match=r"edits.jsonl:3: malformed JSON"):
        next(found)
