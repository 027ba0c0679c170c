"""`unspin stats`"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from unspin.cli import options
from unspin.cli.review import STORE


@click.command("stats")
@click.argument("store", type=click.Path(exists=True, dir_okay=False), default=STORE)
@click.option("--by", type=click.Choice(["code", "entry"]), default="code", show_default=True, help="What the figures are for.")
@click.option("--format", "format_", type=options.FORMATS, default="text", show_default=True, help="How to write the figures.")
def command(store: str, by: str, format_: str) -> None:
    """Say how right the suggestions were, by what reviewers decided, with 95 % intervals (Wilson).

    Right is what was accepted as suggested; "other" was accepted with another text.

    \b
    unspin stats unspin-review.sqlite
    unspin stats crawl.sqlite --by entry --format json
    """
    from unspin.reporting.json import DECIMALS
    from unspin.review.store import Store

    memory = Store(Path(store))
    rates = memory.rates(by)
    memory.close()
    if format_ == "json":
        records = [
            {
                by: rate.name,
                "right": rate.right,
                "other": rate.other,
                "wrong": rate.wrong,
                "precision": round(rate.precision, DECIMALS),
                "interval": [round(bound, DECIMALS) for bound in rate.interval],
            }
            for rate in rates
        ]
        sys.stdout.write(json.dumps(records, indent=2, ensure_ascii=False) + "\n")
        return
    if not rates:
        click.echo("Nothing is decided yet.")
        return
    width = max(len(by), *(len(rate.name) for rate in rates))
    click.echo(f"{by:<{width}}  {'right':>6}  {'other':>6}  {'wrong':>6}  precision")
    for rate in rates:
        low, high = rate.interval
        click.echo(
            f"{rate.name:<{width}}  {rate.right:>6}  {rate.other:>6}  {rate.wrong:>6}  {rate.precision:.3f} [{low:.3f}, {high:.3f}]"
        )
