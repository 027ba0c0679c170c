"""Compiled dictionaries and language models on disk, rebuilt when a source changes."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from unspin.native import speedups

FORMAT = 31
"""Part of every key: raise it when what is stored changes."""
VARIABLE = "UNSPIN_CACHE"
CONTENTS = ("lexicon-*", "model-*", "channel-*", "results.sqlite*")
"""What unspin keeps in the folder; nothing else in it is ours."""

T = TypeVar("T")


def folder() -> Path:
    """Where compiled files are kept: $UNSPIN_CACHE, or the platform's cache folder."""
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("unspin")


def fingerprint(paths: Iterable[Path]) -> str:
    """A key that changes when one of these files does (by path, size and time of change)."""
    digest = hashlib.sha256(f"{FORMAT}{speedups is not None}".encode())
    for path in paths:
        status = path.stat()
        digest.update(f"{path.resolve()}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:16]


def cached(
    name: str,
    key: str,
    load: Callable[[Path], T],
    build: Callable[[], T],
    save: Callable[[T, Path], None],
    first: Callable[[], object] = lambda: None,
) -> T:
    """What was saved under this name and key, or else what `build` makes, which is then saved. `first` is called before that.

    Of each name only the newest eight are kept. A cache that cannot be read or written is as good as none. Where that can be, what is built
    is built in a copy of this process: to compile takes twenty times the memory of the result.
    """
    target = folder() / f"{name}-{key}"
    try:
        if target.is_dir():
            with suppress(OSError):
                os.utime(target)  # the newest are kept, and what is used is new
            return load(target)
    except PermissionError:
        first()
        return build()
    except (OSError, ValueError, KeyError, EOFError):
        shutil.rmtree(target, ignore_errors=True)
    from unspin.processes import in_a_copy

    first()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError:
        return build()
    try:
        if not in_a_copy(lambda: save(build(), temporary)):
            built = build()
            try:
                save(built, temporary)
            except OSError:
                return built
        with suppress(OSError):  # another process may have been faster
            temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    _prune(name)
    return load(target)


def _prune(name: str, keep: int = 8) -> None:
    found = sorted(folder().glob(f"{name}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[keep:]:
        shutil.rmtree(path, ignore_errors=True)
