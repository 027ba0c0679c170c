from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest

from tests.corpus import killed
from tests.corpus.test_jsonl import capital
from tests.corpus.test_run import ROOT, done, steps_until
from unspin.corpus import jsonl
from unspin.corpus.operation import Applying, Choice, Operation, Reverting
from unspin.corpus.run import Run
from unspin.corpus.shards import single
from unspin.corpus.work import EDITS, JSONL, PARQUET, Job
from unspin.errors import InputError, OutputError

pa = pytest.importorskip("pyarrow", reason="needs pip install 'unspin[corpus]'")
pq = pytest.importorskip("pyarrow.parquet")


def table(count: int = 40) -> object:
    """Rows whose every fifth text is null; nested columns, and metadata."""
    fields = [
        pa.field("id", pa.int64(), metadata={"of": "field"}),
        pa.field("text", pa.large_string()),
        pa.field("nested", pa.struct([("a", pa.list_(pa.map_(pa.string(), pa.int8())))])),
        pa.field("when", pa.timestamp("us", "UTC")),
        pa.field("raw", pa.binary()),
        pa.field("kind", pa.dictionary(pa.int32(), pa.string())),
    ]
    rows = [
        {
            "id": n,
            "text": (None, "a", "B", "é", "")[n % 5],
            "nested": {"a": [[("k", n % 7)], []]},
            "when": datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc),
            "raw": b"\xff",
            "kind": "xy"[n % 2],
        }
        for n in range(count)
    ]
    return pa.Table.from_pylist(rows, pa.schema(fields, {"of": "schema"}))


def run(source: Path, target: Path, output: str = PARQUET, workers: int = 1) -> Run:
    this = Run([single(str(source), str(target))], Job(capital, output=output), workers)
    done(this)
    assert not this.errors
    return this


@pytest.fixture
def source(tmp_path: Path) -> Path:
    pq.write_table(table(), tmp_path / "in.parquet", row_group_size=15, compression="zstd")
    return tmp_path / "in.parquet"


def test_columns_schema_metadata_and_row_groups_stay(source: Path, tmp_path: Path) -> None:
    totals = run(source, tmp_path / "out.parquet").totals
    before, after = pq.read_table(source), pq.read_table(tmp_path / "out.parquet")
    assert after.schema.remove(after.schema.get_field_index("unspin")).equals(before.schema, check_metadata=True)
    kept = [n for n in range(40) if n % 5 not in (0, 4)]
    assert after.drop_columns(["unspin", "text"]).equals(before.take(kept).drop_columns(["text"]))
    assert after["text"].to_pylist()[:3] == ["A", "B", "É"]
    logs = after["unspin"].to_pylist()
    assert logs[0]["edits"][0]["before"] == "a" and logs[1] == {"spin_rate": 0.0, "spun": False, "edits": [], "findings": 0}
    metadata = pq.ParquetFile(tmp_path / "out.parquet").metadata
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [9, 9, 6]
    assert metadata.row_group(0).column(0).compression == "ZSTD"
    assert (totals.records, totals.dropped, totals.rejected) == (40, 8, 8)


def test_each_column_keeps_its_compression_and_the_log_has_that_of_the_texts(tmp_path: Path) -> None:
    before = {"id": "UNCOMPRESSED", "a.b": "GZIP", "text": "ZSTD", "s.list.element": "SNAPPY"}
    rows = pa.table({"id": [1], "a.b": [2], "text": ["a"], "s": [[3]]})
    pq.write_table(rows, tmp_path / "in.parquet", compression={**before, "id": "none"})
    run(tmp_path / "in.parquet", tmp_path / "out.parquet")
    group = pq.ParquetFile(tmp_path / "out.parquet").metadata.row_group(0)
    columns = [group.column(i) for i in range(group.num_columns)]
    assert {column.path_in_schema: column.compression for column in columns[:4]} == before
    assert {column.compression for column in columns[4:]} == {"ZSTD"}


