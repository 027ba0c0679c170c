"""The engines of this process, and of processes that are copies of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from unspin.errors import ModelError

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


def sources(dictionaries: Iterable[Path], model: Path | None) -> list[Path]:
    """The files that an engine with these dictionaries and this model is made of. DictionaryError or ModelError if one isn't there."""
    from unspin.lexicon import load

    return [*load.sources(dictionaries), *_files(model)]


def _files(model: Path | None) -> list[Path]:
    """The files that a language model's name or path stands for; none for "auto" where nothing is installed."""
    from unspin.neural.weights import AUTO, MODELS, is_neural, located

    if model is None:
        return []
    if not is_neural(model):
        if not model.is_file():
            raise ModelError(f"{model}: neither a file nor the name of a model ({', '.join([AUTO, *MODELS])})")
        return [model]
    folder = located(model)
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []
