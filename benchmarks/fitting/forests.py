"""Gradient-boosted trees: fitted to samples, asked, and written as `unspin.decoding.calibration` reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from lightgbm import LGBMClassifier

from unspin.decoding import calibration
from unspin.decoding.features import MONOTONIC, NAMES

ALL_TREES = {
    "feature_fraction_bynode": 0.3,
    "min_child_samples": 15,
    "reg_lambda": 10.0,
    "random_state": 0,
    "n_jobs": 1,
    "verbose": -1,
}


@dataclass
class Forests:
    """The trees for terminology, and those for all else; see `calibration.Forests`."""

    general: LGBMClassifier
    terminology: LGBMClassifier

    def confidence(self, evidence: np.ndarray) -> np.ndarray:
        """The probability (n) that a candidate is right, for evidence of shape (n, features)."""
        result = np.zeros(len(evidence))
        odd = calibration.is_terminology(evidence)
        for rows, part in ((odd, self.terminology), (~odd, self.general)):
            if rows.any():
                result[rows] = part.predict_proba(evidence[rows])[:, 1]
        return result


def trees(rows: Sequence[np.ndarray], exact: Sequence[np.ndarray], weights: list[float], settings: dict[str, Any]) -> Forests:
    """Trees fitted to the candidates of samples: their evidence, which are exact, and the weight of the sample."""
    evidence, right = np.concatenate(rows), np.concatenate(exact)
    weight = np.repeat(weights, [len(part) for part in exact])
    odd = calibration.is_terminology(evidence)
    monotonic = [int(name in MONOTONIC) for name in NAMES[: evidence.shape[1]]]
    own = {**settings, "n_estimators": settings["n_estimators"] // 2}
    fitted = {
        name: LGBMClassifier(**chosen, **ALL_TREES, monotone_constraints=monotonic).fit(evidence[part], right[part], weight[part])
        for name, part, chosen in (("general", ~odd, settings), ("terminology", odd, own))
    }
    return Forests(**fitted)


def exported(name: str, model: LGBMClassifier) -> dict[str, np.ndarray]:
    """A forest as `calibration.Forest` reads it."""
    nodes: list[tuple[int, float, int, int, float]] = []
    roots, depths = [], []

    def add(node: dict[str, Any]) -> tuple[int, int]:
        here = len(nodes)
        nodes.append((0, 0.0, here, here, node.get("leaf_value", 0.0)))
        if "split_feature" not in node:
            return here, 0
        (left, below), (right, beside) = add(node["left_child"]), add(node["right_child"])
        nodes[here] = node["split_feature"], node["threshold"], left, right, 0.0
        return here, max(below, beside) + 1

    for tree in model.booster_.dump_model()["tree_info"]:
        root, depth = add(tree["tree_structure"])
        roots.append(root)
        depths.append(depth)
    feature, threshold, left, right, value = zip(*nodes, strict=True)
    return {
        f"{name}.roots": np.array(roots, np.int32),
        f"{name}.feature": np.array(feature, np.int32),
        f"{name}.threshold": np.array(threshold, np.float32),
        f"{name}.left": np.array(left, np.int32),
        f"{name}.right": np.array(right, np.int32),
        f"{name}.value": np.array(value, np.float32),
        f"{name}.depth": np.array(max(depths)),
    }
