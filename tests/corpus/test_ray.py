from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.corpus.test_jsonl import capital
from tests.corpus.test_run import SPUN, done
from unspin.corpus.operation import Repairing
from unspin.corpus.run import Run
from unspin.corpus.shards import several, single
from unspin.corpus.transform import Transform
from unspin.corpus.work import JSONL, PARQUET, Job
from unspin.errors import DictionaryError, InputError
from unspin.findings import Tier

ray = pytest.importorskip("ray", reason="needs pip install 'unspin[ray]'")
pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture(scope="module", autouse=True)
def two_cores() -> object:
    ray.init(num_cpus=2, log_to_driver=False, logging_level="ERROR", include_dashboard=False)
    yield
    ray.shutdown()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for shard in range(2):
        records = [{"id": f"{shard}-{n}", "text": SPUN[n % 4][: 200 + 40 * n]} for n in range(12)]
        lines = ['{"id": "same", "text": "The ferry leaves at eight."}', *(json.dumps(record) for record in records)]
        (folder / f"{shard}.jsonl").write_text("\n".join([*lines, '{"text": null}', "", "broken"]))
    return folder


def records(folder: Path) -> dict[str, dict[str, object]]:
    read = [json.loads(line) for path in folder.glob("*.jsonl") for line in path.read_text().splitlines() if line]
    read += [row for path in folder.glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    return {str(record["id"]): record for record in read}


def test_ray_does_what_one_process_does(corpus: Path, tmp_path: Path) -> None:
    from unspin.corpus.ray import repair

    job = Job(Repairing(Transform(Tier.LIKELY)))
    shards = several(str(corpus), str(tmp_path / "local"), JSONL)
    (tmp_path / "local").mkdir()
    run = Run(shards, job)
    done(run)
    paths = [shard.source for shard in shards]
    totals = repair(paths, str(tmp_path / "ray"), str(tmp_path / "rejects"), job, workers=2)
    assert totals == run.totals
    assert records(tmp_path / "ray") == records(tmp_path / "local")
    assert len(records(tmp_path / "ray")) == 25
    rejects = [json.loads(line) for path in (tmp_path / "rejects").iterdir() for line in path.read_text().splitlines()]
    assert sorted(reject["line"] for reject in rejects) == [14, 14, 16, 16]


def test_parquet(corpus: Path, tmp_path: Path) -> None:
    import pyarrow as pa

    from unspin.corpus.ray import repair

    rows = [{"id": str(n), "text": SPUN[n % 4][: 200 + 40 * n] if n else None, "nested": {"a": [n]}} for n in range(12)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet", row_group_size=5)
    job = Job(Repairing(Transform(Tier.LIKELY)), output=PARQUET)
    shards = several(str(tmp_path / "*.parquet"), str(tmp_path / "local"), PARQUET)
    (tmp_path / "local").mkdir()
    run = Run(shards, job)
    done(run)
    totals = repair([str(tmp_path / "in.parquet")], str(tmp_path / "ray"), str(tmp_path / "rejects"), job, workers=2)
    assert totals == run.totals and totals.edits and totals.rejected == 1
    assert records(tmp_path / "ray") == records(tmp_path / "local")
    with pytest.raises(InputError, match="column 'nested' is struct"):
        repair(
            [str(tmp_path / "in.parquet")], str(tmp_path / "other"), str(tmp_path / "rejects"), replace(job, field="nested"), 2
        )


@pytest.mark.parametrize("content", [b"", gzip.compress(b'{"text": "a"}\n' * 100)[:-10]])
def test_a_damaged_file_is_told_as_it_is_without_ray(tmp_path: Path, content: bytes) -> None:
    from unspin.corpus.ray import repair

    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(content)
    local = Run([single(str(path), str(tmp_path / "out.jsonl"))], Job(capital))
    done(local)
    with pytest.raises(InputError) as told:
        repair([str(path)], str(tmp_path / "ray"), str(tmp_path / "rejects"), Job(capital), workers=1)
    assert str(told.value) == str(local.errors[0])


def test_what_cannot_be_written_is_told_in_a_line(tmp_path: Path) -> None:
    from unspin.corpus.ray import repair

    (tmp_path / "in.jsonl").write_text('{"text": "a"}\n')
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"cannot be read, or .*/file/out not be written \(.*Not a directory.*\)$"):
        repair([f"{tmp_path}/in.jsonl"], f"{tmp_path}/file/out", f"{tmp_path}/rejects", Job(capital), workers=1)


def test_what_a_worker_cannot_go_on_for_is_told(tmp_path: Path) -> None:
    from unspin.corpus.ray import repair

    (tmp_path / "in.jsonl").write_text('{"text": "a"}\n')
    job = Job(Repairing(Transform(dictionaries=(tmp_path / "gone.tsv",))))
    with pytest.raises(DictionaryError, match=r"gone\.tsv: no such dictionary$"):
        repair([f"{tmp_path}/in.jsonl"], f"{tmp_path}/out", f"{tmp_path}/rejects", job, workers=1)


def test_byte_order_marks_do_not_get_into_the_middle_of_a_file() -> None:
    from unspin.corpus.ray import _table, _Worker

    lines, done = _Worker(Job(capital), "", None)._lines(_table([1, 2], [b'\xef\xbb\xbf{"text": "a"}\n', b'{"text": "b"}']))
    assert [line.partition(b",")[0] for line in lines["data"].to_pylist()] == [b'{"text": "A"', b'{"text": "B"']
    assert done.totals.records == 2


def test_a_cluster_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from unspin.corpus.ray import repair

    def init(**options: object) -> None:
        raise ConnectionError("no answer from 192.0.2.1")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", init)
    with pytest.raises(InputError, match=r"RAY_ADDRESS does not answer \(no answer from 192.0.2.1\)"):
        repair(["in.jsonl"], "out", "rejects", Job(capital), workers=1)
