"""Fit the calibration on development data and write unspin/decoding/calibration.json and reliability.tsv.

    python benchmarks/fit_calibration.py PAIRS.jsonl CLEAN.jsonl [TORTURED.tsv] [--clean MORE_CLEAN.jsonl]…

PAIRS holds {"spun", "edits"} records, CLEAN {"text"} records, as for `unspin eval`; TORTURED lines of tortured phrase <TAB> expected term.
Where the clean text is of other genres than the spun (see clean_text.py), the trees learn what genuine text of these looks like too.
The trees also see short texts: each tortured phrase in a sentence, and single sentences of the documents. Every figure it prints,
and the cuts of the tiers, come from five-fold cross-validation by document (by package, where the id is a path): none is judged by trees
or by reliabilities that saw it. Needs the extra `benchmark`.

Two hundred spun documents are few, and all by one spinner, so the trees also see simulated ones (`spinning.py`): the training documents'
originals and genuine news, spun with what stands in the training documents only. They take no part in reliabilities or figures.

Other spinners have other tables, so the reliability of a random part of the pairs is hidden: from the trees, that they learn to do without,
and from the figures, so that the cuts hold for a spinner of which half of the pairs are new. Both figures are printed.
"""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import click
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from spinning import Spinner, original
from tortured import plain, read

from unspin.decoding import calibration, reliability
from unspin.decoding.decoder import Decoding, decode
from unspin.decoding.features import MONOTONIC, NAMES, features, texts
from unspin.decoding.gate import Gate, Suspicion
from unspin.decoding.lattice import Channel
from unspin.decoding.reliability import Reliability
from unspin.decoding.selection import expected_share, select
from unspin.document import Document
from unspin.evaluation import pairs
from unspin.evaluation.matching import match
from unspin.findings import Edit, Tier
from unspin.rewriting import rewrite
from unspin.unspinner import load_channel

PRIOR = 3.0  # right cases that a pair is credited with in advance, as many as expected
OTHER_TABLE = 0.5  # weight of a miss in spun text: another spinner may write the pair
HIDDEN_FROM_TREES, HIDDEN_FROM_FIGURES = 30, 50  # percent of pairs
PRECISION = {Tier.SAFE: 0.98, Tier.LIKELY: 0.90}
"""What a tier promises of all its edits, safer ones included."""
WORTH_KEEPING = 0.05
LET_THROUGH = 0.99  # of the right edits of tier likely: these must lie in texts that the gate has decoded
ABOVE_BACKGROUND = 0.97  # of the same edits: these must lie in texts whose spin rate is no mere background
PAIR, SPAN = NAMES.index("pair_reliability"), NAMES.index("span_reliability")
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
TREE = re.compile(r"\{\s*\"feature\".*?\}", re.DOTALL)
"""A tree of the calibration file; it stands on one line."""
FOLDS = 5
QUICK = {**TREES, "max_iter": 100, "learning_rate": 0.12}
"""For the first guess, which only says what a pair's share of right cases is compared with."""
EVERY = 5  # of the sentences of a document, one in so many is also read alone
SHORT = "short text"
SIMULATED = "simulated"
TORTURED = "tortured phrase"
TORTURED_WEIGHT = 5.0  # whoever reads a single sentence does so because it looks odd
CARRIERS = [
    ("In this paper we study", "and compare it with earlier work."),
    ("The authors propose a method for", "in three steps."),
    ("Recent progress in", "has drawn much attention."),
    ("We first describe", "and then discuss the results."),
]


@dataclass
class Sample:
    """One development document, decoded: the evidence for its candidates and which of them are exact."""

    pair: pairs.Pair
    decoding: Decoding
    evidence: np.ndarray
    exact: np.ndarray
    words: int
    group: str
    suspicion: Suspicion
    spun: list[str]
    canonical: list[str]


