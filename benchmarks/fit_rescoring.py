"""Fit what a neural model's opinion is worth beside the trigram engine's; write unspin/neural/rescoring.json and rescoring.npz.

    python benchmarks/fit_rescoring.py PAIRS.jsonl CLEAN.jsonl TORTURED.tsv CONFIDENCES.npz [--clean MORE_CLEAN.jsonl]… \
        [--thesaurus WORDS.tsv]… [--articles FOLDER] [--plot curve.png]

Takes the data of fit_calibration.py, and what its `--confidences` kept: out-of-fold confidences with half of the canonical phrases hidden.
Strangers, documents that were simulated with other tables and some of those spun by hand, are fitted on, too.
Trees over the evidence that `unspin.neural.judge` describes are fitted and judged in five folds by document, without any candidate of the
same half, so that the figures and cuts hold for a spinner of which half of the table is new. What is written is fitted on all. Needs the
extras `benchmark` and `neural`, and the installed model; a quarter of an hour on two cores, nearly all of it reading.
"""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import click
import numpy as np
from fitting.development import Data, Files, Fold, articles_option, strangers_option, thesaurus_option
from fitting.figures import document_weights, report, report_new, report_strangers, short_cuts
from fitting.forests import exported
from fitting.looks import weight
from fitting.samples import Sample, by_hand, short, strange, usable
from lightgbm import LGBMClassifier

from unspin.decoding.gate import Gate
from unspin.decoding.selection import select, substituted_share
from unspin.document import Document
from unspin.findings import Tier
from unspin.neural import judge, weights
from unspin.neural.causal import CausalModel
from unspin.unspinner import load_channel

NO_BACKGROUND = 0.0  # an odd word of the author's own is left alone wherever it stands: the figures show few false alarms
WEIGHT_OF_STRANGERS = 0.25  # they have two and a half times as many candidates as the development documents
EVERY = 5  # of the documents spun by hand, of which there are six of each article, one in so many is read
LEAST = 0.1  # confidence of an edit that the curve shows
TREES = {
    "n_estimators": 300,
    "learning_rate": 0.03,
    "num_leaves": 32,
    "max_depth": 5,
    "feature_fraction_bynode": 0.3,
    "min_child_samples": 60,
    "reg_lambda": 10.0,
    "random_state": 0,
    "verbose": -1,
}


@click.command()
@click.argument("pair_file", type=click.Path(exists=True, path_type=Path))
@click.argument("clean_file", type=click.Path(exists=True, path_type=Path))
@click.argument("tortured_file", type=click.Path(exists=True, path_type=Path))
@click.argument("confidence_file", type=click.Path(exists=True, path_type=Path))
@click.option("--clean", "more_clean", multiple=True, type=click.Path(exists=True, path_type=Path), help="More genuine texts.")
@strangers_option
@thesaurus_option
@articles_option
@click.option("--model", default=weights.DEFAULT, show_default=True, help="The neural model.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw precision against recall, with and without.")
@click.option("--write/--dry-run", default=True, help="Write the rescoring, or only print the figures.")
def main(
    pair_file: Path,
    clean_file: Path,
    tortured_file: Path,
    confidence_file: Path,
    more_clean: tuple[Path, ...],
    number_of_strangers: int,
    thesauri: tuple[Path, ...],
    articles: Path | None,
    model: str,
    plot: Path | None,
    write: bool,
) -> None:
    """Fit the rescoring on PAIR_FILE, CLEAN_FILE and TORTURED_FILE."""
    channel = load_channel(progress=click.echo)
    files = Files(pair_file, clean_file, tortured_file, more_clean, thesauri, articles)
    data = Data.read(files, number_of_strangers, channel, Gate(channel))
    decoded = [*data.samples, *chain.from_iterable(data.strangers)]
    known = dict(zip(map(id, decoded), read_confidences(confidence_file, decoded), strict=True))
    strangers = [[item for k, item in enumerate(part) if not by_hand(item) or k % EVERY == 0] for part in data.strangers]
    everything = [*data.samples, *chain.from_iterable(strangers)]
    confidences = [known[id(item)] for item in everything]

    opinion = judge.Judge(Path(), _model=CausalModel(weights.located(model)))
    started = time.monotonic()
    looks = [
        opinion.evidence(Document(item.pair.text), item.decoding, item.first, confidence, channel)
        for item, confidence in zip(everything, confidences, strict=True)
    ]
    took, read = time.monotonic() - started, opinion.model.tokens_read
    click.echo(f"{opinion.decisions} decisions, {opinion.decisions / took:.0f} a second, {read / took:.0f} tokens a second")
    fit_trees(everything, with_strangers(data.folds, [*map(len, strangers)]), confidences, looks, model, plot, write)


def read_confidences(path: Path, samples: list[Sample]) -> list[np.ndarray]:
    """What was kept of the confidences of these samples."""
    with np.load(path) as kept:
        result = [kept[f"arr_{k}"] for k in range(len(kept.files))]
    if [len(confidence) for confidence in result] != [len(item.exact) for item in samples]:
        raise click.ClickException(f"{path} was made from other documents or dictionaries; run fit_calibration.py again")
    return result


