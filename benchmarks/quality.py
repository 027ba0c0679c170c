"""Precision, recall and F0.5 on pairs, false alarms on clean text, AUC of the spin rate, reliability of the confidence.

    python benchmarks/quality.py PAIRS.jsonl CLEAN.jsonl [MORE_PAIRS.jsonl …]

Records are those of `unspin eval`. Every file of pairs has its own figures, all against the same clean documents. Intervals are 95 %
bootstrap intervals over documents. On the data that the calibration was fitted on, the figures are optimistic: see the warning it prints.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from math import isnan
from pathlib import Path
from typing import Any

import click
import numpy as np
from layout import machine, table

from unspin.decoding import calibration
from unspin.errors import UnspinError
from unspin.evaluation import pairs
from unspin.evaluation.matching import match
from unspin.evaluation.metrics import Estimate, Evaluation
from unspin.evaluation.pairs import Pair
from unspin.findings import Report, Tier
from unspin.unspinner import Unspinner

CURVE_STEPS = 60  # points on the curve of precision against recall


@dataclass(frozen=True, slots=True)
class Analysed:
    """A document and what the tool says of it."""

    pair: Pair
    report: Report


@dataclass(frozen=True, slots=True)
class Point:
    """Precision and recall of the edits with at least this confidence."""

    cut: float
    precision: float
    recall: float


def analysed(path: Path, unspinner: Unspinner) -> list[Analysed]:
    """The documents of a file, analysed as `unspin check` does. InputError at the first bad record."""
    return [Analysed(pair, unspinner.analyze(pair.text)) for pair in pairs.read(path)]


def evaluate(documents: Iterable[Analysed]) -> Evaluation:
    evaluation = Evaluation()
    for document in documents:
        evaluation.add(document.pair, document.report)
    return evaluation


def evaluate_by_code(documents: Sequence[Analysed]) -> dict[str, Evaluation]:
    """For each code the evaluation of a tool that knows no other: its recall is the code's share in restoring all gold edits."""
    codes = sorted({finding.code for document in documents for finding in document.report.findings})
    return {code: evaluate(Analysed(d.pair, _only(d.report, code)) for d in documents) for code in codes}


def _only(report: Report, code: str) -> Report:
    return replace(report, findings=tuple(finding for finding in report.findings if finding.code == code))


def curve(documents: Sequence[Analysed]) -> list[Point]:
    """Precision and recall of exact edits by confidence, from the lowest that the tool reports to the highest."""
    spun = [(d, d.report.edits(Tier.POSSIBLE)) for d in documents if not d.pair.clean]
    confidences = np.array([edit.confidence for _, edits in spun for edit in edits])
    if not len(confidences):
        return []
    gold = sum(len(d.pair.gold) for d, _ in spun)
    points = []
    for cut in np.unique(np.quantile(confidences, np.linspace(0, 1, CURVE_STEPS), method="lower")):
        matches = [match(d.report.text, [edit for edit in edits if edit.confidence >= cut], d.pair.gold) for d, edits in spun]
        exact = sum(sum(m.exact) for m in matches) / sum(len(m.exact) for m in matches)
        points.append(Point(float(cut), exact, sum(sum(m.restored) for m in matches) / gold if gold else float("nan")))
    return points


def provenance() -> dict[str, Any]:
    """What the shipped calibration says of its fitting."""
    data = json.loads((resources.files("unspin.decoding") / calibration.FILE).read_text(encoding="utf-8"))
    found: dict[str, Any] = data.get("provenance", {})
    return found


def warning(fitted: dict[str, Any], spun: int, clean: int) -> str:
    """What the reader must know of figures on `spun` and `clean` documents, given the calibration's provenance."""
    sizes = fitted.get("spun_documents"), fitted.get("clean_documents")
    advice = (
        "On the data that the calibration was fitted on, these figures are OPTIMISTIC: its trees and cuts have seen the answers. "
        "Cross-validated figures for that data: python benchmarks/fit_calibration.py PAIRS CLEAN --dry-run"
    )
    if sizes[0] == spun or sizes[1] == clean:
        return f"WARNING: by their number of documents these files are the calibration's own fitting data. {advice}"
    return f"Note: the calibration was fitted on {sizes[0]} spun and {sizes[1]} clean documents. {advice}"


def by_tier(evaluation: Evaluation, markdown: bool) -> str:
    rows = []
    for tier in Tier:
        for criterion, quality in (("exact", evaluation.exact(tier)), ("detection", evaluation.detection(tier))):
            counts = (f"{quality.edits:,}", f"{quality.right:,}", f"{quality.gold:,}")
            rows.append([f"{tier.value}, {criterion}", *counts, *map(_estimate, (quality.precision, quality.recall, quality.f))])
    title = "By tier (each with the safer ones)"
    return table(title, ["tier, criterion", "edits", "right", "gold", "precision", "recall", "F0.5"], rows, markdown)


def by_code(documents: Sequence[Analysed], tier: Tier, markdown: bool) -> str:
    rows = []
    for code, evaluation in evaluate_by_code(documents).items():
        quality, detection = evaluation.exact(tier), evaluation.detection(tier)
        figures = map(_estimate, (quality.precision, quality.recall, quality.f, detection.precision))
        rows.append([code, f"{quality.edits:,}", f"{quality.right:,}", *figures, _estimate(evaluation.alarms(tier)[1], 1)])
    columns = ["code", "edits", "exact", "precision", "of all gold", "F0.5", "detection precision", "false alarms in 100 k words"]
    return table(f"By code, tier {tier.value}", columns, rows, markdown)


