from __future__ import annotations

from pathlib import Path

import pytest

from unspin.errors import InputError
from unspin.evaluation.align import GoldEdit
from unspin.evaluation.pairs import parse, read


def test_given_edits_are_taken() -> None:
    pair = parse({"id": 7, "spun": "final year", "original": "x", "edits": [[6, 10, "year"], [0, 5, "last"]]}, "1")
    assert (pair.id, pair.gold, pair.clean) == ("7", (GoldEdit(0, 5, "last"),), False)


def test_missing_edits_are_aligned() -> None:
    assert parse({"spun": "final year", "original": "last year"}, "1").gold == (GoldEdit(0, 5, "last"),)


def test_a_text_alone_is_clean() -> None:
    assert parse({"text": "final year"}, "1").clean


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "x.jsonl:2: malformed JSON: Expecting"),
        ("[]", "x.jsonl:2: expected a JSON object"),
        ("[" * 100_000, "x.jsonl:2: nested too deeply"),
        ('{"spun": "a"}', '"original"'),
        ('{"original": "a"}', '"spun"'),
        ('{"spun": "a", "edits": [[0, 9, "b"]]}', "bad edit"),
        ('{"spun": "abc", "edits": [[0, 2, "b"], [1, 3, "b"]]}', "overlap at 1"),
    ],
)
def test_a_bad_record_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "a"}\n' + line + "\n")
    with pytest.raises(InputError, match=message):
        list(read(path))


def test_a_missing_file() -> None:
    with pytest.raises(InputError, match=r"none.jsonl"):
        list(read(Path("none.jsonl")))
