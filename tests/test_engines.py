from __future__ import annotations

from pathlib import Path

import pytest

from unspin.engines import sources
from unspin.errors import ModelError
from unspin.lexicon import load
from unspin.neural.weights import WEIGHTS


def test_an_engine_is_made_of_dictionaries_and_a_model(tmp_path: Path) -> None:
    dictionary, arpa, folder = tmp_path / "words.tsv", tmp_path / "model.arpa", tmp_path / "model"
    folder.mkdir()
    files = [folder / WEIGHTS, folder / "tokenizer.json"]
    for path in (dictionary, arpa, *files):
        path.touch()
    assert sources([dictionary], None) == load.sources([dictionary])
    assert sources([], arpa) == [*load.sources(), arpa]
    assert sources([], folder) == [*load.sources(), *files]


def test_a_model_that_is_not_there() -> None:
    with pytest.raises(ModelError, match=r"nope: neither a file nor the name of a model \(auto, smollm2\)"):
        sources([], Path("nope"))
