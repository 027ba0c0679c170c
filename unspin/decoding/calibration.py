"""From evidence to confidence: gradient-boosted trees, fitted on development data by `benchmarks/fit_calibration.py`, stored as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.features import NAMES

FILE = "calibration.json"
LEAF = -1


@dataclass(frozen=True, slots=True)
class Calibration:
    """Trees over the columns of `features`, as matrices (trees, nodes); node 0 is the root, and a leaf's `feature` is -1.

    `cuts` gives each tier's lowest confidence, `document` the weights of `document_probability`.
    """

    feature: NDArray[np.int8]
    threshold: NDArray[np.float32]
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    value: NDArray[np.float32]
    depth: int
    baseline: float
    cuts: dict[str, float]
    document: dict[str, float]

    def confidence(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probability (n) that a candidate is what the author wrote, for evidence of shape (n, features)."""
        trees = np.arange(len(self.feature))[None, :]
        rows = np.arange(len(evidence))[:, None]
        node = np.zeros((len(evidence), len(self.feature)), np.int16)
        for _ in range(self.depth):
            feature = self.feature[trees, node]
            goes_left = evidence[rows, feature] <= self.threshold[trees, node]
            below = np.where(goes_left, self.left[trees, node], self.right[trees, node])
            node = np.where(feature == LEAF, node, below)
        logit = self.baseline + self.value[trees, node].sum(axis=1, dtype=np.float64)
        result: NDArray[np.float64] = 1 / (1 + np.exp(-logit))
        return result

    def document_probability(self, spin_rate: float, words: int) -> float:
        """The probability that a document of so many words with this spin rate is spun at all."""
        weights = self.document
        logit = weights["bias"] + weights["spin_rate"] * np.log(max(spin_rate, 1e-6)) + weights["words"] * np.log(words + 1.0)
        return float(1 / (1 + np.exp(-logit)))


@lru_cache(maxsize=1)
def load() -> Calibration:
    """The calibration that ships with unspin."""
    text = (resources.files("unspin.decoding") / FILE).read_text(encoding="utf-8")
    return from_json(text)


def from_json(text: str) -> Calibration:
    """Read a calibration. ValueError if it was fitted for other features than this version computes."""
    data = json.loads(text)
    if tuple(data["features"]) != NAMES:
        raise ValueError("the calibration was fitted for other features; run benchmarks/fit_calibration.py")
    size = max(len(tree["feature"]) for tree in data["trees"])

    def matrix(name: str, kind: type, fill: float) -> NDArray[np.generic]:
        return np.array([tree[name] + [fill] * (size - len(tree[name])) for tree in data["trees"]], kind)

    return Calibration(
        feature=matrix("feature", np.int8, LEAF),  # type: ignore[arg-type]
        threshold=matrix("threshold", np.float32, 0),  # type: ignore[arg-type]
        left=matrix("left", np.int16, 0),  # type: ignore[arg-type]
        right=matrix("right", np.int16, 0),  # type: ignore[arg-type]
        value=matrix("value", np.float32, 0),  # type: ignore[arg-type]
        depth=data["depth"],
        baseline=data["baseline"],
        cuts=data["cuts"],
        document=data["document"],
    )
