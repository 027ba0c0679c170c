"""`unspin score`"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import click

from unspin.cli import options
from unspin.findings import Report


@click.command("score")
@click.option("--format", "format_", type=options.FORMATS, default="text", show_default=True, help="How to write the scores.")
@options.sources
@click.pass_context
def command(ctx: click.Context, /, format_: str, **settings: Any) -> None:
    """Say for each document how much of it is spun (spin rate), and how likely it is spun at all.

    \b
    unspin score posts/
    unspin score - --format json < article.txt
    """
    inputs = options.inputs(**settings)
    scores = ((source.path, checked.report) for source, _, checked in inputs.checked())
    (_write_json if format_ == "json" else _write_table)(scores)
    ctx.exit(inputs.exit_code(findings=False))


def _write_table(scores: Iterable[tuple[str, Report]]) -> None:
    from unspin.reporting.text import console_for, percent, printable, verdict

    console = console_for(sys.stdout)
    console.print(f"{'spin rate':>9}  {'probability':>11}  {'verdict':<8}  path", style="bold", soft_wrap=True)
    for path, report in scores:
        row = f"{report.spin_rate:>9.1%}  {percent(report.probability):>11}  {verdict(report):<8}  {printable(path)}"
        console.print(row, style="red" if report.spun else "", soft_wrap=True)


def _write_json(scores: Iterable[tuple[str, Report]]) -> None:
    from unspin.reporting.json import DECIMALS, SCHEMA

    files = [
        {
            "path": path,
            "spin_rate": round(report.spin_rate, DECIMALS),
            "probability": round(report.probability, DECIMALS),
            "spun": report.spun,
            "words": report.words,
            "findings": [],
        }
        for path, report in scores
    ]
    click.echo(json.dumps({"schema": SCHEMA, "files": files}, ensure_ascii=False, indent=1))
