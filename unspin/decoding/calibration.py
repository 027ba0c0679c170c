"""From evidence to confidence: gradient-boosted trees, fitted on development data by `benchmarks/fit_calibration.py`, stored as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.features import NAMES
from unspin.native import speedups

FILE = "calibration.json"
LEAF = -1
FORESTS = "general", "terminology"
NODE = "feature", "threshold", "left", "right", "value"
OF_A_TELL = 0.6  # confidence of a tell in a short text, at least: of 25 among development's tortured phrases 19 were exact
NAME_OR_TERM, USUAL = [NAMES.index("name"), NAMES.index("term")], NAMES.index("usual")
RATE_FLOOR = 1e-3  # below this, spin rates of clean text are noise


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees over the columns of `features`, their nodes in one row of arrays; `roots` says where each tree begins.

    A leaf leads to itself, so that every path can be walked `depth` steps.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    depth: int
    baseline: float

    @classmethod
    def of(cls, data: Any) -> Forest:
        """The forest that a calibration file describes."""
        trees = data["trees"]
        sizes = [len(tree["feature"]) for tree in trees]
        roots = np.cumsum([0, *sizes[:-1]])
        column = {name: np.concatenate([tree[name] for tree in trees]) for name in NODE}
        base = np.repeat(roots, sizes)
        leaf = column["feature"] == LEAF
        here = np.arange(len(leaf))
        return cls(
            roots=roots.astype(np.int32),
            feature=np.where(leaf, 0, column["feature"]).astype(np.int32),
            threshold=column["threshold"].astype(np.float32),
            left=np.where(leaf, here, base + column["left"]).astype(np.int32),
            right=np.where(leaf, here, base + column["right"]).astype(np.int32),
            value=column["value"].astype(np.float32),
            depth=data["depth"],
            baseline=data["baseline"],
        )

    def confidence(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probability (n) that a candidate is what the author wrote, for evidence of shape (n, features)."""
        result: NDArray[np.float64] = 1 / (1 + np.exp(-self.baseline - self._leaves(np.ascontiguousarray(evidence, np.float32))))
        return result

    def _leaves(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum of the leaves that each row reaches (n); exact, as float64 has twice the digits of a leaf."""
        if speedups:
            total = np.empty(len(evidence), np.float64)
            nodes = self.roots, self.feature, self.threshold, self.left, self.right, self.value
            speedups.leaves(*nodes, evidence, total, self.depth)
            return total
        columns = evidence.shape[1]
        flat = evidence.ravel()
        row = np.arange(len(evidence), dtype=np.int32)[:, None] * columns
        node = np.broadcast_to(self.roots, (len(evidence), len(self.roots)))
        for _ in range(self.depth):
            goes_left = flat.take(row + self.feature.take(node)) <= self.threshold.take(node)
            node = np.where(goes_left, self.left.take(node), self.right.take(node))
        reached: NDArray[np.float64] = self.value.take(node).sum(axis=1, dtype=np.float64)
        return reached


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two forests: one for `terminology`, names and terms where nobody writes what stands in the text, and one for all else.

    `cuts` gives each tier's lowest confidence, `document` the weights of `document_probability`; `gate` the `density` from which texts are
    decoded, and the spin `rate` of others for a noteworthy score of 1.
    Below the spin rate `background` texts are as good as genuine: an odd word there is the author's own.
    """

    general: Forest
    terminology: Forest
    cuts: dict[str, float]
    document: dict[str, float]
    gate: dict[str, float]
    background: float

    def confidence(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probability (n) that a candidate is what the author wrote, for evidence of shape (n, features)."""
        result = np.empty(len(evidence))
        odd = is_terminology(evidence)
        result[odd] = self.terminology.confidence(evidence[odd])
        result[~odd] = self.general.confidence(evidence[~odd])
        return result

    def document_probability(self, spin_rate: float, words: int) -> float:
        """The probability that a document of so many words with this spin rate is spun at all."""
        weights = self.document
        logit = weights["bias"] + weights["spin_rate"] * np.log(spin_rate + RATE_FLOOR) + weights["words"] * np.log(words + 1.0)
        return float(1 / (1 + np.exp(-logit)))


def is_terminology(evidence: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which candidates (n) are names or terms where the text has no pair of words that people write."""
    named: NDArray[np.bool_] = evidence[:, NAME_OR_TERM].any(axis=1) & (evidence[:, USUAL] == 0)
    return named


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
    general, terminology = (Forest.of(data[name]) for name in FORESTS)
    return Calibration(general, terminology, data["cuts"], data["document"], data["gate"], data["background"])
