"""JSONL corpora: records stream in, repaired records stream out, in order; what cannot be read goes to a rejects file."""

from __future__ import annotations

import base64
import gzip
import json
import os
import sys
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, Protocol

from unspin.corpus.record import Record, parse
from unspin.corpus.transform import Outcome, Transform
from unspin.errors import InputError
from unspin.processes import Pool
from unspin.reading import writing

STDIN = STDOUT = "-"
GZIP, ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
BATCH = 65_536  # bytes of records that a process gets at a time


class Writable(Protocol):
    """What a corpus is written to."""

    def write(self, data: bytes, /) -> int: ...


@dataclass(slots=True)
class Totals:
    """What a run did so far. `edited` counts records, `edits` what was edited in them."""

    records: int = 0
    edited: int = 0
    edits: int = 0
    rejected: int = 0
    words: int = 0


class Lines:
    """The lines of a corpus, "-" for standard input; gzip and Zstandard are recognised.

    InputError if it cannot be opened, or read to its end.

    `size` and `position` count bytes as they lie on disk; `size` is None where it is unknown.
    """

    def __init__(self, path: str):
        self.path = path
        self._number = 0
        try:
            raw = sys.stdin.buffer if path == STDIN else Path(path).open("rb")  # noqa: SIM115 closed in __exit__
            self._raw = raw if isinstance(raw, BufferedReader) else BufferedReader(raw)  # type: ignore[type-var]
            beginning = self._raw.peek(4)[:4]
        except FileNotFoundError as error:
            raise InputError(f"{path}: no such file") from error
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
        self._lines: Iterable[bytes] = self._raw
        if beginning.startswith(GZIP):
            self._lines = gzip.GzipFile(fileobj=self._raw)
        elif beginning == ZSTANDARD:
            self._lines = BufferedReader(_Frames(self._raw, _zstandard(path)))
        self._packing = "gzip" if beginning.startswith(GZIP) else "Zstandard"
        self.size = os.fstat(self._raw.fileno()).st_size if path != STDIN else None

    @property
    def position(self) -> int:
        return self._raw.tell()

    def __iter__(self) -> Iterator[bytes]:
        try:
            for line in self._lines:
                self._number += 1
                yield line
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InputError(f"{self.path}: damaged {self._packing} file after line {self._number} ({error})") from error
        except OSError as error:
            raise InputError(f"{self.path}: cannot be read after line {self._number} ({error.strerror or error})") from error

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *error: object) -> None:
        if self.path != STDIN:
            self._raw.close()


class _Frames(RawIOBase):
    """Zstandard frames, unpacked. Unlike the library's own reader it notices when the last one is cut off (EOFError)."""

    def __init__(self, packed: BufferedReader[Any], zstandard: Any):
        self._packed = packed
        self._unpacker = zstandard.ZstdDecompressor()
        self._error: type[Exception] = zstandard.ZstdError
        self._frame: Any = None
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._left:
            packed = self._packed.read1(BATCH)
            if not packed:
                if self._frame is not None:
                    raise EOFError("the last frame is cut off")
                return 0
            self._left = self._unpacked(packed)
        taken = self._left[: len(target)]
        self._left = self._left[len(taken) :]
        target[: len(taken)] = taken
        return len(taken)

    def _unpacked(self, packed: bytes) -> bytes:
        parts: list[bytes] = []
        while packed:
            self._frame = self._frame or self._unpacker.decompressobj()
            try:
                parts.append(self._frame.decompress(packed))
            except self._error as error:
                raise EOFError(str(error)) from error
            packed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame = None
        return b"".join(parts)


def _zstandard(path: str) -> Any:
    try:
        import zstandard
    except ImportError as error:
        raise InputError(f"{path}: Zstandard needs a package of its own; run `pip install 'unspin[corpus]'`") from error
    return zstandard