@pytest.mark.parametrize("count", [0, 2])
def test_a_column_of_nulls_may_be_one_of_texts(tmp_path: Path, count: int) -> None:
    pq.write_table(pa.table({"text": pa.nulls(count)}), tmp_path / "in.parquet")
    totals = run(tmp_path / "in.parquet", tmp_path / "out.parquet").totals
    assert (totals.records, totals.rejected) == (count, count)
    assert pq.read_table(tmp_path / "out.parquet").column_names == ["text", "unspin"]


@pytest.mark.parametrize(
    "type",
    [pa.string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string()), pa.dictionary(pa.int32(), pa.large_string())],
)
def test_every_type_of_text_is_kept(tmp_path: Path, type: object) -> None:
    texts = pa.array([None, "a", "B", "Aa"] * 20, pa.string()).cast(type)
    columns = [pa.array(range(80)), texts, pa.array(["x"] * 80, pa.string_view()), pa.array([1.5] * 80), pa.array(["y"] * 80)]
    before = pa.Table.from_arrays(columns, names=["id", "text", "view", "twice", "twice"])
    pq.write_table(before, tmp_path / "in.parquet", row_group_size=30)
    run(tmp_path / "in.parquet", tmp_path / "out.parquet")
    after = pq.ParquetFile(tmp_path / "out.parquet").read()
    assert after.schema.remove(5).equals(pq.ParquetFile(tmp_path / "in.parquet").read().schema)
    assert after["text"].to_pylist() == ["A", "B", "Aa"] * 20
    assert after.column(3).to_pylist() == [1.5] * 60 and after.column(4).to_pylist() == ["y"] * 60
    done(Run([single(f"{tmp_path}/out.parquet", f"{tmp_path}/back.parquet")], Job(Reverting(), output=PARQUET)))
    back = pq.ParquetFile(tmp_path / "back.parquet").read()
    assert back.column_names == before.column_names and back["text"].to_pylist() == ["a", "B", "Aa"] * 20


def work(operation: Operation, field: str, source: Path, target: Path, output: str = PARQUET) -> None:
    this = Run([single(str(source), str(target))], Job(operation, field, output=output))
    done(this)
    assert not this.errors


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    """Texts in `article.body.text`, of which every second is null, and in a column `article.text`."""
    body = [
        pa.field("n", pa.list_(pa.int8())),
        pa.field("text", pa.large_string(), metadata={"of": "field"}),
        pa.field("kind", pa.dictionary(pa.int8(), pa.string())),
    ]
    article = pa.struct([pa.field("body", pa.struct(body)), pa.field("text", pa.string(), nullable=False)])
    rows: list[dict[str, Any]] = [
        {"article": {"body": {"n": [k], "text": ("a", None)[k % 2], "kind": "k"}, "text": "x"}, "article.text": "b"}
        for k in range(40)
    ]
    rows[1]["article"]["body"] = rows[3]["article"] = None
    table = pa.Table.from_pylist(rows, pa.schema([("article", article), ("article.text", pa.string())]))
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=30, compression={"article.body.text": "gzip"})
    return tmp_path / "in.parquet"


def test_texts_inside_of_structs(nested: Path, tmp_path: Path) -> None:
    work(capital, "article.body.text", nested, tmp_path / "out.parquet")
    work(Reverting(), "article.body.text", tmp_path / "out.parquet", tmp_path / "back.parquet")
    before, after, back = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("in", "out", "back"))
    assert [row["article"]["body"]["text"] for row in after.to_pylist()] == ["A"] * 20
    assert back.equals(before.take([*range(0, 40, 2)])) and back.schema.equals(before.schema, check_metadata=True)
    group = pq.ParquetFile(tmp_path / "out.parquet").metadata.row_group(0)
    codecs = {group.column(i).path_in_schema: group.column(i).compression for i in range(group.num_columns)}
    assert codecs["article.body.text"] == codecs["unspin.findings"] == "GZIP" != codecs["article.text"]
    rejects = [json.loads(line) for line in (tmp_path / "out.parquet.rejects.jsonl").read_text().splitlines()]
    assert {reject["reason"] for reject in rejects} == {"field 'article.body.text' is null, not a text"}
    assert json.loads(rejects[1]["raw"]) == {"article": None, "article.text": "b"}


