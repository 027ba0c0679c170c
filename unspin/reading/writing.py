"""Atomic writing: whatever happens, a file is either as it was or complete."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from unspin.errors import OutputError

TEMPORARY = ".unspin-*.tmp"
"""The names of files in the making, of which a killed process may leave one behind."""


def write(path: str | Path, data: bytes) -> None:
    """Replace the content of a file, or create it. OutputError leaves the file as it was."""
    with replacing(path) as stream:
        stream.write(data)


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """A stream whose content becomes that of `path` when the block ends, and is dropped when the block raises.

    Symbolic links are followed, mode and owner are kept. What is not a regular file (/dev/null, a pipe) is written directly.
    """
    target = Path(os.path.realpath(path))
    try:
        before = _status(Path(path))
        if before is not None and not stat.S_ISREG(before.st_mode):
            with Path(path).open("wb") as stream:  # /dev/stdout leads to what has no path
                yield stream
            return
        if before is not None and not os.access(target, os.W_OK):
            raise PermissionError(None, "the file is write-protected")
        # Not tempfile: its files are private to the owner, and the umask cannot be asked for without setting it.
        temporary = target.parent / TEMPORARY.replace("*", secrets.token_hex(8))
        try:
            with temporary.open("xb") as stream:
                if before is not None:
                    _keep_mode_and_owner(stream, before)
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(target)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error


def move(source: Path, path: str | Path) -> None:
    """Replace a file by another one, which is gone then; at once, also across devices. OutputError leaves both as they were.

    What is not a regular file (/dev/null, a pipe) is written to."""
    target = Path(os.path.realpath(path))
    try:
        before = _status(target)
        if before is not None and not os.access(target, os.W_OK):
            raise PermissionError(None, "the file is write-protected")
        regular = before is None or stat.S_ISREG(before.st_mode)
        if regular and source.stat().st_dev == target.parent.stat().st_dev:
            if before is not None:
                with source.open("rb") as stream:
                    _keep_mode_and_owner(stream, before)
            source.replace(target)
            return
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    with source.open("rb") as read, replacing(path) as written:
        shutil.copyfileobj(read, written)
    source.unlink()


def make_folder(path: Path) -> None:
    """Create a folder, and those above it, unless it is there. OutputError if it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: the folder cannot be created ({error.strerror})") from error


def check(path: str | Path) -> None:
    """OutputError if a file cannot be written, as far as that can be told beforehand."""
    target = Path(os.path.realpath(path))
    reason = None
    if target.is_dir():
        reason = "is a folder"
    elif Path(path).exists() and not Path(path).is_file():
        return
    elif target.exists() and not os.access(target, os.W_OK):
        reason = "the file is write-protected"
    elif not target.parent.is_dir():
        reason = f"{target.parent} is no folder" if target.parent.exists() else "no such folder"
    elif not os.access(target.parent, os.W_OK):
        reason = "the folder is write-protected"
    if reason:
        raise OutputError(f"{path}: cannot be written ({reason})")


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _keep_mode_and_owner(stream: BinaryIO, before: os.stat_result) -> None:
    if hasattr(os, "fchown"):
        with suppress(PermissionError):  # only root may give files away
            os.fchown(stream.fileno(), before.st_uid, before.st_gid)
        os.fchmod(stream.fileno(), stat.S_IMODE(before.st_mode))
