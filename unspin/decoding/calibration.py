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
NODE = np.dtype([("feature", np.uint8), ("threshold", np.int8), ("left", np.uint8), ("right", np.uint8)])
INNER = 128  # the first number of a tree's inner nodes; its leaves are numbered from 0
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
    layout: tuple[NDArray[Any], ...]
    """The same, as `speedups` reads it; see `_laid_out`."""

    @classmethod
    def of(cls, name: str, data: Mapping[str, NDArray[Any]]) -> Forest:
        """The forest that is kept under a name."""
        columns: dict[str, Any] = {column: data[f"{name}.{column}"].astype(kind) for column, kind in COLUMNS.items()}
        return cls(**columns, depth=int(data[f"{name}.depth"]), layout=_laid_out(**columns))

    def confidence(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probability (n) that a candidate is what the author wrote, for evidence of shape (n, features)."""
        result: NDArray[np.float64] = 1 / (1 + np.exp(-self._leaves(np.ascontiguousarray(evidence, np.float32))))
        return result

    def _leaves(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum of the leaves that each row reaches (n); exact, as float64 has twice the digits of a leaf."""
        if speedups:
            total = np.empty(len(evidence), np.float64)
            nodes, begins, value, first_leaf, thresholds, cuts = self.layout
            speedups.leaves(nodes, begins, value, first_leaf, thresholds, cuts, evidence, total)
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


def _laid_out(
    roots: NDArray[np.int32],
    feature: NDArray[np.int32],
    threshold: NDArray[np.float32],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    value: NDArray[np.float32],
) -> tuple[NDArray[Any], ...]:
    """The columns of a `Forest` as `speedups.leaves` reads them: the inner nodes (NODE), where those of each tree begin and the last end,
    the values of the leaves, where those of each tree begin, the distinct thresholds of each feature, in rising order, and where those of
    each begin and the last end.

    In a tree leaves are numbered from 0, inner nodes from INNER on, the children before the parent. A threshold is numbered from -INNER on
    among those of its feature. ValueError if there are too many for that.
    """
    is_leaf = left == np.arange(len(left))
    inner, leaves = np.flatnonzero(~is_leaf)[::-1], np.flatnonzero(is_leaf)  # children stand behind their parents
    tree = np.searchsorted(roots, np.arange(len(left)), "right") - 1
    inner = inner[np.argsort(tree[inner], kind="stable")]
    of_tree = np.arange(len(roots) + 1)
    begins, first_leaf = (np.searchsorted(tree[of_kind], of_tree).astype(np.int32) for of_kind in (inner, leaves))
    number = np.empty(len(left), np.int64)
    number[leaves] = np.arange(len(leaves)) - first_leaf[tree[leaves]]
    number[inner] = np.arange(len(inner)) - begins[tree[inner]] + INNER
    order = np.lexsort((threshold[inner], feature[inner]))
    features, thresholds = feature[inner][order], threshold[inner][order]
    differs = np.ones(len(inner), np.bool_)
    differs[1:] = (features[1:] != features[:-1]) | (thresholds[1:] != thresholds[:-1])
    cuts = np.searchsorted(features[differs], np.arange(features.max(initial=-1) + 2)).astype(np.int32)
    rank = np.cumsum(differs) - 1 - cuts[features]
    if max(number[leaves].max() + INNER, number.max(), feature.max(), rank.max(initial=0) + 1) >= 2 * INNER:
        raise ValueError("a forest with so many nodes, features or thresholds needs wider nodes")
    nodes = np.empty(len(inner), NODE)
    nodes["threshold"][order] = rank - INNER
    nodes["feature"], nodes["left"], nodes["right"] = feature[inner], number[left[inner]], number[right[inner]]
    return nodes, begins, value[leaves], first_leaf[:-1], thresholds[differs], cuts


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