def test_texts_inside_of_structs_that_become_objects(nested: Path, tmp_path: Path) -> None:
    work(capital, "article.body.text", nested, tmp_path / "out.jsonl", JSONL)
    row = json.loads((tmp_path / "out.jsonl").read_text().splitlines()[0])
    assert row["article"] == {"body": {"n": [0], "text": "A", "kind": "k"}, "text": "x"} and row["article.text"] == "b"


def test_a_column_whose_name_has_a_dot_comes_first(nested: Path, tmp_path: Path) -> None:
    work(capital, "article.text", nested, tmp_path / "out.parquet")
    after = pq.read_table(tmp_path / "out.parquet")
    assert after["article.text"].to_pylist() == ["B"] * 40
    assert after["article"].equals(pq.read_table(nested)["article"])


def test_ids_inside_of_structs(nested: Path, tmp_path: Path) -> None:
    this = Run([single(str(nested), str(tmp_path / "edits.jsonl"))], Job(capital, "article.text", "article.body.n", EDITS))
    done(this)
    edits = [json.loads(line) for line in (tmp_path / "edits.jsonl").read_text().splitlines()]
    assert [edit["id"] for edit in edits][:5] == [[0], None, [2], None, [4]]
    applying = Applying(iter(edits), Choice())
    this = Run([single(str(nested), str(tmp_path / "out.parquet"))], Job(applying, "article.text", "article.body.n", PARQUET))
    done(this)
    assert this.totals.edits == 40 and not this.totals.rejected


def test_rejected_rows_are_kept_as_json(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out.parquet")
    reject = json.loads((tmp_path / "out.parquet.rejects.jsonl").read_text().splitlines()[1])
    assert reject["line"] == 6 and reject["reason"] == "field 'text' is null, not a text"
    raw = json.loads(reject["raw"])
    assert raw["id"] == 5 and raw["raw"] == "/w==" and raw["when"] == "2020-01-01T00:00:00+00:00"


def test_workers_and_threads_write_the_same(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "SMALL_CHUNK", 100)
    for workers in (1, 2):
        run(source, tmp_path / f"{workers}.parquet", workers=workers)
    done(Run([single(str(source), str(tmp_path / "threads.parquet"))], Job(capital, output=PARQUET), neural=True))
    contents = {(tmp_path / f"{name}.parquet").read_bytes() for name in ("1", "2", "threads")}
    assert len(contents) == 1


def test_an_interrupted_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "SEGMENT", 400)
    monkeypatch.setattr(jsonl, "CHUNK", 200)
    pq.write_table(table(300), tmp_path / "in.parquet", row_group_size=70)
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    done(killed.run(str(source), str(tmp_path / "whole.parquet")))
    steps_until(killed.run(str(source), str(target), resume=False), 100)
    again = killed.run(str(source), str(target))
    done(again)
    assert 50 < again.earlier.records < 200
    assert target.read_bytes() == (tmp_path / "whole.parquet").read_bytes()