def with_strangers(folds: list[Fold], sizes: list[int]) -> list[Fold]:
    """The folds with their strangers, so many each, which are numbered after all else: whoever has not seen a text has not seen what was
    made of it."""
    stops = sum(len(fold.unseen) for fold in folds) + np.cumsum(sizes)
    own = [np.arange(stop - size, stop) for stop, size in zip(stops, sizes, strict=True)]
    return [
        Fold(
            np.concatenate([fold.seen, *(numbers for other, numbers in enumerate(own) if other != k)]),
            np.concatenate([fold.unseen, own[k]]),
        )
        for k, fold in enumerate(folds)
    ]


def fit_trees(
    everything: list[Sample],
    folds: list[Fold],
    confidences: list[np.ndarray],
    looks: list[tuple[np.ndarray, np.ndarray]],
    model: str,
    plot: Path | None,
    write: bool,
) -> None:
    """Fit the trees to what the judge says of each sample: the arcs that it was asked about, and its evidence."""

    def fit(numbers: Sequence[int], whole: bool) -> LGBMClassifier:
        use = {k: usable(everything[k], whole)[looks[k][0]] for k in numbers}
        rows = np.concatenate([looks[k][1][use[k]] for k in numbers])
        exact = np.concatenate([everything[k].exact[looks[k][0]][use[k]] for k in numbers])
        of_rows = np.repeat([rescoring_weight(everything[k]) for k in numbers], [use[k].sum() for k in numbers])
        monotonic = [int(name in judge.MONOTONIC) for name in judge.NAMES]
        return LGBMClassifier(**TREES, monotone_constraints=monotonic).fit(rows, exact, of_rows)

    def rescored(fitted: LGBMClassifier, k: int) -> np.ndarray:
        result = np.zeros(len(confidences[k]))
        index, rows = looks[k]
        if len(index):
            result[index] = fitted.predict_proba(rows)[:, 1]
        return result

    second: dict[int, np.ndarray] = {}
    for fold in folds:
        fitted = fit(fold.seen, whole=False)
        second |= {k: rescored(fitted, k) for k in fold.unseen}
    combined = [second[k] for k in range(len(everything))]
    samples = [item for item in everything if not short(item) and not strange(item)]
    n, strangers = len(samples), sum(map(strange, everything))
    shorts, of_strangers = slice(n, len(everything) - strangers), slice(len(everything) - strangers, None)
    click.echo("trigram model alone:")
    before = report(samples, confidences[:n])
    report_strangers(everything[of_strangers], confidences[of_strangers], before)
    click.echo("with the neural model:")
    figures = report(samples, combined[:n])
    report_strangers(everything[of_strangers], combined[of_strangers], figures)
    report_new(samples, combined[:n], figures[Tier.LIKELY.value]["cut"])
    rates = np.array([substituted_share(item.decoding, c) for item, c in zip(samples, combined, strict=False)])
    if plot is not None:
        draw(samples, {"trigram model": confidences[:n], f"with {model}": combined[:n]}, plot)
    data = {
        "provenance": {
            "fitted_by": "benchmarks/fit_rescoring.py",
            "date": datetime.date.today().isoformat(),
            "model": model,
            "trigram_alone": before,
            "cross_validated": figures,
        },
        "evidence": judge.NAMES,
        "cuts": {tier: values["cut"] for tier, values in figures.items()},
        "short": short_cuts(everything[shorts], combined[shorts]),
        "document": document_weights(samples, rates),
        "background": NO_BACKGROUND,
    }
    if write:
        target = Path(judge.__file__).with_name(judge.FILE)
        target.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        np.savez_compressed(target.with_name(judge.TREES), **exported("rescoring", fit(range(len(everything)), whole=True)))


def rescoring_weight(item: Sample) -> float:
    """What a sample weighs in the fit: as in that of the calibration, but for strangers and short texts."""
    if strange(item):
        return WEIGHT_OF_STRANGERS
    return 1.0 if short(item) else weight(item)


def in_order(samples: list[Sample], confidences: list[np.ndarray]) -> np.ndarray:
    """Which edits of the spun documents are exact (n), the most confident first."""
    chosen = [
        (confidence[i], item.exact[i])
        for item, confidence in zip(samples, confidences, strict=False)
        if not item.pair.clean
        for i in [select(item.decoding.arcs, confidence, LEAST)]
    ]
    confidence, exact = (np.concatenate(column) for column in zip(*chosen, strict=True))
    return exact[np.argsort(-confidence, kind="stable")]


def draw(samples: list[Sample], confidences: dict[str, list[np.ndarray]], target: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    gold = sum(len(s.pair.gold) for s in samples)
    figure, axes = pyplot.subplots(figsize=(6, 4.5), layout="constrained")
    for name, values in confidences.items():
        right = np.cumsum(in_order(samples, values))
        axes.plot(right / gold, right / np.arange(1, len(right) + 1), label=name)
    axes.set(
        xlabel="recall", ylabel="precision", ylim=(0.6, 1.0), title=f"exact restoration, cut for tier {Tier.LIKELY.value} at 0.9"
    )
    axes.axhline(0.9, color="grey", linewidth=0.5)
    axes.legend()
    figure.savefig(target)


if __name__ == "__main__":
    main()
