"""The files behind a path, each with the settings that govern it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from unspin.linting.config import Settings
from unspin.reading import discovery


def governed(path: str, settings_for: Callable[[str], Settings]) -> Iterator[tuple[str, Settings]]:
    """The file itself, or the text files below a folder, without those that their settings exclude. InputError as for `discovery.files`."""

    latest = lru_cache(maxsize=1)(settings_for)  # a file is asked for twice in a row

    def excluded(file: Path) -> bool:
        return latest(str(file)).excludes(file)

    for file in discovery.files(path, excluded, settings_for(path).respect_gitignore):
        yield file, latest(file)
