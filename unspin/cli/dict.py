"""`unspin dict`"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import click

from unspin.cli import options
from unspin.cli.inputs import Engine
from unspin.cli.main import FINDINGS, OK


@click.group("dict")
def command() -> None:
    """List, check and extend dictionaries.

    \b
    unspin dict list --format tsv
    unspin dict lint my-dictionaries/
    unspin dict add "linked press" "associated press" --to my-dictionaries/phrases.tsv
    """


@command.command("list")
@click.option("--format", "format_", type=click.Choice(["text", "tsv"]), default="text", show_default=True)
@options.engine
def list_(format_: str, dictionaries: tuple[Path, ...], model: Path | None) -> None:
    """Print every compiled pair: spun, canonical, weight, source.

    \b
    unspin dict list
    unspin dict list --format tsv --dictionary mine.tsv > pairs.tsv
    """
    for pair in Engine(dictionaries, model).unspinner.lexicon.pairs():
        weight = math.exp(pair.logweight)
        if format_ == "tsv":
            sys.stdout.write(f"{pair.spun}\t{pair.canonical}\t{weight:.6g}\t{pair.entry}\n")
        else:
            sys.stdout.write(f"{pair.spun:<30} ← {pair.canonical:<30} {weight:>8.3g}  {pair.entry}\n")


@command.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.pass_context
def lint(ctx: click.Context, paths: tuple[Path, ...]) -> None:
    """Check dictionaries (files or folders; without PATHS, the built-in ones). Exits with 1 if there are problems.

    \b
    unspin dict lint
    unspin dict lint my-dictionaries/ words-extra.tsv
    """
    from unspin.lexicon import load
    from unspin.lexicon.lint import lint

    problems = lint(list(paths) or [load.shipped()])
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"unspin: {len(problems):,} problem{'s' if len(problems) > 1 else ''}", err=True)
    ctx.exit(FINDINGS if problems else OK)


@command.command("add")
@click.argument("spun")
@click.argument("canonical")
@click.option("--to", "path", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where.")
@click.option("--pos", help="Part of speech; for dictionaries of words.")
@click.option("--weight", type=click.FloatRange(min=0, min_open=True), help="How readily spinners write it; for words.")
@click.option("--flag", "flags", multiple=True, help="tell, exact, safe, near:WORD…; for phrases. Can be repeated.")
@click.option("--note", default="", help="A note; for phrases.")
def add(spun: str, canonical: str, path: Path, pos: str | None, weight: float | None, flags: tuple[str, ...], note: str) -> None:
    """Add an entry to a dictionary of your own: spinners write SPUN where the author wrote CANONICAL.

    The kind of dictionary follows from its folder or the start of its name: words, phrases, names, terms; any other name
    means phrases. An existing line is extended. The file is created if need be and stays sorted.

    \b
    unspin dict add "as effectively as" "as well as" --to phrases.tsv --flag tell
    unspin dict add financial economic --to words.tsv --pos adj
    unspin dict add "Linked Press" "Associated Press" --to names.tsv
    """
    from unspin.lexicon.addition import Addition, add

    try:
        done = add(path, Addition(spun, canonical, pos, weight, flags, note))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"{path}: {done}")
