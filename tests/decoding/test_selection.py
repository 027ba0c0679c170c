from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import tiny
from unspin.decoding.lattice import Arcs
from unspin.decoding.selection import Rest, Spans, ranking, rivals, select, settle
from unspin.lexicon.lexicon import Lexicon


def arcs(*spans: tuple[int, int]) -> Arcs:
    n = len(spans)
    return Arcs.of([a for a, _ in spans], [b for _, b in spans], range(n), range(n), [0.0] * n, [False] * n)


def settled(
    candidates: Arcs, confidence: list[float], cuts: list[float], lexicon: Lexicon
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """`settle` for arcs in any order."""
    sure = np.array(confidence)
    order = ranking(candidates, sure, cuts[-1])
    whole, rests = settle(Spans.of(candidates.take(order)), sure[order].tolist(), cuts, lexicon)
    return [int(order[i]) for i in whole], [(int(order[i]), *part) for i, *part in rests]


@pytest.mark.parametrize(
    ("spans", "confidence", "chosen"),
    [
        ([(0, 1), (1, 2)], [0.6, 0.9], [1, 0]),
        ([(0, 2), (1, 3), (2, 4)], [0.6, 0.9, 0.7], [1]),
        ([(0, 2), (1, 3), (2, 4)], [0.9, 0.6, 0.7], [0, 2]),
        ([(0, 1), (0, 1)], [0.6, 0.7], [1]),
        ([(0, 1), (2, 3)], [0.4, 0.5], [1]),
        ([(0, 1), (0, 2)], [0.7, 0.7], [1]),
        ([], [], []),
    ],
)
def test_the_most_confident_of_those_that_overlap_stand(
    spans: list[tuple[int, int]], confidence: list[float], chosen: list[int]
) -> None:
    assert select(arcs(*spans), np.array(confidence), 0.5) == chosen


def test_ties_go_to_the_earlier_and_then_the_longer_span() -> None:
    assert ranking(arcs((2, 3), (0, 1), (0, 2)), np.array([0.5, 0.5, 0.5]), 0.5).tolist() == [2, 1, 0]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 4), st.floats(0, 1)), max_size=30))
def test_no_two_chosen_share_a_word_and_none_could_be_added(candidates: list[tuple[int, int, float]]) -> None:
    spans = [(a, a + n) for a, n, _ in candidates]
    chosen = select(arcs(*spans), np.array([c for *_, c in candidates]), 0.0)
    words = [word for i in chosen for word in range(*spans[i])]
    assert len(words) == len(set(words))
    assert all(set(range(*span)) & set(words) for span in spans)


