"""How quiet unspin is on genuine English of many kinds; the texts in `genuine/` are our own.

    python benchmarks/genuine.py benchmarks/genuine [--paragraphs] [--list] [--markdown]

Every folder in the given one is a kind. What is found there is a false alarm, unless it mends a slip of the writer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from layout import table

from unspin.findings import Report, Tier
from unspin.unspinner import Unspinner

COLUMNS = ("kind", "texts", "words", *Tier, "called spun")


def texts(kind: Path, paragraphs: bool) -> Iterator[str]:
    """The texts of a kind, or each of their paragraphs."""
    for path in sorted(kind.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        yield from text.split("\n\n") if paragraphs else [text]


def row(name: str, reports: list[Report]) -> list[str]:
    """How many edits there are at each tier and the safer ones, and how many texts are called spun."""
    edits = [sum(len([*report.at(tier)]) for report in reports) for tier in Tier]
    words, spun = sum(report.words for report in reports), sum(report.spun for report in reports)
    return [name, *(f"{number:,}" for number in (len(reports), words, *edits, spun))]


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--paragraphs", is_flag=True, help="Take each paragraph for a text of its own.")
@click.option("--list", "listed", is_flag=True, help="Print the edits, too.")
@click.option("--markdown", is_flag=True, help="Print a table for RESULTS.md.")
def main(folder: Path, paragraphs: bool, listed: bool, markdown: bool) -> None:
    """Count the edits in the genuine texts of FOLDER."""
    unspinner = Unspinner(progress=click.echo)
    kinds = {
        kind.name: [unspinner.analyze(text) for text in texts(kind, paragraphs)]
        for kind in sorted(folder.iterdir())
        if kind.is_dir()
    }
    rows = [row(name, reports) for name, reports in kinds.items()]
    everything = [report for reports in kinds.values() for report in reports]
    click.echo(table("Genuine texts", COLUMNS, [*rows, row("all", everything)], markdown))
    if listed:
        for name, reports in kinds.items():
            for edit in (edit for report in reports for edit in report.edits(Tier.POSSIBLE)):
                click.echo(f"{name}\t{edit.tier}\t{edit.before!r} → {edit.after!r}\t{edit.entry}")


if __name__ == "__main__":
    main()
