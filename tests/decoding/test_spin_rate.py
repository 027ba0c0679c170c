from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.decoding.lattice import Arcs
from unspin.decoding.spin_rate import HIGHEST, estimate, places_of


def arcs(*spans: tuple[int, int]) -> Arcs:
    n = len(spans)
    return Arcs.of([a for a, _ in spans], [b for _, b in spans], [0] * n, [0] * n, [0.0] * n, [False] * n)


def apart(n: int) -> Arcs:
    return arcs(*((4 * i, 4 * i + 1) for i in range(n)))


@pytest.mark.parametrize(
    ("spans", "places"),
    [
        ([(0, 1), (1, 2)], [0, 1]),
        ([(0, 2), (1, 3), (2, 4)], [0, 0, 0]),
        ([(5, 6), (0, 1), (0, 1)], [1, 0, 0]),
        ([(0, 4), (1, 2), (3, 5), (5, 6)], [0, 0, 0, 1]),
    ],
)
def test_overlapping_spans_are_one_place(spans: list[tuple[int, int]], places: list[int]) -> None:
    assert places_of(*np.array(spans, np.int32).reshape(-1, 2).T).tolist() == places


def test_no_candidates_no_spin() -> None:
    assert estimate(arcs(), np.zeros(0)).value < 0.02


def test_the_rate_falls_where_the_text_stands_well() -> None:
    assert estimate(apart(200), np.full(200, -3.0)).value < 0.005


def test_the_rate_nears_the_share_of_places_that_were_surely_spun() -> None:
    scores = np.where(np.arange(1000) % 10 == 0, 12.0, -12.0)
    assert estimate(apart(1000), scores).value == pytest.approx(0.1, abs=0.01)


def test_no_rate_is_above_the_highest() -> None:
    assert estimate(apart(1000), np.full(1000, 20.0)).value == pytest.approx(HIGHEST)


def test_one_sure_place_in_a_short_text_is_no_proof() -> None:
    assert estimate(apart(3), np.array([8.0, -8.0, -8.0])).value < 0.06


def test_an_ambiguous_word_is_believed_in_spun_surroundings_only() -> None:
    ambiguous = np.r_[2.0, np.full(99, -12.0)]
    surrounded = np.r_[2.0, np.where(np.arange(99) % 3 == 0, 12.0, -12.0)]
    assert estimate(apart(100), ambiguous).posterior()[0] < 0.1
    assert estimate(apart(100), surrounded).posterior()[0] > 0.6


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 3), st.floats(-20, 80)), min_size=1, max_size=40))
def test_posteriors_of_a_place_never_exceed_one(candidates: list[tuple[int, int, float]]) -> None:
    rate = estimate(arcs(*((a, a + n) for a, n, _ in candidates)), np.array([score for *_, score in candidates]))
    assert np.bincount(rate.places, rate.posterior()).max() <= 1 + 1e-9
    assert rate.posterior().min() >= 0 and 0 < rate.value <= HIGHEST
