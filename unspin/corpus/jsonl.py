"""JSONL corpora: chunks of lines, and the work on them. Lines that are blank, and all that a line holds besides, stay as they are."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from unspin.corpus.operation import Change, Item, digest, is_lone, loaded
from unspin.corpus.packing import Lines
from unspin.corpus.record import Record, parse
from unspin.corpus.work import EDITS, PARQUET, Done, Job
from unspin.errors import InputError

ENDINGS = ".jsonl", ".jsonl.gz", ".jsonl.zst", ".ndjson"
FIRST = 20  # lines that tell whether a file of another name is JSONL
CHUNK, SEGMENT = 1 << 16, 1 << 23  # bytes that a process gets at a time, and after which the work so far can be kept
SMALL_CHUNK, SMALL_SEGMENT = 1 << 13, 1 << 17  # the same where a neural model reads along, a hundred times as slowly


def check(path: str) -> None:
    """InputError if a file cannot be opened, or is no JSONL, neither by its name nor by its first lines."""
    with Lines(path) as lines:
        first = [] if path.endswith(ENDINGS) else [line for line in islice(lines, FIRST) if line.strip()]
    if 2 * sum(map(_is_object, first)) < len(first):
        raise InputError(f"{path}: no corpus, as few of its first lines are JSON objects; for texts there is `unspin fix`")


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(loaded(line), dict)
    except (ValueError, RecursionError):
        return False


@dataclass(slots=True)
class LineChunk:
    """Lines of a corpus, with their ends. `first` is the number of the first one."""

    first: int
    lines: list[bytes] = field(default_factory=list)
    cut: bool = False

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1

    def work(self, job: Job) -> Done:
        """Do the job on each line."""
        done = Done()
        parts: list[bytes] = []
        for number, line in enumerate(self.lines, start=self.first):
            if line.startswith(BOM_UTF8):  # also further on, where files were put one after another
                line = line[len(BOM_UTF8) :]
                if job.output != EDITS:
                    parts.append(BOM_UTF8)
            content = line.rstrip(b"\r\n")
            if not content.strip():
                parts.append(line if job.output != EDITS else b"")
                continue
            new = _changed(content, number, job, done)
            if new is not None:
                parts += new, (line[len(content) :] if job.output != EDITS else b"\n")
        done.payload = b"".join(parts)
        return done


def _changed(content: bytes, number: int, job: Job, done: Done) -> bytes | None:
    """What is written for a line; None if that is nothing."""
    try:
        record = parse(content.decode("utf-8"), job.field, job.id_field)
        if job.output == PARQUET:
            _check_for_parquet(record)
        item = Item(number, record.id, record.text, record.logged())
        change = done.change(job, item)
        if change is None:
            return None
        if job.output == EDITS:
            return proposal(item, change).encode()
        return record.changed(change).encode()
    except ValueError as error:
        done.reject(number, content, error)
        return None


def proposal(item: Item, change: Change) -> str:
    """A line of a sidecar file: the edits, and what they were found in."""
    log = json.dumps({"line": item.number, "digest": digest(item.text), **(change.log or {})}, ensure_ascii=is_lone(item.text))
    return f'{{"id": {item.id or "null"}, {log[1:]}'


def chunks(lines: Iterable[bytes], size: int, segment: int, skip: int = 0) -> Iterator[LineChunk]:
    """The lines after the first `skip` ones, in chunks of at least `size` bytes, and segments of at least `segment`.

    Where a segment ends depends on the lines alone, if skipping began where one ended.
    """
    chunk = LineChunk(skip + 1)
    filled = since = 0
    for number, line in enumerate(lines, start=1):
        if number <= skip:
            continue
        chunk.lines.append(line)
        filled += len(line)
        since += len(line)
        if filled >= size or since >= segment:
            chunk.cut = since >= segment
            yield chunk
            chunk = LineChunk(number + 1)
            filled, since = 0, 0 if since >= segment else since
    if chunk.lines:
        yield chunk


def _check_for_parquet(record: Record) -> None:
    """ValueError if Parquet cannot hold the record as it is."""
    value = json.loads(record.line, parse_int=str, object_pairs_hook=_unique)
    if "\\u" in record.line:
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("holds a lone surrogate, which Parquet cannot") from None


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(members)
    if len(unique) < len(members):
        raise ValueError("holds a key twice, which Parquet cannot")
    return unique
