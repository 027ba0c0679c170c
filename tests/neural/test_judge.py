from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from unspin.findings import Tier
from unspin.neural import judge
from unspin.neural.judge import NAMES, OTHERS, VOTES, Judge, Place


class Oracle:
    """Prefers texts that contain certain words, by ten nats each."""

    tokens_read = 0

    def __init__(self, *words: str):
        self.words = words
        self.asked: list[str] = []

    def logprob(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        self.asked += map("".join, texts)
        return np.array([[10.0 * sum(word in part for word in self.words) - len(part) for part in parts] for parts in texts])


def opinion(*words: str) -> tuple[Judge, Oracle]:
    oracle = Oracle(*words)
    return Judge(Path(), _model=oracle), oracle  # type: ignore[arg-type]


PLACE = Place((3, 5), ("last year", "past year"), "final year", "It was ", " in Rome")


def test_each_candidate_is_read_in_its_context() -> None:
    second, oracle = opinion("last")
    index, votes = second.votes([PLACE], np.full(6, 0.5), 0.1)
    assert oracle.asked == ["It was final year in Rome", "It was last year in Rome", "It was past year in Rome"]
    assert index.tolist() == [3, 5]
    gain, lead = VOTES.index("gain"), VOTES.index("lead")
    assert votes[:, gain].tolist() == [11.0, 1.0]  # a word that is preferred, and a shorter text
    assert votes[:, VOTES.index("place_gain")].tolist() == [11.0, 1.0]
    assert votes[:, VOTES.index("after_gain")].tolist() == [0.0, 0.0]
    assert votes[:, VOTES.index("stands")].tolist() == [-10.0, -10.0]
    assert votes[:, VOTES.index("reads")].tolist() == [1.0, -9.0]
    assert votes[:, lead].tolist() == [10.0, -10.0]
    assert second.decisions == 2


def test_candidates_are_evidence_for_each_other() -> None:
    spun, canonical = ["financial", "final", "financial", "financial"], ["economic", "last", "economic", "fiscal"]
    others = judge._others(spun, canonical, np.array([4.0, -2.0, 6.0, 1.0]))
    by_name = dict(zip(OTHERS, others.T.tolist(), strict=True))
    assert by_name["pair_judged"] == [1, 0, 1, 0]
    assert by_name["pair_gain"] == [6.0, 0.0, 4.0, 0.0]
    assert by_name["text_gain"] == [5 / 4, 11 / 4, 3 / 4, 8 / 4]
    assert by_name["text_improved"] == [1 / 4, 2 / 4, 1 / 4, 2 / 4]


def test_the_shipped_rescoring() -> None:
    shipped = judge.load()
    safe, likely, possible = (shipped.scale.cuts[tier.value] for tier in Tier)
    assert 1 > safe > likely > possible > 0.4
    rows = np.random.default_rng(5).normal(0, 3, (300, len(NAMES))).astype(np.float32)
    for name in judge.MONOTONIC:
        more = rows.copy()
        more[:, NAMES.index(name)] += 2
        assert (shipped.forest.confidence(more) >= shipped.forest.confidence(rows) - 1e-9).all()


def test_a_rescoring_for_other_evidence_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "NAMES", (*NAMES, "mood"))
    judge.load.cache_clear()
    with pytest.raises(ValueError, match="fitted for other evidence"):
        judge.load()
