"""Language models: what English readers would expect to see written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from unspin import cache
from unspin.errors import ModelError
from unspin.language.counts import PairCounts, pair_counts, word_counts
from unspin.language.trigram import TrigramModel

__all__ = ["PairCounts", "TrigramModel", "load_model", "model_path"]


def model_path(path: Path | None = None) -> Path:
    """The file of a model, by default the English one from pocketsphinx. ModelError if it does not exist."""
    from unspin.language import sphinx

    source = path or sphinx.default_path()
    if not source.is_file():
        raise ModelError(f"{source}: no such language model")
    return source


def load_model(path: Path | None = None, progress: Callable[[str], None] | None = None) -> tuple[TrigramModel, PairCounts]:
    """The trigram model of a file (ARPA, plain or gzipped, or CMU Sphinx binary; default: English, from pocketsphinx), with the corpus
    counts of its vocabulary. Compiled once, then mapped from the cache. Raises ModelError."""
    from unspin.language import arpa, sphinx

    source = model_path(path)

    def first() -> None:
        if progress:
            progress("preparing the language model (once)")

    def build() -> tuple[TrigramModel, PairCounts]:
        with source.open("rb") as stream:
            binary = stream.read(len(sphinx.HEADER)) == sphinx.HEADER
        model = TrigramModel.build(sphinx.read_sphinx(source) if binary else arpa.read_arpa(source), word_counts())
        return model, PairCounts.build(pair_counts(), model.index)

    def load(folder: Path) -> tuple[TrigramModel, PairCounts]:
        model = TrigramModel.load(folder)
        return model, PairCounts.load(folder, len(model.words))

    def save(built: tuple[TrigramModel, PairCounts], folder: Path) -> None:
        model, counts = built
        model.save(folder)
        counts.save(folder)

    return cache.cached("model", cache.fingerprint([source]), load, build, save, first)
