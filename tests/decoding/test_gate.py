from __future__ import annotations

import pytest

from tests import tiny
from unspin.decoding.gate import GLARING, SHORT, Gate, Suspicion

UNIGRAMS = {word: (-12.0, 0.0) for word in "prime primary minister trading partner companion rain".split()}
BIGRAMS = {"prime minister": (-0.5, 0.0), "trading partner": (-0.5, 0.0)}


@pytest.fixture(scope="module")
def gate() -> Gate:
    lexicon = tiny.lexicon(
        words="prime / adj / primary, first-rate\npartner / noun / companion",
        phrases="as effectively as / as well as / tell / idiom\nearly on / at first",
    )
    return Gate(tiny.channel(lexicon, tiny.model(UNIGRAMS, BIGRAMS)))


def test_a_word_that_a_candidate_would_fit_better_is_suspicious(gate: Gate):
    assert gate.look("The primary minister.").density > gate.look("The prime minister.").density == 0


def test_words_without_candidates_are_not(gate: Gate):
    assert gate.look("Rain. Rain, rain; rain!") == Suspicion(4, 0.0, tell=False)


def test_sentence_ends_are_no_words(gate: Gate):
    assert gate.look("It rains. “It rains,” she said. It’s 5 p.m.").words == 9


def test_density_is_a_mean_over_words(gate: Gate):
    once, twice = gate.look("the primary minister rain rain"), gate.look("the primary minister rain rain " * 2)
    assert twice.density == pytest.approx(once.density)


def test_density_is_bounded_by_the_glaring(gate: Gate):
    assert gate.look("primary minister").density <= GLARING / 2


def test_only_listed_tells_in_full_are_tells(gate: Gate):
    assert gate.look("She sang as effectively as he.").tell
    assert gate.look("She sang as\neffectively as he.").tell
    assert not gate.look("She sang as effectively. As he").tell
    assert not gate.look("Early on, she sang.").tell


@pytest.mark.parametrize("text", ["", " ", "\n", "日本", "\ud800", "x", "🚀" * 10])
def test_any_text_can_be_looked_at(gate: Gate, text: str):
    assert gate.look(text).density == 0


def test_each_reason_opens_the_gate_alone():
    quiet = Suspicion(SHORT, 0.01, tell=False)
    assert not quiet.strong(density=0.02)
    assert quiet.strong(density=0.01)
    assert Suspicion(SHORT - 1, 0.0, tell=False).strong(density=0.02)
    assert Suspicion(SHORT, 0.0, tell=True).strong(density=0.02)
