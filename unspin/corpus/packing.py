"""Compressed corpora: reading lines from, and writing bytes to, plain, gzip and Zstandard files."""

from __future__ import annotations

import gzip
import re
import sys
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from functools import partial
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any

from unspin.errors import InputError, missing

STDIN = STDOUT = "-"
GZIP, ZSTANDARD, PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"
OTHERS = {b"BZh": ".bz2", b"\xfd7z": ".xz"}
"""How files begin that are packed in ways that are not read, and the endings of their names; they are not written either."""
FOREIGN = {b"PARE": "encrypted Parquet", b"PK\x03\x04": "a zip archive", BOM_UTF16_LE: "UTF-16", BOM_UTF16_BE: "UTF-16"}
"""How other files begin that are not read, and what they are."""
NEVER_EMPTY = ".gz", ".zst", ".parquet"
"""Endings of the names of files that hold bytes even if they hold no record."""
SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
"""How a Zstandard frame begins that holds no data; pzstd puts some before the others."""
WINDOW = 1 << 31  # bytes that a frame may look back: those of `zstd --long=31`
BLOCK = 65_536


class Lines:
    """The lines of a corpus, "-" for standard input; gzip and Zstandard are recognised. A pipe can be opened once only. `opened` is what
    the path leads to, if something else has opened it.

    InputError if it cannot be opened, or read to its end, or is packed otherwise. `position` counts bytes as they lie on disk.
    """

    def __init__(self, path: str, opened: Any = None):
        self.path = path
        self._number = 0
        try:
            raw: Any = opened or (sys.stdin.buffer if path == STDIN else Path(path).open("rb"))  # noqa: SIM115 closed in __exit__
            self._raw = raw if isinstance(raw, BufferedReader) else BufferedReader(raw)
            beginning = self._raw.peek(4)[:4]
        except FileNotFoundError as error:
            raise InputError(f"{path}: no such file") from error
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
        if beginning == PARQUET:
            raise InputError(f"{path}: Parquet cannot be read from a pipe; name a file")
        if other := OTHERS.get(beginning[:3]):
            raise InputError(f"{path}: {other} cannot be read; unpack it into a pipe, with - as INPUT")
        if foreign := next((name for start, name in FOREIGN.items() if beginning.startswith(start)), None):
            raise InputError(f"{path}: {foreign} cannot be read; JSONL in UTF-8 and Parquet can")
        if not beginning and path.endswith(NEVER_EMPTY):
            raise InputError(f"{path}: empty; a file of this kind without records would not be")
        self._lines: Iterable[bytes] = self._raw
        if beginning.startswith(GZIP):
            self._lines = gzip.GzipFile(fileobj=self._raw)
        elif beginning == ZSTANDARD or SKIPPABLE.match(beginning):
            self._lines = BufferedReader(_Frames(self._raw, zstandard(path)))
        self._packing = "gzip" if beginning.startswith(GZIP) else "Zstandard"

    @property
    def position(self) -> int:
        return 0 if is_stream(self.path) else self._raw.tell()

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
        self._unpacker = zstandard.ZstdDecompressor(max_window_size=WINDOW)
        self._error: type[Exception] = zstandard.ZstdError
        self._frame: Any = None
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._left:
            packed = self._packed.read1(BLOCK)
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


class Packer:
    """Packs bytes as the name of a file asks for (….gz, ….zst), in frames that are complete by themselves.

    The same bytes and ends of frames give the same result. InputError without the library that is needed, or for another packing.
    """

    def __init__(self, path: str):
        self._frame: Any = None
        self._new: Any = None
        if path.endswith(".gz"):
            self._new = partial(zlib.compressobj, wbits=31)
        elif path.endswith(".zst"):
            self._new = zstandard(path).ZstdCompressor().compressobj
        elif path.endswith((*OTHERS.values(),)):
            raise InputError(f"{path}: cannot be packed like this; .gz and .zst can")

    def pack(self, data: bytes) -> bytes:
        """What is ready to be written after these bytes."""
        if self._new is None or not data:
            return data
        self._frame = self._frame or self._new()
        packed: bytes = self._frame.compress(data)
        return packed

    def end(self, alone: bool = False) -> bytes:
        """The rest of a frame; the next bytes begin another one. `alone`: there must be a frame, if an empty one, as there is no other."""
        if alone and self._frame is None and self._new is not None:
            self._frame = self._new()
        rest: bytes = self._frame.flush() if self._frame is not None else b""
        self._frame = None
        return rest


def is_stream(path: str) -> bool:
    """Whether a path is a standard stream, a pipe or a device, which can be read or written once only."""
    return path == STDIN or (Path(path).exists() and not Path(path).is_file() and not Path(path).is_dir())


def size(path: str) -> int | None:
    """The bytes of a file on disk; None for standard input, and for what is no regular file."""
    try:
        return Path(path).stat().st_size if path != STDIN and Path(path).is_file() else None
    except OSError:
        return None


def zstandard(path: str) -> Any:
    """The library. InputError if it is not installed."""
    try:
        import zstandard
    except ImportError as error:
        raise InputError(f"{path}: {missing('Zstandard', 'corpus', error)}") from error
    return zstandard