@pytest.mark.parametrize(
    ("spans", "candidates", "confidence", "whole", "rests"),
    [
        ([(1, 3), (0, 3)], ["neural network", "deep neural network"], [0.95, 0.92], [1], []),
        ([(1, 3), (0, 3)], ["neural network", "deep neural-network"], [0.95, 0.92], [1], []),
        ([(1, 3), (0, 3)], ["neural network", "deep neural network"], [0.95, 0.89], [0], [Rest(1, 0, 1)]),  # the lower tier
        (
            [(1, 3), (0, 3)],
            ["neural network", "deep neural network"],
            [0.8, 0.3],
            [0],
            [Rest(1, 0, 1)],
        ),  # rather wrong than right
        ([(1, 3), (0, 3)], ["neural network", "deep nervous system"], [0.95, 0.92], [0], []),  # something else
        ([(0, 2), (0, 3)], ["deep neural", "deep neural network"], [0.7, 0.6], [1], []),
        ([(0, 2), (1, 3)], ["deep neural", "neural network"], [0.7, 0.6], [0], [Rest(1, 2, 3)]),  # not all of it
        ([(0, 2), (1, 3)], ["deep neural", "nervous system"], [0.7, 0.6], [0], []),
        (
            [(1, 3), (0, 2), (2, 4)],
            ["neural network", "deep neural", "network design"],
            [0.8, 0.7, 0.6],
            [0],
            [Rest(1, 0, 1), Rest(2, 3, 4)],
        ),
        (
            [(0, 2), (1, 3), (1, 4)],
            ["deep neural", "neural network", "neural network design"],
            [0.9, 0.7, 0.6],
            [0],
            [Rest(1, 2, 3), Rest(2, 3, 4)],
        ),
        ([(0, 2), (1, 5)], ["we are", "are using"], [0.7, 0.6], [0], []),  # no words for the rest alone
        ([(1, 2), (0, 2), (0, 3)], ["neural", "deep neural", "deep neural network"], [0.8, 0.7, 0.6], [2], []),
        ([(0, 1), (1, 3), (0, 3)], ["deep", "neural network", "deep neural network"], [0.95, 0.95, 0.92], [0, 1], []),  # as it is
        (
            [(2, 3), (0, 4), (0, 2), (3, 4)],
            ["pulmonary", "chronic obstructive pulmonary disease", "chronic obstructive", "ailment"],
            [0.8, 0.7, 0.6, 0.55],
            [1],  # for one above it, and rather than two below
            [],
        ),
        (
            [(0, 1), (2, 3), (0, 3)],
            ["independent", "test", "independent sample test"],
            [0.95, 0.94, 0.7],
            [0, 1],
            [Rest(2, 1, 2)],  # between two
        ),
        ([(0, 1), (2, 3), (0, 3)], ["independent", "trial", "independent sample test"], [0.95, 0.94, 0.7], [0, 1], []),
        ([], [], [], [], []),
    ],
)
def test_what_agrees_with_others_adds_to_them_or_stands_for_them(
    spans: list[tuple[int, int]], candidates: list[str], confidence: list[float], whole: list[int], rests: list[Rest]
) -> None:
    lexicon = tiny.lexicon(terms="\n".join(candidates) or "sea level")
    numbers = [list(map(str.lower, lexicon.canonicals)).index(text) for text in candidates]
    n = len(spans)
    candidate_arcs = Arcs.of([a for a, _ in spans], [b for _, b in spans], range(n), numbers, [0.0] * n, [False] * n)
    assert settled(candidate_arcs, confidence, [0.9, 0.2], lexicon) == (whole, rests)


def test_rivals_lie_within_the_span_and_are_no_part_of_what_is_chosen() -> None:
    canonicals = ["mean square error", "squared error", "square error", "error rate", "mean mistake"]
    lexicon = tiny.lexicon(terms="\n".join(canonicals))
    numbers = [lexicon.canonicals.index(text) for text in canonicals]
    first, last = zip((0, 3), (1, 3), (1, 3), (2, 4), (0, 3), strict=True)
    spans = Spans.of(Arcs.of(first, last, range(5), numbers, [0.0] * 5, [False] * 5))
    assert rivals(spans, [0], 5, lexicon) == [[1, 4]]
    assert rivals(spans, [0], 1, lexicon) == [[1]]


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(1, 4), st.sampled_from(["a b", "b c", "c", "a b c"]), st.floats(0, 1)),
        max_size=30,
    )
)
def test_every_word_is_decided_once(candidates: list[tuple[int, int, str, float]]) -> None:
    lexicon = tiny.lexicon(words="c / noun / gamma", terms="a b\nb c\na b c")
    n = len(candidates)
    numbers = [lexicon.canonicals.index(text) for _, _, text, _ in candidates]
    spans = [(a, a + size) for a, size, *_ in candidates]
    arcs = Arcs.of([a for a, _ in spans], [b for _, b in spans], range(n), numbers, [0.0] * n, [False] * n)
    whole, rests = settled(arcs, [c for *_, c in candidates], [0.9, 0.5, 0.0], lexicon)
    parts = [spans[i] for i in whole] + [(first, last) for _, first, last in rests]
    words = [word for part in parts for word in range(*part)]
    assert len(words) == len(set(words)) and all(first < last for first, last in parts)
