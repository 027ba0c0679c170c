from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from unspin.decoding import calibration
from unspin.decoding.features import FIRST, NAMES
from unspin.findings import Tier

STUMP = [(1, 0.5, 1, 2, 0.0), (0, 0.0, 1, 1, -2.0), (0, 0.0, 2, 2, 3.0)]
"""A tree: the feature of each node, its threshold, where the way goes on left and right, and the value."""


def leaf(value: float) -> list[tuple[int, float, int, int, float]]:
    return [(0, 0.0, 0, 0, value)]


def forest(name: str, *trees: list[tuple[int, float, int, int, float]]) -> dict[str, np.ndarray]:
    roots, nodes = [], []
    for tree in trees:
        roots.append(len(nodes))
        nodes += [(feature, cut, left + roots[-1], right + roots[-1], value) for feature, cut, left, right, value in tree]
    columns = dict(zip(("feature", "threshold", "left", "right", "value"), map(np.array, zip(*nodes, strict=True)), strict=True))
    return {f"{name}.{column}": values for column, values in {**columns, "roots": np.array(roots), "depth": np.array(2)}.items()}


TREES = {
    **forest("first.general", leaf(-0.75), STUMP),
    **forest("first.terminology", leaf(-1.75)),
    **forest("second.general", leaf(0.0)),
    **forest("second.terminology", leaf(0.0)),
}
DATA: dict[str, Any] = {
    "first_features": list(FIRST),
    "features": list(NAMES),
    "cuts": {"safe": 0.99, "likely": 0.9, "possible": 0.5},
    "short": {"safe": 0.99, "likely": 0.95, "possible": 0.3},
    "document": {"bias": 0.0, "spin_rate": 1.0, "words": 0.0},
    "gate": {"density": 0.02, "rate": 0.05},
    "background": 0.02,
}


def evidence(*values: float) -> np.ndarray:
    rows = np.zeros((len(values), len(NAMES)), np.float32)
    rows[:, 1] = values
    return rows


def test_confidence_is_the_logistic_of_the_leaves_that_the_evidence_reaches() -> None:
    found = calibration.of(DATA, TREES).first.confidence(evidence(0.4, 0.5, 0.6))
    low, high = (1 / (1 + math.exp(-(-1.0 + 0.25 + leaf))) for leaf in (-2.0, 3.0))
    assert found.tolist() == pytest.approx([low, low, high])


def test_names_and_terms_have_trees_of_their_own_where_nobody_writes_what_stands_there() -> None:
    rows = evidence(0.4, 0.4, 0.4)
    rows[1:, NAMES.index("term")] = 1
    rows[2, NAMES.index("usual")] = 1
    found = calibration.of(DATA, TREES).first.confidence(rows)
    general, terminology = (1 / (1 + math.exp(-logit)) for logit in (-1.0 + 0.25 - 2.0, -2.0 + 0.25))
    assert found.tolist() == pytest.approx([general, terminology, general])


def test_no_candidates_no_confidences() -> None:
    assert calibration.of(DATA, TREES).first.confidence(evidence()).shape == (0,)


def test_trees_too_large_to_be_numbered_are_refused() -> None:
    nodes = [(1, float(i), 2 * i + 1, 2 * i + 2, 0.0) for i in range(128)]
    tree = [*nodes, *((0, 0.0, i, i, 1.0) for i in range(128, 257))]
    with pytest.raises(ValueError, match="wider nodes"):
        calibration.Forest.of("large", forest("large", tree))


@pytest.mark.parametrize("which", ["features", "first_features"])
def test_a_calibration_for_other_features_is_refused(which: str) -> None:
    with pytest.raises(ValueError, match="fitted for other features"):
        calibration.of({**DATA, which: ["score"]}, TREES)


@pytest.fixture(scope="module")
def shipped() -> calibration.Calibration:
    return calibration.load()


def test_the_shipped_tiers_are_ordered(shipped: calibration.Calibration) -> None:
    safe, likely, possible = (shipped.scale.cuts[tier.value] for tier in Tier)
    assert 1 > safe > likely > possible > 0


def test_a_document_is_the_more_probably_spun_the_higher_its_spin_rate(shipped: calibration.Calibration) -> None:
    found = [shipped.scale.document.probability(rate, 500) for rate in (0.0, 0.001, 0.01, 0.05, 0.2)]
    assert found == sorted(found) and found[0] < 0.1 and found[-1] > 0.9


MAIN = [("first", "posterior"), ("first", "score"), ("second", "guess"), ("second", "pair_reliability")]


@pytest.mark.parametrize(("look", "name"), MAIN)
def test_more_of_the_main_evidence_never_lowers_confidence(shipped: calibration.Calibration, look: str, name: str) -> None:
    forests, names = getattr(shipped, look), NAMES if look == "second" else FIRST
    rows = np.random.default_rng(5).normal(0, 3, (300, len(names))).astype(np.float32)
    more = rows.copy()
    more[:, names.index(name)] += 2
    assert (forests.confidence(more) >= forests.confidence(rows) - 1e-9).all()
    assert (forests.confidence(more) > forests.confidence(rows)).any()


@pytest.mark.parametrize(
    ("kind", "words", "usual", "expected"),
    [
        ("name", 2, 1, True),
        ("term", 2, 0, True),
        ("term", 2, 1, False),
        ("term", 3, 1, True),  # "bolster vector machine": nobody writes the one pair, all write the other
        ("term", 3, 2, False),
        ("term", 1, 0, True),
        ("collocation", 3, 0, False),
    ],
)
def test_terminology_is_names_and_terms_with_an_unheard_of_pair(kind: str, words: int, usual: int, expected: bool) -> None:
    evidence = np.zeros((1, len(FIRST)), np.float32)
    for name, value in ((kind, 1), ("spun_words", words), ("usual", usual)):
        evidence[0, FIRST.index(name)] = value
    assert calibration.is_terminology(evidence).tolist() == [expected]
