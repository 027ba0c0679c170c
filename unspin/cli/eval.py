"""`unspin eval`"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from unspin.cli import options
from unspin.cli.inputs import Engine
from unspin.findings import Tier


@click.command("eval")
@click.argument("pairs", type=click.Path(path_type=Path), nargs=-1, required=True)
@options.tier(Tier.LIKELY, "The tier of the table by code.")
@click.option("--format", "format_", type=options.FORMATS, default="text", show_default=True, help="How to write the figures.")
@options.engine
def command(pairs: tuple[Path, ...], tier: Tier, format_: str, dictionaries: tuple[Path, ...], model: Path | None) -> None:
    """Measure precision, recall and F0.5 on pairs of spun and original texts, and false alarms on clean ones.

    Each line of PAIRS is {"id", "spun", "original"}, with "edits": [[start, end, original], …] if they are known,
    or {"text"} for a clean document. Intervals are 95 % bootstrap intervals over documents.

    \b
    unspin eval pairs.jsonl
    unspin eval pairs.jsonl clean.jsonl --tier safe --format json
    """
    from unspin.evaluation import pairs as data
    from unspin.evaluation.metrics import Evaluation
    from unspin.evaluation.tables import as_record, write

    unspinner = Engine(dictionaries, model).unspinner
    evaluation = Evaluation()
    for path in pairs:
        for pair in data.read(path):
            evaluation.add(pair, unspinner.analyze(pair.text))
    if format_ == "json":
        import json

        click.echo(json.dumps(as_record(evaluation), indent=1))
    else:
        write(evaluation, tier, sys.stdout)