def test_a_large_row_group_is_read_and_written_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their sizes do not depend on where an interrupted run stopped."""
    from unspin.corpus import parquet

    monkeypatch.setattr(jsonl, "SEGMENT", 400)
    monkeypatch.setattr(jsonl, "CHUNK", 100)
    monkeypatch.setattr(parquet, "PART", 3000)
    pq.write_table(table(300), tmp_path / "in.parquet")
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    whole = killed.run(str(source), str(tmp_path / "whole.parquet"))
    done(whole)
    steps_until(killed.run(str(source), str(target), resume=False), 100)
    done(killed.run(str(source), str(target)))
    assert target.read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    metadata = pq.ParquetFile(target).metadata
    rows = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
    assert sum(rows) == whole.totals.records - whole.totals.dropped - whole.totals.rejected
    assert len(rows) > 3 and max(rows) - min(rows[:-1]) < 20


def test_a_row_group_is_not_read_as_a_whole(tmp_path: Path) -> None:
    from unspin.corpus import parquet

    texts = [os.urandom(1000).hex() for _ in range(10_000)]
    pq.write_table(pa.table({"text": texts}), tmp_path / "in.parquet", compression="none", use_dictionary=False)
    before = pa.total_allocated_bytes()
    chunks = parquet.chunks(str(tmp_path / "in.parquet"), 1 << 16, 1 << 23)
    next(chunks)
    assert pa.total_allocated_bytes() - before < 5_000_000
    assert sum(chunk.rows for chunk in chunks) > 9900


def test_a_disk_that_is_full_at_the_end_leaves_the_work(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from unspin.corpus import parquet

    def write(frames: object, target: IO[bytes], *rest: object) -> None:
        target.write(b"PAR1")
        raise OSError(28, "No space left on device")

    shard = single(str(source), str(tmp_path / "out.parquet"))
    with monkeypatch.context() as patch:
        patch.setattr(parquet, "write_rows", write)
        with pytest.raises(OutputError, match=r"out.parquet: cannot be written \(No space left on device\)"):
            done(Run([shard], Job(capital, output=PARQUET)))
    assert sorted(path.name for path in Path(shard.folder).iterdir()) == ["checkpoint.json", "output"]
    again = Run([shard], Job(capital, output=PARQUET), resume=True)
    done(again)
    assert again.earlier.records == 40 and pq.read_table(tmp_path / "out.parquet").num_rows == 24


def test_a_second_run_keeps_the_first_log_and_both_can_be_taken_back(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "1.parquet")
    run(tmp_path / "1.parquet", tmp_path / "2.parquet")
    assert pq.read_table(tmp_path / "2.parquet")["unspin"].to_pylist()[0]["previous"]["edits"][0]["before"] == "a"
    for before, after in (("2", "back1"), ("back1", "back0")):
        done(Run([single(f"{tmp_path}/{before}.parquet", f"{tmp_path}/{after}.parquet")], Job(Reverting(), output=PARQUET)))
    assert pq.read_table(tmp_path / "back1.parquet").equals(pq.read_table(tmp_path / "1.parquet"))
    kept = [n for n in range(40) if n % 5 not in (0, 4)]
    assert pq.read_table(tmp_path / "back0.parquet").equals(table().take(kept))  # type: ignore[attr-defined]


def test_parquet_to_jsonl(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out.jsonl", JSONL)
    record = json.loads((tmp_path / "out.jsonl").read_text().splitlines()[0])
    assert record["text"] == "A" and record["id"] == 1 and record["nested"] == {"a": [[["k", 1]], []]}


def test_what_is_no_number_is_null_in_json_only(tmp_path: Path) -> None:
    numbers = pa.table({"text": ["a"], "n": [float("nan")], "inner": [{"list": [float("-inf"), 1.5]}]})
    pq.write_table(numbers, tmp_path / "in.parquet")
    run(tmp_path / "in.parquet", tmp_path / "out.jsonl", JSONL)
    assert (tmp_path / "out.jsonl").read_text().startswith('{"text": "A", "n": null, "inner": {"list": [null, 1.5]}, "unspin"')
    run(tmp_path / "in.parquet", tmp_path / "out.parquet")
    (row,) = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert str(row["n"]) == "nan" and row["inner"] == {"list": [float("-inf"), 1.5]}


def test_a_column_in_the_place_of_the_log_is_an_error(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"], "unspin": ["mine"]}), tmp_path / "in.parquet")
    for operation in (capital, Reverting()):
        this = Run([single(f"{tmp_path}/in.parquet", f"{tmp_path}/out.parquet")], Job(operation, output=PARQUET))
        done(this)
        assert [str(error) for error in this.errors] == [
            f"{tmp_path}/in.parquet: column 'unspin' is string, not the log of a run; rename it"
        ]
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_an_empty_column_in_the_place_of_the_log_comes_back(tmp_path: Path) -> None:
    before = pa.table({"text": ["a"], "unspin": pa.nulls(1)})
    pq.write_table(before, tmp_path / "in.parquet")
    run(tmp_path / "in.parquet", tmp_path / "out.parquet")
    done(Run([single(f"{tmp_path}/out.parquet", f"{tmp_path}/back.parquet")], Job(Reverting(), output=PARQUET)))
    assert pq.read_table(tmp_path / "back.parquet").equals(before)
    this = Run([single(f"{tmp_path}/in.parquet", f"{tmp_path}/out.parquet")], Job(Reverting(), output=PARQUET))
    done(this)
    assert this.totals.rejected == 1


def test_columns_of_one_name_are_kept(tmp_path: Path) -> None:
    columns = [pa.array(["a", None]), pa.array([1, 2]), pa.array([3, 4])]
    pq.write_table(pa.Table.from_arrays(columns, ["text", "n", "n"]), tmp_path / "in.parquet")
    run(tmp_path / "in.parquet", tmp_path / "out.jsonl", JSONL)
    assert (tmp_path / "out.jsonl").read_text().startswith('{"text": "A", "n": 1, "n": 3, "unspin": ')
    run(tmp_path / "in.parquet", tmp_path / "out.parquet")
    for name in ("out.jsonl", "out.parquet"):
        reject = json.loads((tmp_path / f"{name}.rejects.jsonl").read_text())
        assert reject["raw"] == '{"text": null, "n": 2, "n": 4}'


COMMAND = """
import sys
from pathlib import Path
from tests.corpus.test_parquet import JSONL, run
run(Path(sys.argv[1]), Path(sys.argv[2]), JSONL)
"""


def test_texts_that_are_not_utf_8(tmp_path: Path) -> None:
    other = pa.array([b"ok", b"a\xff"], pa.binary()).view(pa.string())
    table = pa.table({"id": other, "text": pa.array([b"a", b"\xff"], pa.binary()).view(pa.string()), "other": other.take([1, 0])})
    source = tmp_path / "in.parquet"
    pq.write_table(table, source)
    run(source, tmp_path / "out.parquet")
    written = pq.read_table(tmp_path / "out.parquet")
    assert written["text"].to_pylist() == ["A"] and written["other"].cast(pa.binary()).to_pylist() == [b"a\xff"]
    run(source, tmp_path / "out.jsonl", JSONL)
    record = json.loads((tmp_path / "out.jsonl").read_bytes())
    assert (record["text"], record["other"]) == ("A", {"base64": "Yf8="})
    for name, reason in (
        ("out.parquet", "field 'text' is not valid UTF-8, not a text"),
        ("out.jsonl", "is an object, not a text"),
    ):
        reject = json.loads((tmp_path / f"{name}.rejects.jsonl").read_bytes())
        assert reason in reject["reason"]
        assert json.loads(reject["raw"]) == {"id": {"base64": "Yf8="}, "text": {"base64": "/w=="}, "other": "ok"}


def test_times_that_python_cannot_hold(tmp_path: Path) -> None:
    times: dict[str, Any] = {
        "id": pa.array([1501, -1], pa.timestamp("ns", "Europe/Berlin")),
        "text": ["a", None],
        "late": pa.array([2**62, None], pa.timestamp("us")),
        "no_zone": pa.array([1, 1], pa.timestamp("ns", "Nowhere/Else")),
        "day": pa.array([2**30, 0], pa.date32()),
        "span": pa.array([2**62, 0], pa.duration("s")),
        "nested": pa.array([{"a": [[("k", 2**62)]]}] * 2, pa.struct([("a", pa.list_(pa.map_(pa.string(), pa.timestamp("ms"))))])),
        "kind": pa.array([2**62] * 2, pa.timestamp("ms")).dictionary_encode(),
    }
    source, target = tmp_path / "in.parquet", tmp_path / "out.jsonl"
    pq.write_table(pa.table(times), source)
    run(source, target, JSONL)
    first = json.loads(target.read_text())
    del first["unspin"]
    assert first == {
        "id": "1970-01-01T01:00:00.000001501+01:00",
        "text": "A",
        "late": 2**62,
        "no_zone": 1,
        "day": 2**30,
        "span": 2**62,
        "nested": {"a": [[["k", 2**62]]]},
        "kind": 2**62,
    }
    rejected = (tmp_path / "out.jsonl.rejects.jsonl").read_text()
    assert "1970-01-01T00:59:59.999999999+01:00" in rejected
    (tmp_path / "pandas.py").write_text("raise ImportError")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", COMMAND, source, "plain.jsonl"], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "plain.jsonl").read_bytes() == target.read_bytes()
    assert (tmp_path / "plain.jsonl.rejects.jsonl").read_text() == rejected
    run(source, tmp_path / "out.parquet")
    columns = [name for name in times if name not in ("text", "kind")]
    assert pq.read_table(tmp_path / "out.parquet", columns=columns).equals(pa.table(times).select(columns).slice(0, 1))


def test_jsonl_to_parquet_of_mixed_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from unspin.corpus import parquet

    monkeypatch.setattr(parquet, "BLOCK", 60)
    nested: list[Any] = []
    for _ in range(400):
        nested = [nested]
    lines: list[dict[str, Any]] = [
        {"text": "a", "n": 1, "late": None},
        {"text": "b", "n": 1.5, "mixed": 1, "empty": {}},
        {"text": "\ud800"},
        {"text": "c", "mixed": "x", "late": {"k": [1]}, "big": 10**30, "hash": 1.5, "deep": [[[1]]], "inner": {"a": [{}]}},
        {"text": "é", "big": 2**63, "hash": 2**60 + 1, "deep": nested, "n": float("nan"), "": 1, "a\0.b": 2},
        {"text": "D", "mixed": [1]},
    ]
    (tmp_path / "in.jsonl").write_text("".join(f"\ufeff{json.dumps(line)}\n\n" for line in lines), encoding="utf-8")
    this = run(tmp_path / "in.jsonl", tmp_path / "out.parquet")
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["text"] for row in rows] == ["A", "B", "C", "É", "D"]
    assert [str(row["n"]) for row in rows] == ["1.0", "1.5", "None", "nan", "None"]
    assert [row["mixed"] for row in rows] == [None, "1", '"x"', None, "[1]"]
    assert rows[2]["late"] == {"k": [1]} and rows[2]["inner"] == '{"a": [{}]}'
    for key, value in (("big", 2**63), ("hash", 2**60 + 1), ("deep", nested)):
        assert json.loads(rows[3][key]) == value
    assert json.loads(rows[2]["big"]) == 10**30
    assert rows[4]["unspin"]["edits"] == []
    assert this.totals.rejected == 1


@pytest.mark.parametrize("records", [0, 2])
def test_nothing_is_an_empty_file(tmp_path: Path, records: int) -> None:
    pq.write_table(table(0) if not records else table(1), tmp_path / "in.parquet")
    run(tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0
    (tmp_path / "in.jsonl").write_text("x\n" * records)
    run(tmp_path / "in.jsonl", tmp_path / "lines.parquet")
    assert pq.read_table(tmp_path / "lines.parquet").num_rows == 0


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("body", "no column 'body' .there are id, text"),
        ("id", "column 'id' is int64, not text"),
        ("nested.a", "not text"),
        ("nested.b", "no column 'nested.b'"),
        ("text.a", "no column"),
    ],
)
def test_a_wrong_column_is_an_error(source: Path, tmp_path: Path, field: str, message: str) -> None:
    this = Run([single(str(source), str(tmp_path / "o.parquet"))], Job(capital, field, output=PARQUET))
    done(this)
    with pytest.raises(InputError, match=message):
        raise this.errors[0]
    assert not (tmp_path / "o.parquet").exists()


def test_a_damaged_file_is_an_error(source: Path, tmp_path: Path) -> None:
    source.write_bytes(source.read_bytes()[:-100])
    this = Run([single(str(source), str(tmp_path / "o.parquet"))], Job(capital, output=PARQUET))
    done(this)
    assert "not a readable Parquet file" in str(this.errors[0])
