"""A slow run over a corpus, to be killed: python -m tests.corpus.killed SOURCE TARGET WORKERS"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from tests.corpus.test_jsonl import capital
from unspin.corpus import jsonl
from unspin.corpus.operation import Change, Item
from unspin.corpus.run import Run
from unspin.corpus.shards import single
from unspin.corpus.work import PARQUET, Job

SEGMENT, CHUNK = 400, 100


@dataclass(frozen=True)
class Slowly:
    """Takes two milliseconds."""

    def __call__(self, item: Item) -> Change | None:
        time.sleep(0.002)
        return capital(item)


def run(source: str, target: str, workers: int = 1, resume: bool = True) -> Run:
    jsonl.SEGMENT, jsonl.CHUNK = SEGMENT, CHUNK
    job = Job(Slowly(), output=PARQUET if target.endswith(".parquet") else "jsonl")
    return Run([single(source, target)], job, workers, resume)


if __name__ == "__main__":
    this = run(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    for _ in this:
        pass
    sys.exit(str(this.errors) if this.errors else 0)
