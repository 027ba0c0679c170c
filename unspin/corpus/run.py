"""A run over a corpus: shards in, shards out, in order, on one core or several."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from unspin import __version__
from unspin.corpus import journal, jsonl, packing
from unspin.corpus.journal import Direct, Journal
from unspin.corpus.operation import Proposing, Repairing
from unspin.corpus.summary import Totals
from unspin.corpus.work import PARQUET, Chunk, Done, Job, work
from unspin.errors import InputError, UnspinError
from unspin.processes import Pool, Threads

THREADS = 2  # chunks that a neural model gets questions about at a time, so that it never waits


@dataclass(frozen=True, slots=True)
class Shard:
    """One file of a corpus, what becomes of it, where its rejects go, the folder of the work in progress, and the format that is written;
    None: that of the job."""

    source: str
    target: str
    rejects: str
    folder: str
    output: str | None = None


@dataclass(slots=True)
class Run:
    """Do a job on every record of some shards.

    With `resume`, go on where an earlier run was interrupted. `kept`: remember which shards are done, until all are done again.
    `once`: an interrupted run leaves nothing for a later one; so does one that reads a pipe.
    `copies`: the processes begin as copies of this one, which has loaded what they need.
    `neural`: a neural model reads along. Chunks are small then, and a single process keeps it busy with two of them at a time.
    `errors` concern one shard each, and do not stop the others; those of the output do.
    `position` is the bytes of input read so far, of `size` in all, as they lie on disk; an earlier run had read `skipped` of them.
    """

    shards: Sequence[Shard]
    job: Job
    workers: int = 1
    resume: bool = False
    kept: bool = False
    once: bool = False
    copies: bool = False
    neural: bool = False
    totals: Totals = field(default_factory=Totals)
    errors: list[UnspinError] = field(default_factory=list)
    position: int = 0
    skipped: int = 0
    rejects: list[str] = field(default_factory=list)
    """Where rejects of the shards are that are done."""
    earlier: Totals = field(default_factory=Totals)
    """What an earlier run had done."""
    resumable: bool = False
    """Whether the run was interrupted, and a later one can go on."""

    @property
    def size(self) -> int | None:
        """Bytes of input; None if that is unknown."""
        sizes = [packing.size(shard.source) for shard in self.shards]
        return None if None in sizes else sum(size or 0 for size in sizes)

    def __iter__(self) -> Iterator[Totals]:
        """Do it; yields the totals as they grow, the same object throughout."""
        outputs: list[Journal | Direct] = []
        try:
            with self._pool() as pool:
                items = ((step, (step.chunk, step.job)) for step in self._steps(outputs))
                done = pool.map(_work, items) if pool else ((step, _work(task)) for step, task in items)
                for step, result in done:
                    totals = self._took(step, result)
                    if step.chunk is None:
                        outputs.remove(step.output)
                    yield totals
        except BaseException:
            self.resumable = any([output.abandon() for output in outputs])
            raise

    def _pool(self) -> AbstractContextManager[Pool | None]:
        """The processes, or threads; None does it here, and answers a stream line by line. Arrow has threads, which copies would lack."""
        if self.workers <= 1:
            streams = any(packing.is_stream(shard.source) for shard in self.shards)
            return Threads(THREADS) if self.neural and not streams else nullcontext()
        return Pool(self.workers, self.copies and not any(_is_parquet(shard.source) for shard in self.shards))

    def _took(self, step: _Step, done: Done) -> Totals:
        output = step.output
        if step.chunk is not None:
            output.add(done.payload, done.rejects, done.totals)
            self.totals.add(done.totals)
            if step.chunk.cut:
                output.save(step.chunk.last)
        elif step.error is not None:
            self._give_up(output, step.error)
        else:
            output.save(step.last, complete=True)
            output.finish()
        if step.chunk is None:
            self._note_rejects(output)
        self.position = step.position
        return self.totals

    def _give_up(self, output: Journal | Direct, error: InputError) -> None:
        """The input of a shard could not be read to its end. Nothing of it counts, unless what came before is written already."""
        output.abandon()
        if isinstance(output, Journal):
            self.totals.remove(output.totals)
            self.earlier.remove(output.earlier)
        self.errors.append(error)

    def _note_rejects(self, output: Journal | Direct) -> None:
        if Path(output.rejects).exists():
            self.rejects.append(output.rejects)

    def _steps(self, outputs: list[Journal | Direct]) -> Iterator[_Step]:
        """The chunks of all shards, and after those of a shard a step without one."""
        before = 0
        state = _state(self.job)
        for shard in self.shards if self.kept and not self.resume else ():
            journal.forget(shard.target, Path(shard.folder))  # or an interrupted run would meet those it did not come to
        for shard in self.shards:
            job = replace(self.job, output=shard.output or self.job.output)
            try:
                reader = _Reader(shard, job, *self._sizes(shard))
                output = self._output(shard, reader, state)
            except InputError as error:
                self.errors.append(error)
                continue
            last = output.checkpoint.last
            self.totals.add(output.totals)
            self.earlier.add(output.totals)
            if output.checkpoint.complete:
                output.finish()
                self._note_rejects(output)
                self.skipped += packing.size(shard.source) or 0
            else:
                outputs.append(output)
                failure: InputError | None = None
                try:
                    first = output.resumed
                    for chunk in reader.chunks(last):
                        self.skipped += reader.position if first else 0
                        first = False
                        last = chunk.last
                        yield _Step(output, job, chunk, before + reader.position)
                except InputError as error:
                    failure = error
                yield _Step(output, job, None, before + (packing.size(shard.source) or 0), last, failure)
            before += packing.size(shard.source) or 0

    def _sizes(self, shard: Shard) -> tuple[int, int]:
        """Bytes of a chunk and of a segment, about."""
        chunk, segment = (jsonl.SMALL_CHUNK, jsonl.SMALL_SEGMENT) if self.neural else (jsonl.CHUNK, jsonl.SEGMENT)
        return 0 if self.workers == 1 and packing.is_stream(shard.source) else chunk, segment

    def _output(self, shard: Shard, reader: _Reader, state: list[str]) -> Journal | Direct:
        if packing.is_stream(shard.target):
            return Direct(shard.target, shard.rejects)
        convert = reader.convert if reader.job.output == PARQUET else None
        key = _key(shard, state)
        once = self.once or packing.is_stream(shard.source)
        return Journal(
            shard.target,
            shard.rejects,
            Path(shard.folder),
            key,
            resume=self.resume,
            convert=convert,
            kept=self.kept,
            once=once,
        )


@dataclass(frozen=True, slots=True)
class _Step:
    """A chunk on its way; without one, the end of a shard, whose input was read up to `last`, or failed."""

    output: Journal | Direct
    job: Job
    chunk: Chunk | None
    position: int
    last: int = 0
    error: InputError | None = None


class _Reader:
    """The chunks of a shard, in whatever format it is. InputError if it is not there, or is no corpus."""

    def __init__(self, shard: Shard, job: Job, chunk: int, segment: int):
        self.position = 0
        self.job = job
        self._source, self._sizes = shard.source, (chunk, segment)
        self._stream: packing.Lines | None = None
        self._rows = _is_parquet(shard.source)
        if self._rows or job.output == PARQUET:
            from unspin.corpus import parquet  # if that is impossible, now is the time to say so

        if self._rows:
            parquet.check(shard.source, job)
        elif packing.is_stream(shard.source):
            self._stream = packing.Lines(shard.source)
        else:
            jsonl.check(shard.source)

    def chunks(self, skip: int) -> Iterator[Chunk]:
        """The chunks after this line or row."""
        if self._rows:
            from unspin.corpus import parquet

            with parquet.opened(self._source) as file:
                rows = max(file.metadata.num_rows, 1)
            size = packing.size(self._source) or 0
            for row_chunk in parquet.chunks(self._source, *self._sizes, skip):
                self.position = size * row_chunk.last // rows
                yield row_chunk
        else:
            with self._stream or packing.Lines(self._source) as lines:
                for line_chunk in jsonl.chunks(lines, *self._sizes, skip):
                    self.position = lines.position
                    yield line_chunk

    def convert(self, written: BinaryIO, target: BinaryIO) -> None:
        """Make Parquet of what was written."""
        from unspin.corpus import parquet

        if self._rows:
            parquet.write_rows(written, target, self._source, self.job)
        else:
            parquet.write_lines(written, target)


def _work(task: tuple[Chunk | None, Job]) -> Done:
    chunk, job = task
    return Done() if chunk is None else work((chunk, job))


def _state(job: Job) -> list[str]:
    """Stands for what is done to every record, with the dictionaries and the model as they are now."""
    held = [job.operation.transform.state] if isinstance(job.operation, Repairing | Proposing) else []
    return [__version__, repr(job), *held]


def _key(shard: Shard, state: list[str]) -> str:
    """Stands for the input as it is now, and for what is done to it."""
    try:
        status = Path(shard.source).stat()
        source: list[Any] = [os.path.realpath(shard.source), status.st_size, status.st_mtime_ns]
    except OSError:
        source = [shard.source]
    return sha256(json.dumps([*source, shard.output, *state]).encode()).hexdigest()


def _is_parquet(path: str) -> bool:
    """Whether a file is Parquet, by its first bytes; a stream is not."""
    if packing.is_stream(path):
        return False
    try:
        with Path(path).open("rb") as stream:
            return stream.read(4) == packing.PARQUET
    except OSError:
        return False
