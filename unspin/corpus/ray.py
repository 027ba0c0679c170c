"""The same work on Ray Data: on one machine, or unchanged on a cluster, whose address is in RAY_ADDRESS.

Ray reads the shards, a pool of actors does the work, each with the engine loaded once, and Ray writes a folder of shards.
"""

from __future__ import annotations

import logging
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from typing import Any, cast

from unspin.corpus.jsonl import LineChunk
from unspin.corpus.packing import Lines
from unspin.corpus.summary import Totals
from unspin.corpus.work import JSONL, Done, Job
from unspin.errors import InputError, UnspinError, missing

try:
    import pyarrow as pa
    import pyarrow.fs
    import ray
    from ray.data.datasource import BlockBasedFileDatasink, FileBasedDatasource
except ImportError as error:
    raise InputError(missing("Ray", "ray", error)) from error

LINES = 1024  # in a block at most; memory is bounded by bytes, too
BLOCK = 1 << 22


class _Lines(FileBasedDatasource):
    """Lines of JSONL files with their numbers; gzip and Zstandard are unpacked here, as without Ray."""

    def _open_input_source(self, filesystem: Any, path: str, **options: Any) -> Any:
        return filesystem.open_input_stream(path, compression=None, buffer_size=BLOCK)

    def _read_stream(self, f: Any, path: str) -> Iterator[pa.Table]:
        numbers: list[int] = []
        lines: list[bytes] = []
        size = 0
        for number, line in enumerate(Lines(path, f), start=1):
            numbers.append(number)
            lines.append(line)
            size += len(line)
            if len(lines) >= LINES or size >= BLOCK:
                yield _table(numbers, lines)
                numbers, lines, size = [], [], 0
        if lines:
            yield _table(numbers, lines)


class _LineFiles(BlockBasedFileDatasink):
    """Writes the lines of a block to a file."""

    def write_block_to_file(self, block: Any, file: Any) -> None:
        for line in block.to_arrow()["data"].to_pylist():
            file.write(line)


class _Worker:
    """Does the job on batches; one lives in each process. Rejects go to files named by task and batch, so that a task that Ray repeats
    leaves them there once."""

    def __init__(self, job: Job, rejects: str, tally: Any):
        self._job, self._rejects, self._tally = job, rejects, tally
        self._task, self._batches = "", 0

    def __call__(self, batch: pa.Table) -> pa.Table:
        try:
            result, done = self._lines(batch) if self._job.output == JSONL else self._rows(batch)
        except UnspinError as error:  # of which Ray would keep no more than the traceback
            ray.get(self._tally.fail.remote(error))
            raise
        key = self._key()
        if done.rejects:
            filesystem, folder = pyarrow.fs.FileSystem.from_uri(self._rejects)
            filesystem.create_dir(folder, recursive=True)
            with filesystem.open_output_stream(f"{folder}/{key}.jsonl") as stream:
                stream.write(b"".join(done.rejects))
        ray.get(self._tally.add.remote(key, done.totals))
        return result

    def _key(self) -> str:
        """Stands for this batch. Documents may be there twice, so that its content does not tell it from others."""
        task = ray.get_runtime_context().get_task_id() or ""
        self._batches = self._batches + 1 if task == self._task else 0
        self._task = task
        return f"{task}-{self._batches}"

    def _lines(self, batch: pa.Table) -> tuple[pa.Table, Done]:
        """The work on lines. A byte order mark goes: the lines of a file may be in the middle of one that is written."""
        parts: list[bytes] = []
        all_done = Done()
        for number, line in zip(batch["line"].to_pylist(), batch["data"].to_pylist(), strict=True):
            done = LineChunk(number, [line.removeprefix(BOM_UTF8)]).work(self._job)
            parts.append(done.payload if not done.payload or done.payload.endswith(b"\n") else done.payload + b"\n")
            all_done.rejects += done.rejects
            all_done.totals.add(done.totals)
        return pa.table({"data": pa.array(parts, pa.large_binary())}), all_done

    def _rows(self, batch: pa.Table) -> tuple[pa.Table, Done]:
        from unspin.corpus.parquet import changed

        done = Done()
        return changed(batch, None, self._job, done), done


class _Tally:
    """Counts what all workers did; what a repeated task did counts once. Keeps why one of them could not go on."""

    def __init__(self) -> None:
        self._totals: dict[str, Totals] = {}
        self._failure: UnspinError | None = None

    def add(self, key: str, totals: Totals) -> None:
        self._totals[key] = totals

    def fail(self, error: UnspinError) -> None:
        self._failure = error

    def failure(self) -> UnspinError | None:
        return self._failure

    def sum(self) -> Totals:
        total = Totals()
        for each in self._totals.values():
            total.add(each)
        return total


def repair(paths: Sequence[str], folder: str, rejects: str, job: Job, workers: int) -> Totals:
    """Do a job on files of one format and write a folder of shards in that format, in order; rejects go to another folder.

    Paths may be all that Ray reads and writes, s3:// and the like included. Starts Ray, or joins the cluster at RAY_ADDRESS, unless
    that is done already. InputError if it does not start, or if the input cannot be read; the UnspinError of a worker that cannot go on.
    """
    if not ray.is_initialized():
        try:
            ray.init(log_to_driver=False, logging_level=logging.ERROR, include_dashboard=False)
        except Exception as error:  # no other class tells that nodes do not start, or do not answer
            raise InputError(f"Ray does not start, or the cluster at RAY_ADDRESS does not answer ({error})") from error
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = sys.stderr.isatty()
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # it logs what it raises
    cores = ray.cluster_resources().get("CPU", 1.0)
    tally: Any = ray.remote(_Tally).options(num_cpus=0).remote()
    try:
        if job.output == JSONL:
            data = ray.data.read_datasource(_Lines(list(paths)))
        else:
            from unspin.corpus.parquet import check_schema

            data = ray.data.read_parquet(list(paths))
            check_schema(", ".join(paths), data.schema().base_schema, job)
        data = data.map_batches(
            _Worker,
            fn_constructor_args=(job, rejects, tally),
            batch_format="pyarrow",
            batch_size=LINES,
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=min(1.0, max(cores - 1, cores / 2) / workers),  # what reads and writes needs room beside the actors
        )
        if job.output == JSONL:
            data.write_datasink(_LineFiles(folder, file_format="jsonl"))
        else:
            data.write_parquet(folder)
    except UnspinError as error:
        raise InputError(_message(error)) from error
    except ray.exceptions.UserCodeException as error:
        if failure := ray.get(tally.failure.remote()):
            raise failure from error
        raise
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{', '.join(paths)}: cannot be read, or {folder} not be written ({_message(error)})") from error
    return cast(Totals, ray.get(tally.sum.remote()))


def _table(numbers: list[int], lines: list[bytes]) -> pa.Table:
    return pa.table({"line": numbers, "data": pa.array(lines, pa.large_binary())})


def _message(error: Exception) -> str:
    """What an error says, without the traceback of another process and the remarks of Ray that it comes with."""
    return str(getattr(error, "cause", error)).partition("\n")[0]
