"""`unspin check`"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from unspin.cli import options
from unspin.cli.inputs import Engine, Inputs
from unspin.findings import Tier

if TYPE_CHECKING:
    from unspin.reporting.filereport import FileReport


@click.command("check")
@options.paths
@options.tier(Tier.LIKELY, "Show findings of this tier and the safer ones.")
@click.option("--format", "format_", type=options.FORMATS, default="text", show_default=True)
@options.engine
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[str, ...], tier: Tier, format_: str, dictionaries: tuple[Path, ...], model: Path | None
) -> None:
    """Show what looks spun in files, in the text files of folders, or in standard input (-).

    Exits with 1 if there are findings.

    \b
    unspin check article.txt
    unspin check docs/ --tier possible
    curl -s https://example.org/post | unspin check - --format json
    """
    from unspin.reporting import json, text
    from unspin.reporting.filereport import FileReport

    inputs = Inputs(paths, Engine(dictionaries, model))
    found = False

    def reports() -> Iterator[FileReport]:
        nonlocal found
        for source, report in inputs.analysed():
            file = FileReport(source.path, report, tier)
            found = found or bool(file.findings)
            yield file

    (json if format_ == "json" else text).write(reports(), sys.stdout)
    ctx.exit(inputs.exit_code(found))
