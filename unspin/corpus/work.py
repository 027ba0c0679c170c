"""The work on a chunk of a corpus, the same in every process and on every machine: chunk → bytes to write, rejects, counts."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from unspin.corpus.operation import Change, Item, Operation
from unspin.corpus.summary import Totals
from unspin.errors import reason

JSONL, PARQUET, EDITS = "jsonl", "parquet", "edits"
"""What a run writes: records in one of two formats, or the edits alone."""
FAULTS = ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError
"""What a fault of ours at some text raises. One in a million does not stop the others, and is not met again by each run that goes on."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is done to every record, and where its text and its id are."""

    operation: Operation
    field: str = "text"
    id_field: str | None = "id"
    output: str = JSONL


@dataclass(slots=True)
class Done:
    """What became of a chunk: bytes to write, lines for the rejects file, counts."""

    payload: bytes = b""
    rejects: list[bytes] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)

    def change(self, job: Job, item: Item) -> Change | None:
        """Do the job on an item, and count it. None if it is dropped; ValueError if it must be rejected."""
        try:
            change = job.operation(item)
        except FAULTS as error:
            raise ValueError(f"internal error ({type(error).__name__}: {error}); please report it with the text") from error
        self.totals.records += 1
        if change is None:
            self.totals.dropped += 1
        elif change.log is not None:
            self.totals.count(change.log, change.words)
            if change.dropped:
                self.totals.dropped += 1
                return None
        else:
            self.totals.edited += change.text != item.text
            self.totals.edits += len(change.replacements)
        return change

    def reject(self, number: int | None, raw: bytes, error: ValueError) -> None:
        """Keep what cannot be used, and say why."""
        self.totals.records += 1
        self.totals.rejected += 1
        self.rejects.append(reject(number, raw, reason(error)))


class Chunk(Protocol):
    """Some records of a corpus that are worked on together. `last` is the number of its last line or row.

    `cut`: what comes before the end of this chunk can be kept by itself."""

    @property
    def last(self) -> int: ...
    @property
    def cut(self) -> bool: ...
    def work(self, job: Job, /) -> Done: ...


def work(task: tuple[Chunk, Job]) -> Done:
    """Do the job on a chunk."""
    chunk, job = task
    return chunk.work(job)


def reject(number: int | None, raw: bytes, reason: str) -> bytes:
    """A line of the rejects file."""
    text = raw.decode("utf-8", errors="replace")
    record: dict[str, Any] = {"line": number, "reason": reason, "raw": text}
    if text.encode() != raw:
        record["base64"] = base64.b64encode(raw).decode("ascii")
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"