def reliability(evaluation: Evaluation, markdown: bool) -> str:
    rows = [
        [f"{bin.low:.2f}-{bin.high:.2f}", f"{bin.findings:,}", f"{bin.confidence:.3f}", f"{bin.exact:.3f}"]
        for bin in evaluation.reliability()
    ]
    return table("Reliability, on spun documents", ["confidence", "findings", "mean confidence", "exact"], rows, markdown)


def alarms(evaluation: Evaluation, markdown: bool) -> str:
    rows = []
    for tier in Tier:
        count, rate = evaluation.alarms(tier)
        rows.append([tier.value, f"{count:,}", _estimate(rate, 1)])
    title = f"False alarms on {evaluation.clean_documents:,} clean documents, {evaluation.clean_words:,} words"
    return table(title, ["tier", "edits", "in 100 k words"], rows, markdown)


def cross_validated(fitted: dict[str, Any], markdown: bool) -> str:
    """The figures that the calibration stores of its own fitting; empty if it stores none."""
    figures: dict[str, dict[str, float]] = fitted.get("cross_validated", {})
    if not figures:
        return ""
    columns = list(next(iter(figures.values())))
    rows = [[tier, *(str(row.get(column, "-")) for column in columns)] for tier, row in figures.items()]
    title = f"Cross-validated by fit_calibration.py on its fitting data, {fitted.get('date', 'undated')}"
    return table(title, ["tier", *(column.replace("_", " ") for column in columns)], rows, markdown)


def _estimate(estimate: Estimate, decimals: int = 3) -> str:
    if isnan(estimate.value):
        return "-"
    return f"{estimate.value:.{decimals}f} [{estimate.low:.{decimals}f}, {estimate.high:.{decimals}f}]"


def plot(curves: dict[str, list[Point]], evaluations: dict[str, Evaluation], target: Path) -> None:
    """Draw precision against recall for each file of pairs, the tiers marked."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise click.ClickException("--plot needs matplotlib: pip install 'unspin[benchmark]'") from error
    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.add_subplot(xlabel="recall (exact)", ylabel="precision (exact)", xlim=(0, 1), ylim=(0, 1.01))
    for name, points in curves.items():
        (line,) = axes.plot([point.recall for point in points], [point.precision for point in points], label=name)
        for tier in Tier:
            quality = evaluations[name].exact(tier)
            if quality.edits:
                where = quality.recall.value, quality.precision.value
                axes.plot(*where, "o", color=line.get_color())
                axes.annotate(tier.value, where, xytext=(6, 4), textcoords="offset points", fontsize="small")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")
    figure.savefig(target, dpi=150)


@click.command()
@click.argument("pair_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("clean_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("more_pairs", type=click.Path(exists=True, dir_okay=False, path_type=Path), nargs=-1)
@click.option(
    "--tier", type=click.Choice([tier.value for tier in Tier]), default="likely", show_default=True, help="Of the table by code."
)
@click.option("--markdown", is_flag=True, help="Tables in Markdown, to paste.")
@click.option(
    "--plot", "picture", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.png", help="Precision against recall."
)
def main(
    pair_file: Path, clean_file: Path, more_pairs: tuple[Path, ...], tier: str, markdown: bool, picture: Path | None
) -> None:
    """Measure on PAIR_FILE and each of MORE_PAIRS, with the false alarms on CLEAN_FILE."""
    fitted = provenance()
    machine_line = machine()
    try:
        unspinner = Unspinner(progress=lambda message: click.echo(message, err=True))
        clean = analysed(clean_file, unspinner)
        spun = {path.name: analysed(path, unspinner) for path in (pair_file, *more_pairs)}
    except UnspinError as error:
        raise click.ClickException(str(error)) from error
    if stray := next((d.pair.id for d in clean if not d.pair.clean), None):
        raise click.ClickException(f"{clean_file}: record {stray} is a pair; false alarms are counted on clean documents only")

    evaluations = {name: evaluate([*documents, *clean]) for name, documents in spun.items()}
    click.echo(f"{machine_line}\n")
    for name, documents in spun.items():
        evaluation = evaluations[name]
        heading = f"{name}: {evaluation.documents:,} spun documents against {clean_file.name}"
        click.echo(f"## {heading}\n" if markdown else f"{heading}\n{'=' * len(heading)}\n")
        notice = warning(fitted, evaluation.documents, evaluation.clean_documents)
        click.echo(f"> {notice}\n" if markdown else f"{notice}\n")
        click.echo(by_tier(evaluation, markdown))
        click.echo(by_code([*documents, *clean], Tier(tier), markdown))
        click.echo(reliability(evaluation, markdown))
        click.echo(f"AUC of the spin rate, spun against clean: {evaluation.auc():.4f}\n")
    click.echo(alarms(next(iter(evaluations.values())), markdown))
    click.echo(cross_validated(fitted, markdown))
    if picture:
        plot({name: curve(documents) for name, documents in spun.items()}, evaluations, picture)
        click.echo(f"written: {picture}", err=True)


if __name__ == "__main__":
    main()
