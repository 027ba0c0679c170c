from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from unspin.language.counts import PairCounts, pair_counts, word_counts

INDEX = {"supply": 0, "chain": 1, "provide": 2}


def logcount(counts: PairCounts, first: str, second: str) -> float:
    return float(counts.logcount(np.array([INDEX[first]], np.int32), np.array([INDEX[second]], np.int32))[0])


@pytest.fixture
def counts() -> PairCounts:
    return PairCounts.build({("supply", "chain"): 100, ("chain", "supply"): 10, ("supply", "unheard"): 5}, INDEX)


@pytest.mark.parametrize(
    ("first", "second", "count"), [("supply", "chain", 100), ("chain", "supply", 10), ("provide", "chain", 1)]
)
def test_the_log_of_a_count_in_reading_order_0_if_unlisted(counts: PairCounts, first: str, second: str, count: int) -> None:
    assert logcount(counts, first, second) == pytest.approx(math.log(count))


def test_saved_counts_answer_the_same(counts: PairCounts, tmp_path: Path) -> None:
    counts.save(tmp_path)
    assert logcount(PairCounts.load(tmp_path, len(INDEX)), "supply", "chain") == pytest.approx(math.log(100))


def test_no_counts_at_all() -> None:
    assert logcount(PairCounts.build({}, INDEX), "supply", "chain") == 0.0


def test_the_shipped_counts_know_common_words_and_pairs() -> None:
    words, pairs = word_counts(), pair_counts()
    assert words["the"] > words["economy"] > words["abacus"] > 0
    assert pairs["supply", "chain"] > 0 and ("provide", "chain") not in pairs
