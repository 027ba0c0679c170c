from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from unspin.decoding import calibration
from unspin.decoding.features import NAMES
from unspin.findings import Tier

STUMP = {"feature": [1, -1, -1], "threshold": [0.5, 0, 0], "left": [1, 0, 0], "right": [2, 0, 0], "value": [0, -2.0, 3.0]}
LEAF = {"feature": [-1], "threshold": [0], "left": [0], "right": [0], "value": [0.25]}
DATA: dict[str, Any] = {
    "features": list(NAMES),
    "cuts": {"safe": 0.99, "likely": 0.9, "possible": 0.5},
    "document": {"bias": 0.0, "spin_rate": 1.0, "words": 0.0},
    "gate": {"density": 0.02, "rate": 0.05},
    "background": 0.02,
    "general": {"baseline": -1.0, "depth": 2, "trees": [LEAF, STUMP]},
    "terminology": {"baseline": -2.0, "depth": 2, "trees": [LEAF]},
}


def evidence(*values: float) -> np.ndarray:
    rows = np.zeros((len(values), len(NAMES)), np.float32)
    rows[:, 1] = values
    return rows


def test_confidence_is_the_logistic_of_the_leaves_that_the_evidence_reaches() -> None:
    found = calibration.from_json(json.dumps(DATA)).confidence(evidence(0.4, 0.5, 0.6))
    low, high = (1 / (1 + math.exp(-(-1.0 + 0.25 + leaf))) for leaf in (-2.0, 3.0))
    assert found.tolist() == pytest.approx([low, low, high])


def test_names_and_terms_have_trees_of_their_own_where_nobody_writes_what_stands_there() -> None:
    rows = evidence(0.4, 0.4, 0.4)
    rows[1:, NAMES.index("term")] = 1
    rows[2, NAMES.index("usual")] = 1
    found = calibration.from_json(json.dumps(DATA)).confidence(rows)
    general, terminology = (1 / (1 + math.exp(-logit)) for logit in (-1.0 + 0.25 - 2.0, -2.0 + 0.25))
    assert found.tolist() == pytest.approx([general, terminology, general])


def test_no_candidates_no_confidences() -> None:
    assert calibration.from_json(json.dumps(DATA)).confidence(evidence()).shape == (0,)


def test_a_calibration_for_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="fitted for other features"):
        calibration.from_json(json.dumps({**DATA, "features": ["score"]}))


@pytest.fixture(scope="module")
def shipped() -> calibration.Calibration:
    return calibration.load()


def test_the_shipped_tiers_are_ordered(shipped: calibration.Calibration) -> None:
    safe, likely, possible = (shipped.cuts[tier.value] for tier in Tier)
    assert 1 > safe > likely > possible > 0


def test_a_document_is_the_more_probably_spun_the_higher_its_spin_rate(shipped: calibration.Calibration) -> None:
    found = [shipped.document_probability(rate, 500) for rate in (0.0, 0.001, 0.01, 0.05, 0.2)]
    assert found == sorted(found) and found[0] < 0.1 and found[-1] > 0.9


@pytest.mark.parametrize("name", ["posterior", "score"])
def test_more_of_the_main_evidence_never_lowers_confidence(shipped: calibration.Calibration, name: str) -> None:
    rows = np.random.default_rng(5).normal(0, 3, (300, len(NAMES))).astype(np.float32)
    more = rows.copy()
    more[:, NAMES.index(name)] += 2
    assert (shipped.confidence(more) >= shipped.confidence(rows) - 1e-9).all()
    assert (shipped.confidence(more) > shipped.confidence(rows)).any()
