"""An output in the making. Whatever happens to the process, a later run goes on from the last checkpoint, and nothing is lost or
there twice."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from unspin.corpus.packing import STDOUT, Packer
from unspin.corpus.summary import Totals
from unspin.errors import InputError, OutputError
from unspin.reading import writing

OUTPUT, REJECTS, CONVERTED, CHECKPOINT = "output", "rejects", "converted", "checkpoint.json"
Convert = Callable[[BinaryIO, BinaryIO], None]


@dataclass(slots=True)
class Checkpoint:
    """How far a run has come: `last` line or row that it is done with, bytes written so far, and whether that is all."""

    key: str
    last: int = 0
    output: int = 0
    rejects: int = 0
    complete: bool = False
    totals: Totals = field(default_factory=Totals)

    @classmethod
    def read(cls, path: Path) -> Checkpoint | None:
        """The checkpoint in a file; None if there is none. InputError if it is damaged."""
        try:
            record = json.loads(path.read_bytes())
            return cls(**{**record, "totals": Totals.from_json(record["totals"])})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise InputError(f"{path}: not the checkpoint of a run; begin anew without --resume") from error


class Journal:
    """Writes an output by way of a folder beside it, which holds what is written so far, and a checkpoint.

    `key` stands for input and settings: the checkpoint of another run is not taken up (InputError). `convert` makes the output of
    what was written, if that is not the output already. A `kept` checkpoint stays when all is done, so that it is known later; with
    `once` none stays after an interruption. `rejects` is where they go, or beside it, if another run has written there meanwhile.
    OutputError if something cannot be written, or if another process is at it.
    """

    def __init__(
        self,
        target: str,
        rejects: str,
        folder: Path,
        key: str,
        *,
        resume: bool,
        convert: Convert | None = None,
        kept: bool = False,
        once: bool = False,
    ):
        self.target, self.rejects, self.folder = target, rejects, folder
        self._convert, self._kept, self._once = convert, kept, once
        self._packer = Packer("" if convert else target)
        self._streams: list[BinaryIO] = []
        writing.check(target)
        _check_rejects(rejects)
        self._before = _mark(rejects)
        with self._errors():
            folder.mkdir(parents=True, exist_ok=True)
            self._lock: int | None = _locked(folder)
        try:
            self._begin(key, resume)
        except BaseException:
            self._close()
            raise

    def _begin(self, key: str, resume: bool) -> None:
        target, folder = self.target, self.folder
        found = Checkpoint.read(folder / CHECKPOINT) if resume else None
        if found is not None and found.key != key:
            alone = f", or delete {folder} to do this shard alone anew" if self._kept else ""
            other = f"{target}: input or settings are not those of the run to resume; begin anew without --resume"
            raise InputError(other + alone)
        if found is not None and found.complete and not (folder / OUTPUT).exists() and not Path(target).exists():
            found = None  # what it speaks of was deleted
        self.resumed = found is not None
        self.checkpoint = found or Checkpoint(key)
        self.earlier = self.checkpoint.totals
        self.totals = Totals.from_json(self.earlier.as_json())
        with self._errors():
            if not resume:
                _emptied(folder)
            if not self.checkpoint.complete:
                self._streams = [self._opened(OUTPUT, self.checkpoint.output), self._opened(REJECTS, self.checkpoint.rejects)]

    def add(self, payload: bytes, rejects: Iterable[bytes], totals: Totals) -> None:
        """Write what became of some records."""
        with self._errors():
            self._streams[0].write(self._packer.pack(payload))
            self._streams[1].writelines(rejects)
        self.totals.add(totals)

    def save(self, last: int, complete: bool = False) -> None:
        """All up to this line or row is done; a later run begins after it."""
        with self._errors():
            self._streams[0].write(self._packer.end(alone=complete and not self._streams[0].tell()))
            for stream in self._streams:
                stream.flush()
                os.fsync(stream.fileno())
            output, rejects = (stream.tell() for stream in self._streams)
            self.checkpoint = Checkpoint(self.checkpoint.key, last, output, rejects, complete, self.totals)
            record = {each.name: getattr(self.checkpoint, each.name) for each in fields(Checkpoint)}
            record["totals"] = self.totals.as_json()
            writing.write(self.folder / CHECKPOINT, json.dumps(record).encode())

    def finish(self) -> None:
        """Put output and rejects in their places, after the last `save`."""
        written, rejects, converted = self.folder / OUTPUT, self.folder / REJECTS, self.folder / CONVERTED
        with _Errors(self.rejects):
            self._close_streams()
            if rejects.exists() and rejects.stat().st_size:
                self.rejects = _free(self.rejects, self._before)
                writing.move(rejects, self.rejects)
            elif rejects.exists() and _holds_rejects(self.rejects) and _mark(self.rejects) == self._before:
                Path(self.rejects).unlink()  # those of an earlier run
        with self._errors():
            if written.exists():
                if self._convert is not None:
                    self._converted(written, converted)
                writing.move(converted if self._convert else written, self.target)
            if self._kept:
                written.unlink(missing_ok=True)
                rejects.unlink(missing_ok=True)
            else:
                _removed(self.folder)
            self._close()

    def _converted(self, written: Path, converted: Path) -> None:
        assert self._convert is not None
        try:
            with written.open("rb") as source, converted.open("wb") as stream:
                self._convert(source, stream)
                stream.flush()
                os.fsync(stream.fileno())
        except BaseException:
            converted.unlink(missing_ok=True)
            raise

    def abandon(self) -> bool:
        """The run was interrupted. Whether there is something for a later one to go on from; if not, nothing stays behind."""
        with suppress(OSError):
            self._close()
            if self._once or not self.checkpoint.last:
                _removed(self.folder)
                return False
        return True

    def _opened(self, name: str, size: int) -> BinaryIO:
        path = self.folder / name
        path.touch()
        stream = path.open("r+b")
        if stream.seek(0, os.SEEK_END) < size:
            stream.close()
            raise InputError(f"{path}: shorter than its checkpoint says; begin anew without --resume")
        stream.truncate(size)
        stream.seek(size)
        return stream

    def _close(self) -> None:
        self._close_streams()
        if self._lock is not None:
            os.close(self._lock)
        self._lock = None

    def _close_streams(self) -> None:
        streams, self._streams = self._streams, []
        for stream in streams:
            stream.close()

    def _errors(self) -> Any:
        return _Errors(self.target)


class Direct:
    """Writes to standard output, or to what is no regular file, as the records come; only the rejects wait for the end, on disk.

    `rejects` is where they go, or beside it, if another run has written there meanwhile.
    """

    resumed = False

    def __init__(self, target: str, rejects: str):
        self.target, self.rejects = target, rejects
        self.totals = Totals()
        self.checkpoint = Checkpoint("")
        self._packer = Packer(target)
        self._written = False
        _check_rejects(rejects)
        self._before = _mark(rejects)
        with _Errors(rejects):
            self._rejected: BinaryIO = TemporaryFile()  # noqa: SIM115 closed in _finish_rejects
        with _Errors(target):
            import sys

            if target == STDOUT and sys.__stdout__ is None:
                raise OSError("it is closed")
            self._stream: Any = sys.stdout.buffer if target == STDOUT else Path(target).open("wb")  # noqa: SIM115 closed in finish

    def add(self, payload: bytes, rejects: Iterable[bytes], totals: Totals) -> None:
        """Write what became of some records."""
        self.totals.add(totals)
        with _Errors(self.rejects):
            self._rejected.writelines(rejects)
        with _Errors(self.target):
            self._stream.write(self._packer.pack(payload))
            self._stream.flush()
        self._written = self._written or bool(payload)

    def save(self, last: int, complete: bool = False) -> None:
        """A frame of packed output ends here."""
        with _Errors(self.target):
            self._stream.write(self._packer.end(alone=complete and not self._written))

    def finish(self) -> None:
        """Write the rejects."""
        self._finish_rejects()
        with _Errors(self.target):
            self._stream.flush()
            if self.target != STDOUT:
                self._stream.close()

    def abandon(self) -> bool:
        """The run was interrupted; nothing can be resumed. What is written has its rejects."""
        with suppress(OSError, OutputError):
            self._finish_rejects()
        return False

    def _finish_rejects(self) -> None:
        if self._rejected.closed:
            return
        with _Errors(self.rejects), self._rejected as rejected:
            if rejected.tell():
                rejected.seek(0)
                self.rejects = _free(self.rejects, self._before)
                with writing.replacing(self.rejects) as stream:
                    shutil.copyfileobj(rejected, stream)


def numbered(path: str) -> Iterator[Path]:
    """A path, and the same with numbers in its name: x.jsonl, x-2.jsonl, x-3.jsonl, …"""
    yield Path(path)
    stem, dot, endings = Path(path).name.partition(".")
    for number in count(2):
        yield Path(path).with_name(f"{stem}-{number}{dot}{endings}")


def _mark(path: str) -> object:
    """Tells what is at a path from a file that comes there later; None if nothing is there."""
    if not Path(path).exists():
        return None
    status = Path(path).stat()
    return status.st_ino, status.st_mtime_ns if Path(path).is_file() else None


def _free(path: str, before: object) -> str:
    """A path, if what is at it still has this mark; else a new empty file there or, with a number in its name, beside what came there."""
    if before is not None and _mark(path) == before:
        return path
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    for candidate in numbered(path):
        with suppress(FileExistsError):
            candidate.touch(exist_ok=False)
            break
    return str(candidate)


def forget(target: str, folder: Path) -> None:
    """No later run goes on from what is in a folder. OutputError if another run is at it."""
    if folder.is_dir():
        with _Errors(target):
            lock = _locked(folder)
            try:
                (folder / CHECKPOINT).unlink(missing_ok=True)
            finally:
                if lock is not None:
                    os.close(lock)


def _emptied(folder: Path) -> None:
    """Delete what runs have left in a folder, and nothing else."""
    names = CHECKPOINT, OUTPUT, REJECTS, CONVERTED  # without the first the others mean nothing
    for path in (*(folder / name for name in names), *folder.glob(writing.TEMPORARY)):
        path.unlink(missing_ok=True)


def _removed(folder: Path) -> None:
    """Delete a folder, unless there is something in it that is not of a run."""
    _emptied(folder)
    with suppress(OSError):
        folder.rmdir()


def _check_rejects(path: str) -> None:
    """OutputError if rejects cannot be written to a file, or would take the place of something else than rejects."""
    try:
        with _Errors(path):
            whole = Path(path).absolute()
            writing.check(next(place for place in (whole, *whole.parents) if place.parent.exists()))
            if Path(path).is_file() and Path(path).stat().st_size and not _holds_rejects(path):
                raise OSError("it is there already and holds no rejects")
    except OutputError as error:
        raise OutputError(f"{error}; --rejects names another place for rejected records") from error


def _holds_rejects(path: str) -> bool:
    """Whether a file holds the rejects of a run."""
    if not Path(path).is_file():
        return False
    with Path(path).open("rb") as stream:
        try:
            record = json.loads(stream.readline())
        except (ValueError, RecursionError):
            return False
    return isinstance(record, dict) and record.keys() >= {"line", "reason", "raw"}


def _locked(folder: Path) -> int | None:
    """Lock a folder for this process, where the system can do that; closing what is returned unlocks it. OSError if it is locked."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise OSError(error.errno, "another run is writing it") from error
    except OSError:  # a file system without locks
        pass
    return handle


class _Errors:
    """Says which output an OSError is about. A reader that went away is not an error of ours."""

    def __init__(self, target: str):
        self._target = target

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise OutputError(f"{self._target}: cannot be written ({error.strerror or error})") from error
