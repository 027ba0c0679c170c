from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.corpus.test_run import SPUN, done
from unspin.corpus.operation import Repairing
from unspin.corpus.run import Run
from unspin.corpus.shards import several
from unspin.corpus.transform import Transform
from unspin.corpus.work import JSONL, Job
from unspin.findings import Tier

pytest.importorskip("datatrove", reason="needs pip install 'unspin[datatrove]'")

CLEAN = "The ferry leaves the harbour at eight. Most of the people on board work in the town on the other side. " * 20


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for shard in range(2):
        records = [{"id": f"{shard}-{n}", "text": CLEAN if n % 5 == 4 else SPUN[n % 4]} for n in range(6)]
        (folder / f"{shard}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return folder


def piped(corpus: Path, step: object, folder: Path) -> dict[str, dict[str, object]]:
    """What a pipeline with this step writes, on two workers."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    pipeline = [JsonlReader(str(corpus)), step, JsonlWriter(str(folder / "out"))]
    LocalPipelineExecutor(pipeline, tasks=2, workers=2, logging_dir=str(folder / "logs")).run()
    lines = [line for path in (folder / "out").iterdir() for line in gzip.decompress(path.read_bytes()).splitlines()]
    return {record["id"]: record for record in map(json.loads, lines)}


def test_the_formatter_does_what_one_process_does(corpus: Path, tmp_path: Path) -> None:
    from unspin.corpus.datatrove import UnspinFormatter

    found = piped(corpus, UnspinFormatter(Tier.LIKELY), tmp_path)
    (tmp_path / "local").mkdir()
    done(Run(several(str(corpus), str(tmp_path / "local"), JSONL), Job(Repairing(Transform(Tier.LIKELY)))))
    for path in (tmp_path / "local").glob("*.jsonl"):
        for line in path.read_text().splitlines():
            record = json.loads(line)
            assert found[record["id"]]["text"] == record["text"]
            assert found[record["id"]]["metadata"]["unspin"] == record["unspin"]  # type: ignore[index]
    assert len(found) == 12
    assert any(record["metadata"]["unspin"]["edits"] for record in found.values())  # type: ignore[index]


def test_the_filter_takes_spun_documents_out(corpus: Path, tmp_path: Path) -> None:
    from unspin.corpus.datatrove import UnspinFilter

    found = piped(corpus, UnspinFilter(), tmp_path)
    assert sorted(found) == ["0-4", "1-4"]
    assert found["0-4"]["metadata"]["unspin"]["spun"] is False  # type: ignore[index]
