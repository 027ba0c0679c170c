"""From evidence to confidence: gradient-boosted trees, fitted on development data by `benchmarks/fit_calibration.py`, stored as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import exp, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.features import FIRST, NAMES
from unspin.decoding.selection import RATE_FLOOR
from unspin.native import speedups

FILE, TREES = "calibration.json", "calibration.npz"
PARTS = "general", "terminology"
COLUMNS: dict[str, type] = {
    "roots": np.int32,
    "feature": np.int32,
    "threshold": np.float32,
    "left": np.int32,
    "right": np.int32,
    "value": np.float32,
}
NODE = np.dtype([("threshold", np.float32), ("next", np.uint32)])
FEATURE_BITS = 8  # the lowest of `next`
NAME, TERM, USUAL, SPUN_WORDS = (NAMES.index(name) for name in ("name", "term", "usual", "spun_words"))
LONG = 2000  # words; more of them are no further evidence


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
    nodes: NDArray[np.void]
    leaves: NDArray[np.float32]
    """The nodes and their values, as `speedups` reads them: first the roots, then side by side the two that follow each inner node."""

    @classmethod
    def of(cls, name: str, data: Mapping[str, NDArray[Any]]) -> Forest:
        """The forest that is kept under a name."""
        columns: dict[str, Any] = {column: data[f"{name}.{column}"].astype(kind) for column, kind in COLUMNS.items()}
        roots, left, right = columns["roots"], columns["left"], columns["right"]
        if len(left) >> (32 - FEATURE_BITS) or columns["feature"].max(initial=0) >> FEATURE_BITS:
            raise ValueError("a forest with so many nodes or features needs wider nodes")
        inner = np.flatnonzero(left != np.arange(len(left)))
        place = np.empty(len(left), np.uint32)
        place[roots] = np.arange(len(roots))
        place[left[inner]] = pairs = len(roots) + 2 * np.arange(len(inner))
        place[right[inner]] = pairs + 1
        threshold = np.full(len(left), np.inf, np.float32)  # of a leaf, which leads to itself
        threshold[inner] = columns["threshold"][inner]
        nodes, leaves = np.empty(len(left), NODE), np.empty(len(left), np.float32)
        nodes["threshold"][place] = threshold
        nodes["next"][place] = place[left] << FEATURE_BITS | columns["feature"].astype(np.uint32)
        leaves[place] = columns["value"]
        return cls(**columns, depth=int(data[f"{name}.depth"]), nodes=nodes, leaves=leaves)

    def confidence(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probability (n) that a candidate is what the author wrote, for evidence of shape (n, features)."""
        result: NDArray[np.float64] = 1 / (1 + np.exp(-self._leaves(np.ascontiguousarray(evidence, np.float32))))
        return result

    def _leaves(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum of the leaves that each row reaches (n); exact, as float64 has twice the digits of a leaf."""
        if speedups:
            total = np.empty(len(evidence), np.float64)
            speedups.leaves(self.nodes, self.leaves, evidence, total, len(self.roots), self.depth)
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
class Forests:
    """Two forests: one for `terminology`, names, and terms where nobody writes what stands in the text, and one for all else."""

    general: Forest
    terminology: Forest

    @classmethod
    def of(cls, name: str, data: Mapping[str, NDArray[Any]]) -> Forests:
        """The forests that are kept under a name."""
        return cls(*(Forest.of(f"{name}.{part}", data) for part in PARTS))

    def confidence(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probability (n) that a candidate is what the author wrote, for evidence of shape (n, features)."""
        result = np.empty(len(evidence))
        if not len(evidence):
            return result
        odd = is_terminology(evidence)
        result[odd] = self.terminology.confidence(evidence[odd])
        result[~odd] = self.general.confidence(evidence[~odd])
        return result


@dataclass(frozen=True, slots=True)
class DocumentModel:
    """A logistic regression: weights of the log of a document's spin rate and of the log of its length."""

    bias: float
    spin_rate: float
    words: float

    def probability(self, spin_rate: float, words: int) -> float:
        """The probability that a document of so many words with this spin rate is spun at all."""
        length = log(min(words, LONG) + 1.0)
        logit = self.bias + self.spin_rate * log(spin_rate + RATE_FLOOR) + self.words * length
        return 1 / (1 + exp(-logit))


@dataclass(frozen=True, slots=True)
class Scale:
    """What confidences and spin rates mean.

    `cuts` gives each tier's lowest confidence, `short` the same in texts too short for a spin rate of their own, `document`
    says whether a text is spun at all. Below the spin rate `background` texts are as good as genuine: an odd word there is the author's
    own.
    """

    cuts: dict[str, float]
    short: dict[str, float]
    document: DocumentModel
    background: float

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Scale:
        """The scale that is kept with a fit's other figures."""
        return cls(data["cuts"], data["short"], DocumentModel(**data["document"]), data["background"])


@dataclass(frozen=True, slots=True)
class Calibration:
    """The forests of the `first` and the `second` look; see `features`. `gate` gives the `density` from which texts are decoded, and the
    spin `rate` of others for a density of 1."""

    first: Forests
    second: Forests
    scale: Scale
    gate: dict[str, float]


def is_terminology(evidence: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which candidates (n) are names, or terms where the text has a pair of words that nobody writes, or no pair."""
    odd = evidence[:, USUAL] < np.maximum(evidence[:, SPUN_WORDS] - 1, 1)
    result: NDArray[np.bool_] = (evidence[:, NAME] != 0) | (evidence[:, TERM] != 0) & odd
    return result


@lru_cache(maxsize=1)
def load() -> Calibration:
    """The calibration that ships with unspin. ValueError if it was fitted for other features than this version computes."""
    folder = resources.files("unspin.decoding")
    with (folder / TREES).open("rb") as file, np.load(file) as trees:
        return of(json.loads((folder / FILE).read_text(encoding="utf-8")), {name: trees[name] for name in trees.files})


def of(data: Mapping[str, Any], trees: Mapping[str, NDArray[Any]]) -> Calibration:
    """A calibration from its figures and its trees. ValueError if it was fitted for other features than this version computes."""
    if tuple(data["features"]) != NAMES or tuple(data["first_features"]) != FIRST:
        raise ValueError("the calibration was fitted for other features; run benchmarks/fit_calibration.py")
    return Calibration(Forests.of("first", trees), Forests.of("second", trees), Scale.of(data), data["gate"])
