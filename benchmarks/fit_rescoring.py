"""Fit how the neural model's opinion is combined with the trigram engine's, and write unspin/neural/rescoring.json.

    python benchmarks/fit_rescoring.py PAIRS.jsonl CLEAN.jsonl CONFIDENCES.npz [--clean MORE_CLEAN.jsonl]… [--plot curve.png]

Takes the data of fit_calibration.py, and what its `--confidences` kept: out-of-fold confidences with half of the canonical phrases hidden,
so that neither model has seen the answers. A logistic regression over the votes that `unspin.neural.judge` describes is fitted and judged
in five folds by document. Needs the extras `benchmark` and `neural`, and the installed model; some ten minutes on two cores, nearly all of
it reading.
"""

from __future__ import annotations

import datetime
import json
import time
from pathlib import Path

import click
import fit_calibration as first
import numpy as np
from sklearn.linear_model import LogisticRegression

from unspin.decoding.selection import expected_share
from unspin.document import Document
from unspin.evaluation import pairs
from unspin.findings import Tier
from unspin.neural import judge, weights
from unspin.neural.causal import CausalModel
from unspin.unspinner import load_channel


@click.command()
@click.argument("pair_file", type=click.Path(exists=True, path_type=Path))
@click.argument("clean_file", type=click.Path(exists=True, path_type=Path))
@click.argument("confidence_file", type=click.Path(exists=True, path_type=Path))
@click.option("--clean", "more_clean", multiple=True, type=click.Path(exists=True, path_type=Path), help="More genuine texts.")
@click.option("--model", default=weights.DEFAULT, show_default=True, help="The neural model.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw precision against recall, with and without.")
@click.option("--write/--dry-run", default=True)
def main(
    pair_file: Path,
    clean_file: Path,
    confidence_file: Path,
    more_clean: tuple[Path, ...],
    model: str,
    plot: Path | None,
    write: bool,
) -> None:
    """Fit the combination on PAIR_FILE and CLEAN_FILE."""
    channel = load_channel(progress=click.echo)
    gate = first.Gate(channel)
    documents = [pair for path in (pair_file, clean_file, *more_clean) for pair in pairs.read(path)]
    samples = [first.sample(pair, channel, gate) for pair in documents]
    confidences = first.read_confidences(confidence_file, samples)

    opinion = judge.Judge(Path(), _model=CausalModel(weights.located(model)))
    index: list[np.ndarray] = []
    evidence: list[np.ndarray] = []
    started = time.monotonic()
    for sample, confidence in zip(samples, confidences, strict=True):
        found = judge.places(Document(sample.pair.text), sample.decoding.arcs, confidence, channel.lexicon)
        rate = expected_share(sample.decoding, confidence)
        arcs, rows = opinion.evidence(found, confidence, rate) if found else ([], np.zeros((0, len(judge.NAMES))))
        index.append(np.array(arcs, int))
        evidence.append(rows)
    read, took = opinion.model.tokens_read, time.monotonic() - started
    click.echo(f"{opinion.decisions} decisions, {opinion.decisions / took:.0f} a second, {read / took:.0f} tokens a second")

    def rescored(fitted: LogisticRegression, k: int) -> np.ndarray:
        result = np.zeros(len(confidences[k]))
        if len(index[k]):
            result[index[k]] = fitted.predict_proba(evidence[k])[:, 1]
        return result

    def fit(numbers: np.ndarray) -> LogisticRegression:
        exact = np.concatenate([samples[k].exact[index[k]] for k in numbers])
        return LogisticRegression(max_iter=1000).fit(np.concatenate([evidence[k] for k in numbers]), exact)

    second: dict[int, np.ndarray] = {}
    for fold in first.folds([sample.group for sample in samples]):
        fitted = fit(fold.seen)
        second |= {k: rescored(fitted, k) for k in fold.unseen}
    combined = [second[k] for k in range(len(samples))]
    click.echo("trigram model alone:")
    before = first.report(samples, confidences)
    click.echo("with the neural model:")
    figures = first.report(samples, combined)
    if plot is not None:
        draw(samples, {"trigram model": confidences, f"with {model}": combined}, plot)
    fitted = fit(np.arange(len(samples)))
    data = {
        "provenance": {
            "fitted_by": "benchmarks/fit_rescoring.py",
            "date": datetime.date.today().isoformat(),
            "model": model,
            "trigram_alone": before,
            "cross_validated": figures,
        },
        "cuts": {tier: values["cut"] for tier, values in figures.items()},
        "bias": round(float(fitted.intercept_[0]), 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(judge.NAMES, fitted.coef_[0], strict=True)},
    }
    click.echo(json.dumps(data["weights"]))
    if write:
        Path(judge.__file__).with_name(judge.FILE).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def draw(samples: list[first.Sample], confidences: dict[str, list[np.ndarray]], target: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    gold = sum(len(s.pair.gold) for s in samples)
    figure, axes = pyplot.subplots(figsize=(6, 4.5), layout="constrained")
    for name, values in confidences.items():
        chosen = [
            (c[i], s.exact[i])
            for s, c in zip(samples, values, strict=True)
            if not s.pair.clean
            for i in [first.select(s.decoding.arcs, c, 0.1)]
        ]
        confidence, exact = (np.concatenate(column) for column in zip(*chosen, strict=True))
        right = np.cumsum(exact[np.argsort(-confidence)])
        axes.plot(right / gold, right / np.arange(1, len(right) + 1), label=name)
    axes.set(
        xlabel="recall", ylabel="precision", ylim=(0.6, 1.0), title=f"exact restoration, cut for tier {Tier.LIKELY.value} at 0.9"
    )
    axes.axhline(0.9, color="grey", linewidth=0.5)
    axes.legend()
    figure.savefig(target)


if __name__ == "__main__":
    main()
