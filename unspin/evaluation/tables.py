"""The figures of an evaluation as tables, or as a JSON object."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any, TextIO

from rich.table import Table

from unspin.evaluation.metrics import Estimate, Evaluation, Quality
from unspin.findings import Tier
from unspin.reporting.text import console_for

NOTHING = "-"


def write(evaluation: Evaluation, tier: Tier, out: TextIO) -> None:
    """Write the figures by tier, and by code at `tier`."""
    console = console_for(out)
    console.print(
        f"{evaluation.documents:,} spun documents, {evaluation.clean_documents:,} clean ones ({evaluation.clean_words:,} words)"
    )
    if evaluation.documents:
        console.print(_by_tier(evaluation), _by_code(evaluation, tier), _reliability(evaluation))
    if evaluation.clean_documents:
        console.print(_alarms(evaluation))
    console.print(f"AUC of the spin rate, spun against clean: {_number(evaluation.auc())}")


def as_record(evaluation: Evaluation) -> dict[str, Any]:
    """All figures, for JSON; null where a figure is undefined."""
    record = {
        "documents": evaluation.documents,
        "clean_documents": evaluation.clean_documents,
        "clean_words": evaluation.clean_words,
        "auc": evaluation.auc(),
        "tiers": {
            tier.value: {
                "exact": asdict(evaluation.exact(tier)),
                "detection": asdict(evaluation.detection(tier)),
                "codes": {
                    code: {"edits": edits, "exact": exact, "detected": detected}
                    for code, (edits, exact, detected) in evaluation.codes(tier).items()
                },
                "false_alarms": evaluation.alarms(tier)[0],
                "false_alarms_per_100k": asdict(evaluation.alarms(tier)[1]),
            }
            for tier in Tier
        },
        "reliability": [asdict(bin) for bin in evaluation.reliability()],
    }
    cleaned: dict[str, Any] = _without_nan(record)
    return cleaned


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right")
    return table


def _by_tier(evaluation: Evaluation) -> Table:
    table = _table("By tier (and the safer ones)", "tier", "criterion", "edits", "right", "gold", "precision", "recall", "F0.5")
    for tier in Tier:
        _add_quality(table, tier, "exact", evaluation.exact(tier))
        _add_quality(table, tier, "detection", evaluation.detection(tier))
    return table


def _add_quality(table: Table, tier: Tier, criterion: str, quality: Quality) -> None:
    counts = f"{quality.edits:,}", f"{quality.right:,}", f"{quality.gold:,}"
    table.add_row(tier.value, criterion, *counts, *map(_estimate, (quality.precision, quality.recall, quality.f)))


def _by_code(evaluation: Evaluation, tier: Tier) -> Table:
    table = _table(f"By code, tier {tier.value}", "code", "edits", "exact precision", "detection precision")
    for code, (edits, exact, detected) in evaluation.codes(tier).items():
        table.add_row(code, f"{edits:,}", _number(exact / edits), _number(detected / edits))
    return table


def _reliability(evaluation: Evaluation) -> Table:
    table = _table("Reliability: what confidence means on spun documents", "confidence", "findings", "mean confidence", "exact")
    for bin in evaluation.reliability():
        table.add_row(f"{bin.low:.2f}-{bin.high:.2f}", f"{bin.findings:,}", _number(bin.confidence), _number(bin.exact))
    return table


def _alarms(evaluation: Evaluation) -> Table:
    table = _table("False alarms on clean documents", "tier", "edits", "in 100 k words")
    for tier in Tier:
        count, rate = evaluation.alarms(tier)
        table.add_row(tier.value, f"{count:,}", _estimate(rate, decimals=1))
    return table


def _estimate(estimate: Estimate, decimals: int = 3) -> str:
    if math.isnan(estimate.value):
        return NOTHING
    return f"{estimate.value:.{decimals}f} [{estimate.low:.{decimals}f}, {estimate.high:.{decimals}f}]"


def _number(value: float) -> str:
    return NOTHING if math.isnan(value) else f"{value:.3f}"