@contextmanager
def created(path: str) -> Iterator[Writable]:
    """A corpus to write; "-" is standard output. A file appears, or changes, when the block ends well; "….gz" and "….zst" are packed."""
    if path == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with writing.replacing(path) as stream:
        if path.endswith(".gz"):
            with gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0) as packed:  # same records, same bytes
                yield packed
        elif path.endswith(".zst"):
            with _zstandard(path).ZstdCompressor().stream_writer(stream, closefd=False) as packed:
                yield packed
        else:
            yield stream


class Rejects:
    """The file of records that could not be read. It appears only when there are any, and when the run ends well."""

    def __init__(self, path: str):
        self.path = path
        self._stack = ExitStack()
        self._stream: Writable | None = None

    def add(self, number: int, line: bytes, reason: str) -> None:
        """Keep a line, and say why it was rejected."""
        if self._stream is None:
            self._stream = self._stack.enter_context(created(self.path))
        raw = line.decode("utf-8", errors="replace")
        record = {"line": number, "reason": reason, "raw": raw}
        if raw.encode() != line:
            record["base64"] = base64.b64encode(line).decode("ascii")
        self._stream.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")

    def __enter__(self) -> Rejects:
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)


@dataclass(slots=True)
class Batch:
    """Lines that are worked on together: number, bytes, and the record in each, or why there is none."""

    lines: list[tuple[int, bytes, Record | str]] = field(default_factory=list)
    size: int = 0

    @property
    def texts(self) -> list[str]:
        """The texts of its records."""
        return [record.text for _, _, record in self.lines if isinstance(record, Record)]


def repair(
    lines: Iterable[bytes], output: Writable, rejects: Rejects, transform: Transform, field: str, workers: int = 1
) -> Iterator[Totals]:
    """Repair every record of `lines`, the same whatever the number of `workers`, which are processes.

    Yields the totals after each record; they are the same object throughout.
    """
    totals = Totals()
    with Pool(workers) if workers > 1 else nullcontext() as pool:
        batches = _batches(_without_mark(lines, output), field, BATCH if pool else 0)
        if pool:
            done = (
                (batch, outcomes) for (batch, _), outcomes in pool.map(_transformed, ((batch, transform) for batch in batches))
            )
        else:
            done = ((batch, transform.all(batch.texts)) for batch in batches)
        for batch, outcomes in done:
            remaining = iter(outcomes)
            for number, line, record in batch.lines:
                content = line.rstrip(b"\r\n")
                totals.records += 1
                if isinstance(record, str):
                    totals.rejected += 1
                    rejects.add(number, content, record)
                else:
                    outcome = next(remaining)
                    new = record.with_edits(outcome.text, outcome.log)
                    output.write(new.encode("utf-8") + (line[len(content) :] or b"\n"))
                    totals.words += outcome.words
                    totals.edits += len(outcome.log["edits"])
                    totals.edited += bool(outcome.log["edits"])
                yield totals


def _transformed(task: tuple[Batch, Transform]) -> list[Outcome]:
    batch, transform = task
    return transform.all(batch.texts)


def _batches(lines: Iterable[bytes], field: str, size: int) -> Iterator[Batch]:
    """Lines that are not blank, in batches of at least so many bytes."""
    batch = Batch()
    for number, line in enumerate(lines, start=1):
        content = line.rstrip(b"\r\n")
        if not content.strip():
            continue
        record: Record | str
        try:
            record = parse(content.decode("utf-8"), field)
        except ValueError as error:
            record = _reason(error)
        batch.lines.append((number, line, record))
        batch.size += len(line)
        if batch.size >= size:
            yield batch
            batch = Batch()
    if batch.lines:
        yield batch


def _without_mark(lines: Iterable[bytes], output: Writable) -> Iterator[bytes]:
    """The lines; a byte order mark before the first is written at once."""
    for number, line in enumerate(lines):
        if number == 0 and line.startswith(BOM_UTF8):
            output.write(BOM_UTF8)
            line = line[len(BOM_UTF8) :]
        yield line


def _reason(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not valid UTF-8 at byte {error.start}"
    return f"malformed JSON: {error}" if isinstance(error, json.JSONDecodeError) else str(error)
