"""The engines of this process, and of processes that are copies of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unspin.unspinner import Unspinner

MOST = 4

_engines: dict[tuple[tuple[Path, ...], Path | None], Unspinner] = {}


def engine(dictionaries: tuple[Path, ...], model: Path | None) -> Unspinner:
    """The engine with these dictionaries and this model, loaded if that has not been done before. DictionaryError or ModelError."""
    return _engines.get((dictionaries, model)) or load(dictionaries, model)


def load(dictionaries: tuple[Path, ...], model: Path | None, progress: Callable[[str], None] | None = None) -> Unspinner:
    """Load an engine, which `engine` returns from now on. `progress` is told, in words, of work that is done only once."""
    from unspin.unspinner import Unspinner

    loaded = Unspinner(dictionaries, model, progress)
    _engines.pop((dictionaries, model), None)
    while len(_engines) >= MOST:
        del _engines[next(iter(_engines))]
    _engines[dictionaries, model] = loaded
    return loaded