def sample(pair: pairs.Pair, channel: Channel, gate: Gate, group: str = "") -> Sample:
    doc = Document(pair.text)
    decoding = decode(doc, channel)
    evidence = features(doc, decoding, channel, Reliability({}))
    exact = np.zeros(len(evidence), bool)
    for i in range(len(evidence)):
        start, end, after = rewrite(doc, decoding.arcs, i, channel.lexicon)
        edit = Edit(start, end, pair.text[start:end], after, "", "", 0.0, Tier.POSSIBLE)
        exact[i] = match(pair.text, [edit], pair.gold).exact[0]
    return Sample(
        pair,
        decoding,
        evidence,
        exact,
        len(doc),
        (group or pair.id).split("/")[0],
        gate.look(pair.text),
        *texts(doc, decoding, channel),
    )


@dataclass
class Forests:
    """The trees for terminology, and those for all else; see `calibration.Calibration`."""

    general: HistGradientBoostingClassifier
    terminology: HistGradientBoostingClassifier


def trees(samples: list[Sample], evidence: list[np.ndarray], settings: dict[str, Any]) -> Forests:
    """Trees fitted to the candidates of samples, with this evidence for each."""
    weights = [np.full(len(s.exact), TORTURED_WEIGHT if s.pair.id.startswith(TORTURED) else 1.0) for s in samples]
    rows, exact, weight = np.concatenate(evidence), np.concatenate([s.exact for s in samples]), np.concatenate(weights)
    odd = calibration.is_terminology(rows)
    monotonic = [MONOTONIC.get(name, 0) for name in NAMES]
    general = HistGradientBoostingClassifier(**settings, monotonic_cst=monotonic, random_state=0).fit(rows[~odd], exact[~odd])
    own = {**settings, "max_iter": settings["max_iter"] // 2}
    terminology = HistGradientBoostingClassifier(**own, monotonic_cst=monotonic, random_state=0).fit(
        rows[odd], exact[odd], weight[odd]
    )
    return Forests(general, terminology)


class Tally:
    """For each pair and each spun phrase: how often it was right, and how often that was expected."""

    def __init__(self) -> None:
        self.right: Counter[tuple[str, str]] = Counter()
        self.expected: Counter[tuple[str, str]] = Counter()

    def add(self, item: Sample, confidence: np.ndarray, sign: int = 1) -> None:
        for spun, canonical, exact, expected in zip(item.spun, item.canonical, item.exact, confidence, strict=True):
            weight = sign if exact or item.pair.clean else sign * OTHER_TABLE
            for key in ((spun, canonical), (spun, reliability.ANY)):
                self.right[key] += weight * exact
                self.expected[key] += weight * expected

    def factors(self, keys=None) -> dict[tuple[str, str], float]:
        keys = self.expected if keys is None else keys
        return {key: log((self.right[key] + PRIOR) / (self.expected[key] + PRIOR)) for key in keys}


def with_reliability(item: Sample, tally: Tally, hidden: int, salt: str) -> np.ndarray:
    """The evidence, completed by what a tally says of pairs that are not hidden."""
    keys = {key for s, c in zip(item.spun, item.canonical, strict=True) for key in ((s, c), (s, reliability.ANY))}
    factors = tally.factors({key for key in keys if crc32(f"{salt}{key}".encode()) % 100 >= hidden}) if keys else {}
    evidence = item.evidence.copy()
    if len(evidence):
        evidence[:, PAIR], evidence[:, SPAN] = Reliability(factors).of(item.spun, item.canonical)
    return evidence


def short(item: Sample) -> bool:
    return item.pair.id.startswith((SHORT, TORTURED, SIMULATED))


def without_itself(item: Sample, confidence: np.ndarray, tally: Tally) -> np.ndarray:
    if short(item):
        return with_reliability(item, tally, HIDDEN_FROM_TREES, "trees")
    tally.add(item, confidence, -1)
    evidence = with_reliability(item, tally, HIDDEN_FROM_TREES, "trees")
    tally.add(item, confidence)
    return evidence


def fit(samples: list[Sample], first_guess: list[np.ndarray], simulated: list[Sample]) -> tuple[Forests, Tally]:
    """Trees and tally; a document's own cases are taken out of the tally before the trees see it, and simulated ones show none."""
    tally = Tally()
    for item, confidence in zip(samples, first_guess, strict=True):
        if not short(item):
            tally.add(item, confidence)
    evidence = [without_itself(item, confidence, tally) for item, confidence in zip(samples, first_guess, strict=True)]
    evidence += [item.evidence for item in simulated]
    return trees(samples + simulated, evidence, TREES), tally


@dataclass
class Fold:
    """The samples that a fit sees, by number, and those that it does not; and documents simulated from the former."""

    seen: np.ndarray
    unseen: np.ndarray
    simulated: list[Sample]


def folds(samples: list[Sample], simulated: Callable[[np.ndarray], list[Sample]]) -> list[Fold]:
    numbers = np.arange(len(samples))
    _, groups = np.unique([item.group for item in samples], return_inverse=True)
    splits = GroupKFold(FOLDS, shuffle=True, random_state=0).split(numbers, numbers, groups)
    return [Fold(seen, unseen, simulated(seen)) for seen, unseen in splits]


def short_texts(documents: list[pairs.Pair], tortured: Path | None) -> Iterator[tuple[pairs.Pair, str]]:
    """Single sentences, spun and clean, each with what it must not be parted from between training and test."""
    for pair in documents:
        doc = Document(pair.text)
        for sentence in doc.sentences[::EVERY]:
            start, end = doc.starts[sentence.first], doc.ends[sentence.last - 1]
            gold = (replace(g, start=g.start - start, end=g.end - start) for g in pair.gold if start <= g.start and g.end <= end)
            yield pairs.Pair(f"{SHORT} {pair.id}", pair.text[start:end] + ".", tuple(gold), pair.clean), pair.id
    for number, (phrase, term) in enumerate(read(tortured) if tortured else []):
        before, after = CARRIERS[number % len(CARRIERS)]
        record = {"spun": f"{before} {phrase} {after}", "original": f"{before} {term} {after}"}
        yield pairs.parse(record, f"{TORTURED} {number}"), plain(term)


def simulate(news: list[pairs.Pair], n: int, channel: Channel, gate: Gate) -> list[Sample]:
    """So many documents, made from nothing but these, spun and genuine."""
    spinner = Spinner(pair for pair in news if not pair.clean)
    random = Random(0)
    sources = [original(pair) for pair in news]
    texts = [text for _ in range(n // len(sources) + 1) for text in random.sample(sources, len(sources))]
    return [sample(spinner.spin(text, SIMULATED, random), channel, gate) for text in texts[:n]]


def predict(model: Forests, evidence: np.ndarray) -> np.ndarray:
    result = np.zeros(len(evidence))
    odd = calibration.is_terminology(evidence)
    for rows, part in ((odd, model.terminology), (~odd, model.general)):
        if rows.any():
            result[rows] = part.predict_proba(evidence[rows])[:, 1]
    return result


def guessed(samples: list[Sample], parts: list[Fold]) -> list[np.ndarray]:
    """Each document's confidences without reliabilities, from trees that did not see it."""
    result: dict[int, np.ndarray] = {}
    for fold in parts:
        seen = [*(samples[k] for k in fold.seen), *fold.simulated]
        model = trees(seen, [item.evidence for item in seen], QUICK)
        result |= {k: predict(model, samples[k].evidence) for k in fold.unseen}
    return [result[k] for k in range(len(samples))]


def cross_validated(
    samples: list[Sample], first_guess: list[np.ndarray], parts: list[Fold], hidden: Sequence[int]
) -> Iterator[list[np.ndarray]]:
    """Each document's confidences, from trees and reliabilities that did not see it; for each percentage of hidden pairs."""
    results: list[dict[int, np.ndarray]] = [{} for _ in hidden]
    for fold in parts:
        model, tally = fit([samples[k] for k in fold.seen], [first_guess[k] for k in fold.seen], fold.simulated)
        for result, percent in zip(results, hidden, strict=True):
            result |= {k: predict(model, with_reliability(samples[k], tally, percent, "figures")) for k in fold.unseen}
    for result in results:
        yield [result[k] for k in range(len(samples))]


def lowest_cut(confidence: np.ndarray, exact: np.ndarray, precision: float) -> float:
    """The lowest confidence from which the edits of spun documents keep this precision."""
    order = np.argsort(-confidence)
    achieved = np.cumsum(exact[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(achieved >= precision)
    return round(float(confidence[order][enough[-1]]), 4) if len(enough) else 1.0


def auc(spun: np.ndarray, clean: np.ndarray) -> float:
    return float((spun[:, None] > clean[None, :]).mean() + (spun[:, None] == clean[None, :]).mean() / 2)


def exported(model: HistGradientBoostingClassifier) -> dict[str, Any]:
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
    return {
        "baseline": float(model._baseline_prediction[0, 0]),
        "depth": max(int(p.nodes["depth"].max()) for (p,) in model._predictors),
        "trees": result,
    }


def report(samples: list[Sample], confidences: list[np.ndarray]) -> dict[str, dict[str, float]]:
    """Print, and return by tier, what these confidences are worth."""
    chosen = [select(s.decoding.arcs, c, 0.02) for s, c in zip(samples, confidences, strict=True)]
    of_spun = [k for k, s in enumerate(samples) if not s.pair.clean]
    of_clean = [k for k, s in enumerate(samples) if s.pair.clean]
    confidence = np.concatenate([confidences[k][chosen[k]] for k in of_spun])
    exact = np.concatenate([samples[k].exact[chosen[k]] for k in of_spun])
    alarms = np.concatenate([confidences[k][chosen[k]] for k in of_clean])
    gold = sum(len(s.pair.gold) for s in samples)
    clean_words = sum(samples[k].words for k in of_clean)

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
        click.echo(f"  {tier.value:9} {figures[tier.value]}")
    click.echo("  reliability (mean confidence: share exact, of n)")
    for low in np.arange(0, 1, 0.1):
        inside = (confidence >= low) & (confidence < low + 0.1)
        if inside.any():
            click.echo(f"    {confidence[inside].mean():.3f}: {exact[inside].mean():.3f} of {inside.sum()}")
    rates = np.array([expected_share(s.decoding, c) for s, c in zip(samples, confidences, strict=True)])
    em = np.array([s.decoding.spin_rate for s in samples])
    click.echo(
        f"  spun against clean: AUC {auc(rates[of_spun], rates[of_clean]):.4f} (EM estimate alone {auc(em[of_spun], em[of_clean]):.4f})"
    )
    return figures


def report_short(samples: list[Sample], confidences: list[np.ndarray], cut: float) -> None:
    """Print what short texts come to: single sentences tell little."""
    for name, low in (("likely", cut), ("possible", POSSIBLE)):
        chosen = [select(s.decoding.arcs, c, low) for s, c in zip(samples, confidences, strict=True)]
        right = sum(int(s.exact[i].sum()) for s, i in zip(samples, chosen, strict=True))
        alarms = sum(len(i) for s, i in zip(samples, chosen, strict=True) if s.pair.clean)
        edits = sum(map(len, chosen)) - alarms
        gold, words = sum(len(s.pair.gold) for s in samples), sum(s.words for s in samples if s.pair.clean)
        click.echo(
            f"short texts, {name}: precision {right / max(edits, 1):.3f}, recall {right / max(gold, 1):.3f}, "
            f"{alarms / words * 1e5:.1f} false alarms in 100,000 words of clean sentences"
        )


def report_tortured(samples: list[Sample], confidences: list[np.ndarray]) -> None:
    """Print how many tortured phrases are restored as a whole, by trees that did not see their term."""
    restored = [bool(s.exact[select(s.decoding.arcs, c, POSSIBLE)].any()) for s, c in zip(samples, confidences, strict=True)]
    reached = [bool(s.exact.any()) for s in samples]
    click.echo(
        f"tortured phrases: {np.mean(restored):.3f} restored by tier possible, {np.mean(reached):.3f} among the candidates"
    )


def right_edits(samples: list[Sample], confidences: list[np.ndarray], cut: float) -> np.ndarray:
    """By document: how many edits from this confidence on are right."""
    chosen = [select(s.decoding.arcs, c, cut) for s, c in zip(samples, confidences, strict=True)]
    return np.array([0 if s.pair.clean else s.exact[i].sum() for s, i in zip(samples, chosen, strict=True)])


def background(samples: list[Sample], confidences: list[np.ndarray], rates: np.ndarray, cut: float) -> float:
    """The spin rate above which ABOVE_BACKGROUND of the right edits lie."""
    right = right_edits(samples, confidences, cut)
    order = np.argsort(rates)
    below = np.cumsum(right[order]) <= (1 - ABOVE_BACKGROUND) * right.sum()
    rate = round(float(rates[order][below][-1]), 4)
    edits = np.array([len(select(s.decoding.arcs, c, cut)) for s, c in zip(samples, confidences, strict=True)])
    clean = np.array([s.pair.clean for s in samples])
    words = sum(s.words for s in samples if s.pair.clean)
    left = edits[clean & (rates >= rate)].sum() / words * 1e5
    click.echo(f"background: {rate}; {left:.1f} false alarms in 100,000 words of the clean documents lie above")
    return rate


def gate_weights(samples: list[Sample], confidences: list[np.ndarray], rates: np.ndarray, cut: float) -> dict[str, float]:
    """The density from which texts are decoded, and how the spin rate of the others follows from it."""
    right = right_edits(samples, confidences, cut)
    clean = np.array([s.pair.clean for s in samples])
    densities = np.array([s.suspicion.density for s in samples])
    noteworthy = np.array([s.suspicion.noteworthy for s in samples])
    candidates = np.quantile(densities, np.linspace(1, 0, 400))
    for density in candidates:
        opened = np.array([s.suspicion.strong(density) for s in samples])
        if (right * opened).sum() >= LET_THROUGH * right.sum():
            break
    weights = {"density": round(float(density), 4), "rate": round(float(rates[~opened].sum() / noteworthy[~opened].sum()), 4)}
    through = np.where(opened, rates, weights["rate"] * noteworthy)
    click.echo(
        f"gate: {weights}; decodes {opened[clean].mean():.3f} of the clean documents and {opened[~clean].mean():.3f} of the spun; "
        f"AUC {auc(through[~clean], through[clean]):.4f}"
    )
    return weights


def read_confidences(path: Path, samples: list[Sample]) -> list[np.ndarray]:
    """What was kept of these documents' confidences."""
    with np.load(path) as kept:
        result = [kept[f"arr_{k}"] for k in range(len(kept.files))]
    if [len(confidence) for confidence in result] != [len(item.exact) for item in samples]:
        raise click.ClickException(f"{path} was made from other documents or dictionaries; run fit_calibration.py again")
    return result


def write_reliability(tally: Tally, target: Path) -> None:
    rows = sorted((*key, round(factor, 2)) for key, factor in tally.factors().items())
    lines = [f"{spun}\t{canonical}\t{factor}\n" for spun, canonical, factor in rows if abs(factor) >= WORTH_KEEPING]
    head = "# spun <TAB> canonical <TAB> log of right against expected on development data; see reliability.py\n"
    target.write_text(head + "".join(lines), encoding="utf-8")


@click.command()
@click.argument("pair_file", type=click.Path(exists=True, path_type=Path))
@click.argument("clean_file", type=click.Path(exists=True, path_type=Path))
@click.argument("tortured_file", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--clean", "more_clean", multiple=True, type=click.Path(exists=True, path_type=Path), help="More genuine texts.")
@click.option("--write/--dry-run", default=True, help="Write the calibration, or only print the figures.")
@click.option(
    "--confidences", type=click.Path(path_type=Path), help="Keep the cross-validated confidences here, for fit_rescoring.py."
)
@click.option("--simulated", default=900, show_default=True, help="Simulated documents beside the real ones.")
def main(
    pair_file: Path,
    clean_file: Path,
    tortured_file: Path | None,
    more_clean: tuple[Path, ...],
    write: bool,
    confidences: Path | None,
    simulated: int,
) -> None:
    """Fit the calibration on PAIR_FILE, CLEAN_FILE and TORTURED_FILE."""
    channel = load_channel(progress=click.echo)
    gate = Gate(channel)
    news = [*pairs.read(pair_file), *pairs.read(clean_file)]
    documents = [*news, *(pair for path in more_clean for pair in pairs.read(path))]
    brief = short_texts(documents, tortured_file)
    everything = [sample(pair, channel, gate) for pair in documents] + [
        sample(pair, channel, gate, group) for pair, group in brief
    ]
    parts = folds(everything, lambda seen: simulate([news[k] for k in seen if k < len(news)], simulated, channel, gate))
    first_guess = guessed(everything, parts)
    samples = everything[: len(documents)]
    all_known, every_confidence = cross_validated(everything, first_guess, parts, (0, HIDDEN_FROM_FIGURES))
    click.echo("every pair known:")
    report(samples, all_known[: len(documents)])
    click.echo(f"{HIDDEN_FROM_FIGURES} % of the pairs unknown:")
    of_documents = every_confidence[: len(documents)]
    figures = report(samples, of_documents)
    if confidences is not None:
        np.savez_compressed(confidences, *of_documents)
    report_short(everything[len(documents) :], every_confidence[len(documents) :], figures[Tier.LIKELY.value]["cut"])
    tortured = [k for k, s in enumerate(everything) if s.pair.id.startswith(TORTURED)]
    if tortured:
        report_tortured([everything[k] for k in tortured], [every_confidence[k] for k in tortured])
    spun = np.array([not s.pair.clean for s in samples])

    rates = np.array([expected_share(s.decoding, c) for s, c in zip(samples, of_documents, strict=True)])
    words = np.array([s.words for s in samples])
    document = LogisticRegression(class_weight="balanced").fit(
        np.stack([np.log(rates + calibration.RATE_FLOOR), np.log(words + 1.0)], 1), spun
    )

    model, tally = fit(everything, first_guess, simulate(news, simulated, channel, gate))
    data = {
        "provenance": {
            "fitted_by": "benchmarks/fit_calibration.py",
            "date": datetime.date.today().isoformat(),
            "spun_documents": int(spun.sum()),
            "clean_documents": int((~spun).sum()),
            "cross_validated": figures,
        },
        "features": NAMES,
        "cuts": {tier: values["cut"] for tier, values in figures.items()},
        "document": {
            "bias": round(float(document.intercept_[0]), 4),
            "spin_rate": round(float(document.coef_[0, 0]), 4),
            "words": round(float(document.coef_[0, 1]), 4),
        },
        "gate": gate_weights(samples, of_documents, rates, figures[Tier.LIKELY.value]["cut"]),
        "background": background(samples, of_documents, rates, figures[Tier.LIKELY.value]["cut"]),
        **{name: exported(getattr(model, name)) for name in calibration.FORESTS},
    }
    if write:
        target = Path(calibration.__file__).with_name(calibration.FILE)
        target.write_text(
            TREE.sub(lambda tree: "".join(tree.group().split()), json.dumps(data, indent=1)) + "\n", encoding="utf-8"
        )
        write_reliability(tally, target.with_name(reliability.FILE))
        click.echo(f"written: {target} and {reliability.FILE}")


if __name__ == "__main__":
    main()
