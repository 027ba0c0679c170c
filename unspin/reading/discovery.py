"""Paths of the command line → files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from unspin.errors import InputError
from unspin.reading.source import STDIN

SUFFIXES = (".txt", ".md", ".markdown", ".rst", ".html")


def files(path: str) -> Iterator[str]:
    """The file itself, or the text files below a folder, sorted; hidden files and folders are left out.

    InputError if a folder cannot be listed or holds no text. A file is not looked at: reading it will tell.
    """
    if path == STDIN or not Path(path).is_dir():
        yield path
        return
    found = False
    for file in _walk(Path(path)):
        found = True
        yield str(file)
    if not found:
        raise InputError(f"{path}: no text files ({', '.join('*' + suffix for suffix in SUFFIXES)}) in this folder")


def _walk(root: Path) -> Iterator[Path]:
    def fail(error: OSError) -> None:
        raise InputError(f"{error.filename}: cannot be listed ({error.strerror})") from error

    for folder, subfolders, names in os.walk(root, onerror=fail):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(folder, name)
