"""Fit the calibration on development data and write unspin/decoding/calibration.json.

    python benchmarks/fit_calibration.py PAIRS.jsonl CLEAN.jsonl

PAIRS holds {"spun", "edits"} records, CLEAN {"text"} records, as for `unspin eval`. Every figure it prints, and the cuts of the tiers, come
from five-fold cross-validation by document: no document is judged by trees that saw it. Needs the extra `benchmark`.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from unspin.decoding import calibration
from unspin.decoding.decoder import Decoding, decode
from unspin.decoding.features import MONOTONIC, NAMES, features
from unspin.decoding.selection import expected_share, select
from unspin.document import Document
from unspin.evaluation import pairs
from unspin.evaluation.matching import match
from unspin.findings import Edit, Tier
from unspin.rewriting import rewrite
from unspin.unspinner import load_channel

PRECISION = {Tier.SAFE: 0.98, Tier.LIKELY: 0.90}
"""What a tier promises of all its edits, safer ones included."""
POSSIBLE = 0.50  # the confidence from which an edit is more likely right than wrong
TREES = {
    "max_iter": 300,
    "learning_rate": 0.06,
    "max_leaf_nodes": 31,
    "max_depth": 7,
    "max_features": 0.3,
    "min_samples_leaf": 15,
    "l2_regularization": 10.0,
}
FOLDS = 5


@dataclass
class Sample:
    """One development document, decoded: the evidence for its candidates and which of them are exact."""

    pair: pairs.Pair
    decoding: Decoding
    evidence: np.ndarray
    exact: np.ndarray
    words: int


def sample(pair: pairs.Pair, channel) -> Sample:
    doc = Document(pair.text)
    decoding = decode(doc, channel)
    evidence = features(doc, decoding, channel)
    exact = np.zeros(len(evidence), bool)
    for i in range(len(evidence)):
        start, end, after = rewrite(doc, decoding.arcs, i, channel.lexicon)
        edit = Edit(start, end, pair.text[start:end], after, "", "", 0.0, Tier.POSSIBLE)
        exact[i] = match(pair.text, [edit], pair.gold).exact[0]
    return Sample(pair, decoding, evidence, exact, len(doc))


def trees(evidence: np.ndarray, exact: np.ndarray) -> HistGradientBoostingClassifier:
    monotonic = [MONOTONIC.get(name, 0) for name in NAMES]
    return HistGradientBoostingClassifier(**TREES, monotonic_cst=monotonic, random_state=0).fit(evidence, exact)


def cross_validated(samples: list[Sample]) -> list[np.ndarray]:
    """Each document's confidences, from trees that did not see it."""
    groups = np.repeat(np.arange(len(samples)), [len(s.exact) for s in samples])
    evidence, exact = np.concatenate([s.evidence for s in samples]), np.concatenate([s.exact for s in samples])
    confidence = np.zeros(len(exact))
    for seen, unseen in GroupKFold(FOLDS, shuffle=True, random_state=0).split(evidence, exact, groups):
        confidence[unseen] = trees(evidence[seen], exact[seen]).predict_proba(evidence[unseen])[:, 1]
    return np.split(confidence, np.cumsum([len(s.exact) for s in samples])[:-1])


