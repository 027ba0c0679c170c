from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import tiny
from unspin.decoding import search
from unspin.decoding.lattice import Arcs, Channel, Listed, Stream, find_arcs
from unspin.document import Document

LEXICON = tiny.lexicon(
    words="b / form / x\nc / form / x\nd / form / y\nb / form / z",
    phrases="x y / a d | c\ny z / b\nx y z / d c a\ny / b a",
)
VOCABULARY = list("abcdxyz")
BETA = 0.5


def sentence_logprob(channel: Channel, words: list[int]) -> float:
    model = channel.model
    ids = np.array([model.unknown, model.start, *words, model.end, model.unknown], np.int32)
    return float(model.logprob(ids[2:], ids[1:-1], ids[:-2]).sum())


def readings(arcs: Arcs) -> list[list[int]]:
    """Every set of arcs of which no two overlap, in reading order."""
    order = sorted(range(len(arcs)), key=lambda i: int(arcs.first[i]))
    result: list[list[int]] = [[]]
    for i in order:
        result += [[*chosen, i] for chosen in result if not chosen or arcs.last[chosen[-1]] <= arcs.first[i]]
    return result


def enumerate_posteriors(
    doc: Document, arcs: Arcs, prior: np.ndarray, channel: Channel
) -> tuple[np.ndarray, list[tuple[float, list[int]]]]:
    """Each arc's posterior by summing over all readings of a one-sentence document, and the readings by falling score."""
    scored = []
    for chosen in readings(arcs):
        words, position = [], 0
        for i in chosen:
            words += channel.model.ids(doc.keys[position : arcs.first[i]]).tolist()
            words += channel.ids[slice(*channel.begins[arcs.canonical[i] : arcs.canonical[i] + 2])].tolist()
            position = int(arcs.last[i])
        words += channel.model.ids(doc.keys[position:]).tolist()
        scored.append((BETA * sentence_logprob(channel, words) + float(prior[chosen].sum()), chosen))
    top = max(score for score, _ in scored)
    total = sum(math.exp(score - top) for score, _ in scored)
    posterior = np.zeros(len(arcs))
    for score, chosen in scored:
        posterior[chosen] += math.exp(score - top) / total
    return posterior, sorted(scored, key=lambda pair: -pair[0])


def prepare(text: str, seed: int) -> tuple[Document, Channel, Stream, Arcs, np.ndarray]:
    channel = tiny.channel(LEXICON, tiny.random_model(VOCABULARY, seed))
    doc = Document(text)
    arcs = find_arcs(doc, Listed.of(doc, channel.lexicon), channel)
    prior = np.random.default_rng(seed).uniform(-2, 2, len(arcs))
    return doc, channel, Stream(doc, channel), arcs, prior


TEXTS = st.lists(st.sampled_from("aaxyz"), min_size=1, max_size=6).map(" ".join)


@settings(max_examples=60)
@given(TEXTS, st.integers(0, 20))
def test_posteriors_agree_with_enumeration(text: str, seed: int) -> None:
    doc, channel, stream, arcs, prior = prepare(text, seed)
    groups = search.islands_of(arcs, np.arange(len(arcs)), stream)
    posterior, _ = search.solve(groups, arcs, prior, BETA, stream, channel)
    expected, _ = enumerate_posteriors(doc, arcs, prior, channel)
    np.testing.assert_allclose(posterior, expected, atol=1e-4)


@settings(max_examples=60)
@given(TEXTS, st.integers(0, 20))
def test_the_best_path_agrees_with_enumeration(text: str, seed: int) -> None:
    doc, channel, stream, arcs, prior = prepare(text, seed)
    groups = search.islands_of(arcs, np.arange(len(arcs)), stream)
    _, best = search.solve(groups, arcs, prior, BETA, stream, channel)
    _, ranked = enumerate_posteriors(doc, arcs, prior, channel)
    found = sorted(np.flatnonzero(best).tolist())
    (score,) = (score for score, chosen in ranked if sorted(chosen) == found)
    assert score == pytest.approx(ranked[0][0], abs=1e-4)


@pytest.mark.parametrize(
    ("text", "islands"),
    [
        ("x a a z", 2),  # two fixed words between
        ("x a z", 1),
        ("x z", 1),
        ("X. Z.", 2),
        ("x y z a a x", 2),
        ("a a a", 0),
    ],
)
def test_two_fixed_words_or_a_sentence_end_part_islands(text: str, islands: int) -> None:
    _, _, stream, arcs, _ = prepare(text, 0)
    assert len(search.islands_of(arcs, np.arange(len(arcs)), stream)) == islands


def test_arcs_outside_the_groups_are_left_at_zero() -> None:
    _, channel, stream, arcs, prior = prepare("x a a z", 0)
    groups = search.islands_of(arcs, np.arange(len(arcs)), stream)
    posterior, best = search.solve(groups[:1], arcs, prior, BETA, stream, channel)
    assert posterior[groups[1]].tolist() == [0.0] and not best[groups[1]].any()


def test_a_long_chain_of_candidates_is_solved_with_sound_posteriors() -> None:
    _, channel, stream, arcs, prior = prepare(" ".join("xyz" * 20), 3)
    groups = search.islands_of(arcs, np.arange(len(arcs)), stream)
    posterior, _ = search.solve(groups, arcs, prior, BETA, stream, channel)
    covered = np.zeros(60)
    for i, p in enumerate(posterior):
        covered[arcs.first[i] : arcs.last[i]] += p
    assert covered.max() <= 1 + 1e-6 and posterior.max() > 0.1
