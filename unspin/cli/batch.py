"""`unspin batch`"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from unspin.cli import options
from unspin.cli.inputs import Engine
from unspin.cli.main import FAILURE, OK
from unspin.findings import Tier

if TYPE_CHECKING:
    from unspin.corpus.jsonl import Lines, Totals

STDOUT = "-"
REJECTS = ".rejects.jsonl"
LATER = (".parquet",)


@click.command("batch")
@click.argument("input", type=click.Path(allow_dash=True))
@click.argument("output", type=click.Path(allow_dash=True))
@click.option("--field", default="text", show_default=True, help="The field that holds the text.")
@options.tier(Tier.SAFE, "Write findings of this tier and the safer ones.")
@click.option("-w", "--workers", type=click.IntRange(0, 1024), default=1, help="Processes; 0: one for each core.  [default: 1]")
@click.option("--rejects", metavar="FILE", help=f"Where unreadable records go.  [default: OUTPUT{REJECTS}]")
@options.engine
@click.pass_context
def command(
    ctx: click.Context,
    input: str,
    output: str,
    field: str,
    tier: Tier,
    workers: int,
    rejects: str | None,
    dictionaries: tuple[Path, ...],
    model: Path | None,
) -> None:
    """Repair the texts of a JSONL corpus (.jsonl, .gz, .zst, - for standard input or output).

    Every record and every field is kept, in order. The text field gets the repaired text; a new field "unspin"
    holds the spin rate and every edit, so that it can be taken back. OUTPUT appears when all is done.
    Records that cannot be read go to the rejects file with line number and reason; then the exit code is 3.

    \b
    unspin batch crawl.jsonl.gz repaired.jsonl.gz
    unspin batch posts.jsonl out.jsonl --field body --tier likely
    zcat crawl.jsonl.gz | unspin batch - - > repaired.jsonl
    """
    from unspin.corpus import jsonl
    from unspin.corpus.transform import Transform

    for path in (input, output):
        if path.endswith(LATER):
            raise click.UsageError(f"{path}: this format is not supported yet; use .jsonl, .jsonl.gz or .jsonl.zst.")
    rejects = rejects or ("unspin" if output == STDOUT else output) + REJECTS
    if os.path.realpath(rejects) in (os.path.realpath(input), os.path.realpath(output)):
        raise click.UsageError("--rejects must be a file of its own.")
    totals = jsonl.Totals()
    with jsonl.Lines(input) as lines:
        transform = Transform(tier, dictionaries, model)
        _ = Engine(dictionaries, model).unspinner  # compiled once, before every process would; and a fault is told at once
        started = time.monotonic()
        with jsonl.created(output) as target, jsonl.Rejects(rejects) as rejected:
            for latest in shown(jsonl.repair(lines, target, rejected, transform, field, workers or os.cpu_count() or 1), lines):
                totals = latest
    summary = f"{totals.records:,} records, {totals.edited:,} edited ({totals.edits:,} edits), {totals.rejected:,} rejected"
    speed = totals.words / max(time.monotonic() - started, 1e-9)
    click.echo(f"unspin: {summary}; {speed:,.0f} words/s", err=True)
    if totals.rejected:
        click.echo(f"unspin: the rejected records are in {rejects}", err=True)
    ctx.exit(FAILURE if totals.rejected else OK)


def shown(steps: Iterable[Totals], lines: Lines) -> Iterator[Totals]:
    """Pass the steps on, with a progress bar on standard error if that is a terminal."""
    if not sys.stderr.isatty():
        yield from steps
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = BarColumn(), TextColumn("{task.fields[records]:,} records, {task.fields[edits]:,} edits"), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=lines.size, records=0, edits=0)
        for totals in steps:
            progress.update(task, completed=lines.position if lines.size else 0, records=totals.records, edits=totals.edits)
            yield totals