def lowest_cut(confidence: np.ndarray, exact: np.ndarray, precision: float) -> float:
    """The lowest confidence from which the edits of spun documents keep this precision."""
    order = np.argsort(-confidence)
    achieved = np.cumsum(exact[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(achieved >= precision)
    return round(float(confidence[order][enough[-1]]), 4) if len(enough) else 1.0


def auc(spun: np.ndarray, clean: np.ndarray) -> float:
    return float((spun[:, None] > clean[None, :]).mean() + (spun[:, None] == clean[None, :]).mean() / 2)


def exported(model: HistGradientBoostingClassifier) -> list[dict[str, list[float]]]:
    result = []
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        result.append(
            {
                "feature": np.where(leaf, calibration.LEAF, nodes["feature_idx"]).tolist(),
                "threshold": [float(f"{x:.6g}") for x in np.where(leaf, 0, nodes["num_threshold"])],
                "left": np.where(leaf, 0, nodes["left"]).tolist(),
                "right": np.where(leaf, 0, nodes["right"]).tolist(),
                "value": [float(f"{x:.5g}") for x in np.where(leaf, nodes["value"], 0)],
            }
        )
    return result


@click.command()
@click.argument("pair_file", type=click.Path(exists=True, path_type=Path))
@click.argument("clean_file", type=click.Path(exists=True, path_type=Path))
@click.option("--write/--dry-run", default=True, help="Write the calibration, or only print the figures.")
def main(pair_file: Path, clean_file: Path, write: bool) -> None:
    """Fit the calibration on PAIR_FILE and CLEAN_FILE."""
    channel = load_channel(progress=click.echo)
    samples = [sample(pair, channel) for path in (pair_file, clean_file) for pair in pairs.read(path)]
    confidences = cross_validated(samples)

    chosen = [select(s.decoding.arcs, c, 0.02) for s, c in zip(samples, confidences, strict=True)]
    spun = np.array([not s.pair.clean for s in samples])
    of_spun = [k for k in range(len(samples)) if spun[k]]
    confidence = np.concatenate([confidences[k][chosen[k]] for k in of_spun])
    exact = np.concatenate([samples[k].exact[chosen[k]] for k in of_spun])
    alarms = np.concatenate([confidences[k][chosen[k]] for k in range(len(samples)) if not spun[k]])
    gold = sum(len(s.pair.gold) for s in samples)
    clean_words = sum(s.words for s, is_spun in zip(samples, spun, strict=True) if not is_spun)

    cuts = {tier: lowest_cut(confidence, exact, precision) for tier, precision in PRECISION.items()} | {Tier.POSSIBLE: POSSIBLE}
    figures = {}
    for tier, cut in cuts.items():
        above = confidence >= cut
        precision, recall = float(exact[above].mean()), float(exact[above].sum() / gold)
        f_half = 1.25 * precision * recall / (0.25 * precision + recall)
        per_100k = float((alarms >= cut).sum() / clean_words * 1e5)
        figures[tier.value] = {
            "cut": cut, "precision": round(precision, 3), "recall": round(recall, 3), "f0.5": round(f_half, 3),
            "false_alarms_per_100k": round(per_100k, 1),
        }  # fmt: skip
        click.echo(f"{tier.value:9} {figures[tier.value]}")
    click.echo("reliability (confidence: share exact, of n)")
    for low in np.arange(0, 1, 0.1):
        inside = (confidence >= low) & (confidence < low + 0.1)
        if inside.any():
            click.echo(f"  {low:.1f}-{low + 0.1:.1f}: mean {confidence[inside].mean():.3f}, exact {exact[inside].mean():.3f} of {inside.sum()}")

    rates = np.array([expected_share(s.decoding, c) for s, c in zip(samples, confidences, strict=True)])
    em = np.array([s.decoding.spin_rate for s in samples])
    click.echo(f"spun against clean: AUC {auc(rates[spun], rates[~spun]):.4f} (EM estimate alone {auc(em[spun], em[~spun]):.4f})")
    words = np.array([s.words for s in samples])
    document = LogisticRegression(class_weight="balanced").fit(np.stack([np.log(np.maximum(rates, 1e-6)), np.log(words + 1.0)], 1), spun)

    model = trees(np.concatenate([s.evidence for s in samples]), np.concatenate([s.exact for s in samples]))
    data = {
        "provenance": {
            "fitted_by": "benchmarks/fit_calibration.py",
            "date": datetime.date.today().isoformat(),
            "spun_documents": int(spun.sum()),
            "clean_documents": int((~spun).sum()),
            "cross_validated": figures,
        },
        "features": NAMES,
        "cuts": {tier.value: cut for tier, cut in cuts.items()},
        "document": {
            "bias": round(float(document.intercept_[0]), 4),
            "spin_rate": round(float(document.coef_[0, 0]), 4),
            "words": round(float(document.coef_[0, 1]), 4),
        },
        "baseline": float(model._baseline_prediction[0, 0]),
        "depth": max(int(p.nodes["depth"].max()) for (p,) in model._predictors),
        "trees": exported(model),
    }
    if write:
        target = Path(calibration.__file__).with_name(calibration.FILE)
        head = json.dumps({k: v for k, v in data.items() if k != "trees"}, indent=1)
        body = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in data["trees"])
        target.write_text(f'{head[:-2]},\n "trees": [\n{body}\n]\n}}\n', encoding="utf-8")
        click.echo(f"written: {target}")


if __name__ == "__main__":
    main()
