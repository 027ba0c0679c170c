from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from unspin.neural import judge
from unspin.neural.judge import NAMES, Judge, Place, Weights


class Oracle:
    """Prefers texts that contain certain words, by ten nats each."""

    tokens_read = 0

    def __init__(self, *words: str):
        self.words = words
        self.asked: list[str] = []

    def logprob(self, texts: Sequence[str]) -> NDArray[np.float64]:
        self.asked += texts
        return np.array([10.0 * sum(word in text for word in self.words) - len(text) for text in texts])


def opinion(*words: str) -> tuple[Judge, Oracle]:
    oracle = Oracle(*words)
    return Judge(Path(), _model=oracle), oracle  # type: ignore[arg-type]


PLACE = Place((3, 5), ("last year", "past year"), "final year", "It was ", " in Rome")


def test_each_candidate_is_read_in_its_context() -> None:
    second, oracle = opinion("last")
    index, evidence = second.evidence([PLACE], np.full(6, 0.5), 0.1)
    assert oracle.asked == ["It was final year in Rome", "It was last year in Rome", "It was past year in Rome"]
    assert index == [3, 5]
    gain, lead = NAMES.index("gain"), NAMES.index("lead")
    assert evidence[:, gain].tolist() == [11.0, 1.0]  # a word that is preferred, and a shorter text
    assert evidence[:, lead].tolist() == [10.0, -10.0]
    assert second.decisions == 2


def test_confidence_rises_with_both_votes() -> None:
    weights = judge.load()
    assert weights.by_name["confidence"] > 0
    assert weights.by_name["gain"] > 0
    assert weights.cuts["safe"] > weights.cuts["likely"] > weights.cuts["possible"] > 0.4
    row = np.zeros((2, len(NAMES)))
    row[1, NAMES.index("gain")] = 5.0
    low, high = weights.confidence(row)
    assert 0 < low < high < 1


def test_the_combination_is_log_linear() -> None:
    weights = Weights(-1.0, dict.fromkeys(NAMES, 0.0) | {"gain": 0.5}, {})
    evidence = np.zeros((1, len(NAMES)))
    evidence[0, NAMES.index("gain")] = 2.0
    assert weights.confidence(evidence)[0] == pytest.approx(0.5)
