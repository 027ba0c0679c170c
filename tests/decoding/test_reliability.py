from __future__ import annotations

import numpy as np

from unspin.decoding.reliability import ANY, Reliability, load


def test_a_pair_and_its_spun_phrase_are_looked_up_apart() -> None:
    reliability = Reliability({("financial", "economic"): 0.5, ("financial", ANY): -0.25, ("firm", "company"): 1.0})
    pairs, phrases = reliability.of(["financial", "financial", "firm", "area"], ["economic", "fiscal", "company", "region"])
    assert pairs.tolist() == [0.5, 0.0, 1.0, 0.0]
    assert phrases.tolist() == [-0.25, -0.25, 0.0, 0.0]
    assert pairs.dtype == phrases.dtype == np.float32


def test_the_shipped_table_is_read_once_and_in_lower_case() -> None:
    factors = load().factors
    assert len(factors) > 1000 and load() is load()
    assert all(side and side == side.lower() for pair in factors for side in pair)
    assert any(canonical == ANY for _, canonical in factors) and any(canonical != ANY for _, canonical in factors)
    assert np.isfinite([*factors.values()]).all()
