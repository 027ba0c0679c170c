from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from pocketsphinx import Config, LogMath, NGramModel

from unspin.errors import ModelError
from unspin.language.ngrams import NGrams
from unspin.language.sphinx import LOG_BASE, default_path, read_sphinx
from unspin.language.trigram import TrigramModel

SAMPLES = 2000


@pytest.fixture(scope="module")
def ngrams() -> NGrams:
    return read_sphinx(default_path())


@pytest.fixture(scope="module")
def model(ngrams: NGrams) -> TrigramModel:
    return TrigramModel.build(ngrams, {})


@pytest.fixture(scope="module")
def pocketsphinx() -> NGramModel:
    return NGramModel(Config(), LogMath(), str(default_path()))


def assert_agree(model: TrigramModel, pocketsphinx: NGramModel, trigrams: list[tuple[str, ...]]) -> None:
    """Compare ln P of trigrams in reading order."""
    ours = model.logprob(*(model.ids(words) for words in reversed(list(zip(*trigrams, strict=True)))))
    theirs = [pocketsphinx.prob(list(reversed(words))) * LOG_BASE for words in trigrams]
    np.testing.assert_allclose(ours, theirs, atol=2e-3)


def sampled(ngrams: NGrams, ids: np.ndarray) -> list[tuple[str, ...]]:
    rows = random.Random(1).sample(range(len(ids)), SAMPLES)
    return [tuple(ngrams.words[i] for i in ids[row]) for row in rows]


def test_listed_trigrams_agree_with_pocketsphinx(ngrams: NGrams, model: TrigramModel, pocketsphinx: NGramModel) -> None:
    assert_agree(model, pocketsphinx, sampled(ngrams, ngrams.trigrams))


def test_listed_bigrams_after_any_word_agree(ngrams: NGrams, model: TrigramModel, pocketsphinx: NGramModel) -> None:
    chance = random.Random(2)
    assert_agree(model, pocketsphinx, [(chance.choice(ngrams.words), *pair) for pair in sampled(ngrams, ngrams.bigrams)])


def test_any_word_after_listed_bigrams_agrees(ngrams: NGrams, model: TrigramModel, pocketsphinx: NGramModel) -> None:
    chance = random.Random(3)
    assert_agree(model, pocketsphinx, [(*pair, chance.choice(ngrams.words)) for pair in sampled(ngrams, ngrams.bigrams)])


def test_unseen_trigrams_agree(ngrams: NGrams, model: TrigramModel, pocketsphinx: NGramModel) -> None:
    chance = random.Random(4)
    assert_agree(model, pocketsphinx, [tuple(chance.choices(ngrams.words, k=3)) for _ in range(SAMPLES)])


def test_another_file_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "some.bin"
    path.write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"some\.bin: not a CMU Sphinx trie language model"):
        read_sphinx(path)


@pytest.mark.parametrize("share", [0.000001, 0.001, 0.5, 0.97])
def test_a_truncated_model_is_damaged(tmp_path: Path, share: float) -> None:
    data = default_path().read_bytes()
    path = tmp_path / "cut.bin"
    path.write_bytes(data[: max(20, int(len(data) * share))])
    with pytest.raises(ModelError, match=r"cut\.bin: damaged language model"):
        read_sphinx(path)


def test_a_model_of_another_order_is_refused(tmp_path: Path) -> None:
    data = bytearray(default_path().read_bytes()[:200])
    data[len(b"Trie Language Model")] = 5
    path = tmp_path / "five.bin"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="order 5, expected 3"):
        read_sphinx(path)
