from __future__ import annotations

import json
from pathlib import Path

import pytest

from unspin.corpus.jsonl import LineChunk, check, chunks
from unspin.corpus.operation import Change, Item, Replacement
from unspin.corpus.work import PARQUET, Done, Job
from unspin.errors import InputError


def capital(item: Item) -> Change | None:
    """Writes the first letter as a capital; drops what is empty."""
    if not item.text:
        return None
    log = {"spin_rate": 0.0, "spun": False, "findings": 0, "edits": []}
    if item.text[0].isupper():
        return Change(item.text, [], log)
    edit = {"start": 0, "end": 1, "before": item.text[0], "after": item.text[0].upper()}
    edit |= {"code": "US401", "entry": "capital", "confidence": 0.9, "tier": "safe"}
    return Change(item.text[0].upper() + item.text[1:], [Replacement(0, 1, item.text[0].upper())], {**log, "edits": [edit]})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", "A text.\n\nIts second paragraph.\n"),
        ("pretty.json", '[\n  {"text": "a"},\n  {"text": "b"}\n]\n'),
        ("list.json", "[" * 100_000),
        ("table.csv", "id,text\n1,a\n"),
    ],
)
def test_what_is_no_corpus_is_told(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=f"{name}: no corpus, as few of its first lines are JSON objects.*`unspin fix`"):
        check(str(tmp_path / name))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "\nbad\n" + '\ufeff{"text": "a", "n": ' + "9" * 5000 + "}\n"),
        ("a.json", "[]\n" * 5 + "{}\n" * 15 + "[]\n" * 90),
        ("none.txt", "\n"),
        ("a.jsonl", "bad\n"),
        ("a.ndjson", "bad\n"),
    ],
)
def test_a_corpus_is_one_by_its_name_or_its_first_lines(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    check(str(tmp_path / name))


def done(data: bytes) -> Done:
    return LineChunk(1, data.splitlines(keepends=True)).work(Job(capital))


def test_lines_keep_their_ends_and_blank_lines_stay() -> None:
    written = done(b'\xef\xbb\xbf\r\n{"text": "a"}\r\n  \n{"text": "B"}').payload
    lines = written.split(b"\n")
    assert lines[0] == b"\xef\xbb\xbf\r"
    assert lines[1].startswith(b'{"text": "A", "unspin"') and lines[1].endswith(b"}\r")
    assert lines[2] == b"  "
    assert lines[3].startswith(b'{"text": "B", "unspin"') and len(lines) == 4


def test_byte_order_marks_of_files_put_one_after_another_stay() -> None:
    mark = b"\xef\xbb\xbf"
    lines = done(mark + b'{"text": "a"}\n' + mark + b'{"text": "b"}\n').payload.splitlines()
    assert [line.partition(b",")[0] for line in lines] == [mark + b'{"text": "A"', mark + b'{"text": "B"']


def test_records_are_counted() -> None:
    totals = done(b'{"text": "a"}\n\n{"text": "B"}\n{"text": ""}\n{"text": null}\nx\n').totals
    assert (totals.records, totals.edited, totals.edits, totals.dropped, totals.rejected) == (5, 1, 1, 1, 2)
    assert totals.entries == {"capital": 1}
    assert sum(totals.spin_rates) == 2


def test_rejects_say_where_they_were() -> None:
    rejects = LineChunk(8, [b"\n", b'{"text": 3}\n']).work(Job(capital)).rejects
    assert rejects == [b'{"line": 9, "reason": "field \'text\' is a number, not a text", "raw": "{\\"text\\": 3}"}\n']


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "a", "n": 1, "n": 2}', "holds a key twice, which Parquet cannot"),
        (b'{"text": "a", "inner": [{"n": 1, "n": 1}]}', "holds a key twice, which Parquet cannot"),
        (b'{"text": "a", "n": "\\udc00"}', "holds a lone surrogate, which Parquet cannot"),
    ],
)
def test_what_parquet_cannot_hold_is_set_aside(line: bytes, reason: str) -> None:
    done = LineChunk(1, [line]).work(Job(capital, output=PARQUET))
    assert not done.payload and json.loads(done.rejects[0]) == {"line": 1, "reason": reason, "raw": line.decode()}
    assert LineChunk(1, [line]).work(Job(capital)).payload


@pytest.mark.parametrize("skip", [0, 2, 5])
def test_chunks_and_segments_depend_on_the_lines_alone(skip: int) -> None:
    lines = [b"%04d\n" % number for number in range(1, 13)]
    found = [*chunks(lines, 10, 20, skip)]
    assert [line for chunk in found for line in chunk.lines] == lines[skip:]
    assert found[0].first == skip + 1
    assert [chunk.last for chunk in [*chunks(lines, 10, 20)] if chunk.cut] == [4, 8, 12]
    assert [chunk.last for chunk in chunks(lines, 10, 20, 4) if chunk.cut] == [8, 12]


def test_lines_are_taken_as_they_are_needed() -> None:
    lines = iter([b"{}\n"] * 10)
    next(chunks(lines, 0, 100))
    assert len([*lines]) == 9
