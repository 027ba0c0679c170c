from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from tests import tiny
from unspin.language.trigram import UNKNOWN_LOGPROB, TrigramModel

UNIGRAMS = {"the": (-1.0, -0.5), "cat": (-2.0, -0.25), "sat": (-4.0, 0.0)}
BIGRAMS = {"the cat": (-0.7, -0.3), "cat sat": (-0.9, 0.0)}
TRIGRAMS = {"the cat sat": -0.1}


@pytest.fixture(scope="module")
def model() -> TrigramModel:
    return tiny.model(UNIGRAMS, BIGRAMS, TRIGRAMS)


def logprob(model: TrigramModel, trigram: str) -> float:
    oldest, previous, word = (model.ids([text]) for text in trigram.split())
    return float(model.logprob(word, previous, oldest)[0])


@pytest.mark.parametrize(
    ("trigram", "expected"),
    [
        ("the cat sat", -0.1),
        ("sat the cat", -0.7),
        ("the cat cat", -0.3 + -0.25 + -2.0),
        ("sat cat the", -0.25 + -1.0),
        ("sat sat sat", -4.0),
        ("the cat unheard", -0.3 + -0.25 + UNKNOWN_LOGPROB),
        ("unheard unheard the", -1.0),
    ],
)
def test_probabilities_back_off(model: TrigramModel, trigram: str, expected: float) -> None:
    assert logprob(model, trigram) == pytest.approx(expected, abs=1e-6)


def test_many_questions_are_answered_in_order(model: TrigramModel) -> None:
    oldest, previous, word = model.ids(["the", "sat"]), model.ids(["cat", "the"]), model.ids(["sat", "cat"])
    assert model.logprob(word, previous, oldest).tolist() == pytest.approx([-0.1, -0.7])


def test_unknown_words_share_an_id(model: TrigramModel) -> None:
    assert model.id("unheard") == model.id("of") == model.unknown
    assert "unheard" not in model and "cat" in model


def test_words_known_by_count_only_are_put_on_the_scale_of_the_model() -> None:
    counts = {"the": 1000, "dog": 100}
    model = TrigramModel.build(tiny.ngrams(UNIGRAMS), counts)
    assert model.unigram_logprob(model.ids(["dog"]))[0] == pytest.approx(-1.0 + math.log(100 / 1000))


def test_no_known_word_is_rarer_than_an_unknown_one() -> None:
    model = TrigramModel.build(tiny.ngrams(UNIGRAMS), {"the": 10**12, "dog": 1})
    assert model.unigram_logprob(model.ids(["dog"]))[0] == UNKNOWN_LOGPROB


def test_counts_do_not_change_words_of_the_model() -> None:
    model = TrigramModel.build(tiny.ngrams(UNIGRAMS, BIGRAMS, TRIGRAMS), {"the": 10, "cat": 1000, "dog": 10})
    assert model.unigram_logprob(model.ids(["the", "cat"])).tolist() == [-1.0, -2.0]


def test_added_words_leave_the_listed_ngrams_in_place() -> None:
    model = TrigramModel.build(tiny.ngrams(UNIGRAMS, BIGRAMS, TRIGRAMS), {"dog": 10, "ant": 10})
    assert logprob(model, "the cat sat") == pytest.approx(-0.1)


def test_a_saved_model_answers_the_same(tmp_path: Path) -> None:
    words = list("abcdefgh")
    model = tiny.random_model(words, seed=1)
    model.save(tmp_path)
    loaded = TrigramModel.load(tmp_path)
    word, previous, oldest = (np.random.default_rng(k).integers(0, len(model.words), 500).astype(np.int32) for k in range(3))
    assert loaded.logprob(word, previous, oldest).tolist() == model.logprob(word, previous, oldest).tolist()
    assert [*loaded.words] == model.words


def test_a_model_without_sentence_marks_takes_them_for_unknown() -> None:
    ngrams = tiny.ngrams(UNIGRAMS)
    ngrams.words[:2] = ["x", "y"]
    model = TrigramModel.build(ngrams, {})
    assert model.start == model.end == model.unknown
