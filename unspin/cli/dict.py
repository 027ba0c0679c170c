"""`unspin dict`"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import click

from unspin.cli import options
from unspin.cli.inputs import Engine
from unspin.cli.main import FINDINGS, OK
from unspin.lexicon.entry import Kind


@click.group("dict")
def command() -> None:
    """List, check and extend dictionaries.

    \b
    unspin dict list --format tsv
    unspin dict lint my-dictionaries/
    unspin dict add "linked press" "associated press" --to my-dictionaries/phrases.tsv
    unspin dict learn pairs.jsonl --to my-dictionaries/words-learned.tsv
    """


@command.command("list")
@click.option(
    "--format", "format_", type=click.Choice(["text", "tsv"]), default="text", show_default=True, help="How to write them."
)
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
    """Check dictionaries for mistakes.

    PATHS are files or folders; without any, the built-in dictionaries are checked. Exits with 1 if there are problems.

    \b
    unspin dict lint
    unspin dict lint my-dictionaries/ words-extra.tsv
    """
    from unspin.lexicon import load
    from unspin.lexicon.lint import lint
    from unspin.reporting.text import counted

    problems = lint(list(paths) or [load.shipped()])
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"unspin: {counted(len(problems), 'problem')}", err=True)
    ctx.exit(FINDINGS if problems else OK)


@command.command("add")
@click.argument("spun")
@click.argument("canonical")
@click.option(
    "--to",
    "path",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The dictionary to write to.",
)
@click.option("--pos", help="Part of speech; for dictionaries of words.")
@click.option("--weight", type=click.FloatRange(min=0, min_open=True), help="How readily spinners write it; for words.")
@click.option("--flag", "flags", multiple=True, help="tell, exact, safe, near:WORD…; for phrases. Can be repeated.")
@click.option("--note", default="", help="A note; for phrases.")
def add(spun: str, canonical: str, path: Path, pos: str | None, weight: float | None, flags: tuple[str, ...], note: str) -> None:
    """Add an entry to a dictionary of your own.

    It says that spinners write SPUN where the author wrote CANONICAL. The kind of dictionary follows from its folder or the
    start of its name: words, phrases, names, terms; any other name means phrases. An existing line is extended. The file is created if need
    be and stays sorted. Other commands read it with --dictionary FILE, or if the configuration lists it.

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


@command.command("learn")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--from-decisions",
    "store",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Learn from what was decided in `unspin review`, too.",
)
@click.option(
    "--ignores",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what reviewers keep rejecting as a configuration file.",
)
@click.option(
    "--to", "path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a dictionary of words."
)
@click.option(
    "--min-count", type=click.FloatRange(min=0), default=2.0, show_default=True, help="Leave out what was seen less often."
)
@click.option("--new-only", is_flag=True, help="Leave out what the dictionaries list already.")
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there.")
@options.engine
def learn(
    files: tuple[Path, ...],
    store: Path | None,
    ignores: Path | None,
    path: Path | None,
    min_count: float,
    new_only: bool,
    overwrite: bool,
    dictionaries: tuple[Path, ...],
    model: Path | None,
) -> None:
    """Learn what a spinner writes from spun texts and originals.

    FILES hold records as for `unspin eval`. Prints what was learned: how often each pair was seen, its weight
    w(spun | canonical), and the weight so far. With --to it writes a dictionary to look through, edit, and use with --dictionary.

    \b
    unspin dict learn pairs.jsonl
    unspin dict learn pairs.jsonl --to words-learned.tsv --new-only
    unspin dict learn --from-decisions unspin-review.sqlite --to words-decided.tsv --ignores ignores.toml
    """
    from itertools import chain

    from unspin.evaluation import pairs
    from unspin.lexicon import learn
    from unspin.lexicon.load import SUFFIX, kind_of
    from unspin.reading import writing
    from unspin.reporting.text import counted

    if not files and store is None:
        raise click.UsageError("Name files of pairs, or the store of a desk with --from-decisions.")
    if ignores is not None and store is None:
        raise click.UsageError("--ignores says what was rejected; it needs --from-decisions.")
    for target in (path, ignores):
        if target is not None and target.exists() and not overwrite:
            raise click.UsageError(f"{target} is there already; --overwrite replaces it")
    if path is not None and not (kind_of(path) is Kind.WORD and path.suffix == SUFFIX):
        raise click.UsageError(
            f"{path}: what is learned is a dictionary of words; call it words-….tsv, or put it into a folder words/"
        )
    lexicon = Engine(dictionaries, model).unspinner.lexicon
    examples = chain.from_iterable(pairs.read(file) for file in files)
    if store is not None:
        from unspin.review import learning
        from unspin.review.store import Store

        memory = Store(store)
        examples = chain(examples, learning.examples(memory))
        if ignores is not None:
            writing.write(ignores, learning.configuration(learning.ignored(memory)).encode())
    learned = learn.learn(examples, lexicon)
    kept = [item for item in learned if item.count >= min_count and not (new_only and item.before is not None)]
    if path is None:
        for item in kept:
            before = "new" if item.before is None else f"{item.before:.3g}"
            click.echo(f"{item.spun:<30} ← {item.canonical:<30} {item.count:>6.1f} × {item.weight:>8.3g}  {before:>8}")
    else:
        head = f"# Learned from {', '.join(file.name for file in (*files, *([store] if store else [])))} by `unspin dict learn`\n"
        writing.write(path, (head + "".join(f"{line}\n" for line in learn.lines(kept))).encode())
    new = sum(item.before is None for item in kept)
    click.echo(f"unspin: {counted(len(kept), 'pair')}, {new:,} of them new" + (f", written to {path}" if path else ""), err=True)
