"""What the commands that run over a corpus have in common: options, progress, interruption, summary."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from unspin.cli.main import FAILURE, OK, complain, exit_code

if TYPE_CHECKING:
    from unspin.corpus.run import Run, Shard
    from unspin.corpus.summary import Totals
    from unspin.corpus.work import Job

Command = Callable[..., Any]
STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Corpus:
    """INPUT and OUTPUT as they were given, what is written beside OUTPUT, and where the text and the id of a record are."""

    input: str
    output: str
    field: str
    id_field: str
    output_format: str | None
    rejects: str | None
    summary: str | None


def options(command: Command) -> Command:
    """The options that say all that is in a Corpus, which the command is given as `corpus`."""
    names = [each.name for each in fields(Corpus)]

    @wraps(command)
    def gathered(*context: click.Context, **values: Any) -> Any:
        corpus = Corpus(**{name: values.pop(name) for name in names})
        return command(*context, corpus=corpus, **values)

    decorated: Command = gathered
    for decorate in reversed(
        [
            click.argument("input", type=click.Path(allow_dash=True)),
            click.argument("output", type=click.Path(allow_dash=True)),
            click.option(
                "--field",
                default="text",
                show_default=True,
                callback=_not_the_log,
                help="The field or column that holds the text; inside of objects or structs: article.body.",
            ),
            click.option(
                "--id-field",
                default="id",
                show_default=True,
                help="The field that tells records apart in sidecar files, named alike.",
            ),
            click.option(
                "--output-format",
                type=click.Choice(["jsonl", "parquet"]),
                help="The format of OUTPUT.  [default: by its name; of shards, that of each]",
            ),
            click.option(
                "--rejects",
                metavar="FILE",
                help="Where unreadable records go, in place of those of an earlier run.  [default: OUTPUT.rejects.jsonl]",
            ),
            click.option("--summary", metavar="FILE", help="Write the summary as JSON, too."),
        ]
    ):
        decorated = decorate(decorated)
    return decorated


def _not_the_log(ctx: click.Context, parameter: click.Parameter, field: str) -> str:
    from unspin.corpus.transform import KEY

    if field == KEY or field.startswith(f"{KEY}."):
        raise click.BadParameter(f"{KEY!r} gets the log of a run; rename the field that holds the text.")
    return field


def shards(corpus: Corpus, read: Mapping[str, Iterable[str | Path]] | None = None) -> tuple[list[Shard], bool]:
    """The shards, and whether OUTPUT is a folder for them. `read`: what is read beside INPUT, by its name on the command line. UsageError
    if that is also written to."""
    if corpus.summary and _is_folder(corpus.summary):
        raise click.UsageError(f"--summary must be a file; {corpus.summary} is a folder.")
    found, several = _shards(corpus)
    _check_apart(
        {"INPUT": [shard.source for shard in found], **(read or {})},
        {
            "OUTPUT": [shard.target for shard in found],
            "--rejects": [shard.rejects for shard in found],
            "--summary": [corpus.summary] if corpus.summary else [],
        },
    )
    return found, several


def _check_apart(read: Mapping[str, Iterable[str | Path]], written: Mapping[str, Iterable[str | Path]]) -> None:
    """UsageError if a file that is written to is read, too, or written to for two purposes. Streams and devices may be both."""
    from unspin.corpus.packing import is_stream

    purposes = {_identity(path): name for name, paths in read.items() for path in paths}
    for name, path in ((name, path) for name, paths in written.items() for path in paths if not is_stream(str(path))):
        purpose = purposes.setdefault(_identity(path), name)
        if purpose != name:
            raise click.UsageError(f"{name} must be another file than {purpose} ({path}).")


def _is_folder(path: str) -> bool:
    """Whether a path can be that of a folder only."""
    return path.endswith(("/", os.sep)) or Path(path).is_dir()


def _identity(path: str | Path) -> object:
    """The same for two paths of one file, whether it exists or not."""
    try:
        status = Path(path).stat()
    except OSError:
        return os.path.realpath(path)
    return status.st_dev, status.st_ino


def _shards(corpus: Corpus) -> tuple[list[Shard], bool]:
    from unspin.corpus import shards
    from unspin.corpus.packing import STDIN
    from unspin.corpus.work import JSONL, PARQUET
    from unspin.errors import InputError

    input, output, rejects = corpus.input, corpus.output, corpus.rejects
    if input != STDIN and shards.is_several(input):
        if output == STDOUT or (Path(output).exists() and not Path(output).is_dir()):
            raise click.UsageError("OUTPUT must be a folder, as INPUT is several files.")
        if rejects and Path(rejects).exists() and not Path(rejects).is_dir():
            raise click.UsageError("--rejects must be a folder, as INPUT is several files.")
        if shards.mixes(input, output):
            raise click.UsageError("OUTPUT must lie outside of INPUT.")
        if others := shards.left_out(input):
            complain(f"{len(others):,} other files of {input} are left out ({others[0]})")
        return shards.several(input, output, corpus.output_format, rejects), True
    if input != STDIN and not Path(input).exists():
        raise InputError(f"{input}: no such file or folder")
    chosen = corpus.output_format or shards.format_of(output) or shards.format_of(input) or JSONL
    if output == STDOUT and chosen == PARQUET:
        raise click.UsageError("Parquet cannot be written to standard output; name a file.")
    for path in filter(None, (output, rejects)):
        if _is_folder(path):
            raise click.UsageError(f"{path} is a folder; one file becomes one file.")
    return [shards.single(input, output, rejects, chosen)], False


def carry_out(ctx: click.Context, run: Run, summary: str | None) -> None:
    """Run, show how it goes, say what it did, and leave with the right exit code."""
    from unspin.reading import writing

    for shard in run.shards if run.kept else ():
        writing.make_folder(Path(shard.target).parent)
    if summary:
        writing.check(summary)
    left = any(Path(shard.folder, "checkpoint.json").exists() for shard in run.shards)
    if left and not run.resume and not run.kept and not run.once:
        click.echo("unspin: beginning anew; what an interrupted run has done is discarded (--resume goes on with it)", err=True)
    started = time.monotonic()
    try:
        for _ in _shown(run):
            pass
    except BaseException:
        if run.resumable or (run.kept and not run.once and run.totals.records):
            click.echo("\nunspin: what is done so far is kept; the same command with --resume goes on", err=True)
        raise
    for error in run.errors:
        complain(error)
    failure = exit_code(run.errors[0]) if run.errors else OK
    if not run.errors or run.totals.records:
        size = None if run.size is None else run.size - run.skipped
        _report(run.totals, time.monotonic() - started, size, summary, run.earlier, run.rejects)
    ctx.exit(failure or (FAILURE if run.totals.rejected else OK))


def carry_out_with_ray(ctx: click.Context, corpus: Corpus, job: Job, workers: int) -> NoReturn:
    """The same on Ray. OUTPUT is a folder; the paths may be on other machines."""
    from unspin.corpus import ray, shards
    from unspin.corpus.summary import Totals
    from unspin.reading import writing

    input, output, summary = corpus.input, corpus.output, corpus.summary
    if summary:
        writing.check(summary)
    for name, folder in (("OUTPUT", output), ("--rejects", corpus.rejects)):
        if folder and Path(folder).exists() and (not Path(folder).is_dir() or any(Path(folder).iterdir())):
            raise click.UsageError(f"{name} must be a new or empty folder, as Ray writes several files.")
    remote = "://" in input
    paths = [input] if remote else [_absolute(path) for path in shards.files(input)]
    formats = {shards.format_of(path) or "jsonl" for path in paths}
    if len(formats) > 1 or (corpus.output_format or formats.copy().pop()) not in formats:
        raise click.UsageError("With --engine ray, what is written has the format of what is read.")
    if not remote:
        _check_apart({"INPUT": paths}, {"--summary": [summary] if summary else []})
    target = _absolute(output)
    refused = _absolute(corpus.rejects) if corpus.rejects else f"{target}/_rejects"
    started = time.monotonic()
    totals = ray.repair(paths, target, refused, replace(job, output=formats.pop()), workers)
    size = None if remote else sum(Path(path).stat().st_size for path in paths)
    _report(totals, time.monotonic() - started, size, summary, Totals(), [refused] if totals.rejected else [])
    ctx.exit(FAILURE if totals.rejected else OK)


def _absolute(path: str) -> str:
    """A path for a process that works in another folder; addresses of other machines stay."""
    return path if "://" in path else str(Path(path).resolve())


def _report(totals: Totals, seconds: float, size: int | None, path: str | None, earlier: Totals, rejects: list[str]) -> None:
    from unspin.corpus.summary import summary
    from unspin.reading import writing

    words = totals.words - earlier.words
    record = summary(totals, seconds, words, size)
    speed = f"{record['words_per_second']:,} words/s" if words else f"{seconds:,.1f} s"
    click.echo(f"unspin: {sentence(totals)}; {speed}", err=True)
    if earlier.records:
        click.echo(f"unspin: {earlier.records:,} of these records were done by an earlier run", err=True)
    if totals.rejected and rejects:
        more = f" and {len(rejects) - 1} more" if len(rejects) > 1 else ""
        complain(f"the rejected records are in {rejects[0]}{more}{_first_reason(rejects[0])}")
    if sys.stderr.isatty():
        _table(record)
    if path:
        writing.write(path, json.dumps(record, indent=2, ensure_ascii=False).encode() + b"\n")


def _first_reason(path: str) -> str:
    """Why the first record of a rejects file was rejected; nothing if that is a folder of such files, or a stream."""
    if not Path(path).is_file():
        return ""
    with Path(path).open("rb") as stream:
        record = json.loads(stream.readline())
    return f"; the first, of line {record['line']}: {record['reason']}"


def sentence(totals: Totals) -> str:
    """The counts in a line."""
    dropped = f"{totals.dropped:,} dropped, " if totals.dropped else ""
    return f"{totals.records:,} records, {totals.edited:,} edited ({totals.edits:,} edits), {dropped}{totals.rejected:,} rejected"


def _table(record: dict[str, Any]) -> None:
    """The histogram and the entries that were edited most."""
    from rich.console import Console
    from rich.table import Table

    console = Console(stderr=True, markup=False)
    rates = {name: count for name, count in record["spin_rates"].items() if count}
    if rates:
        table = Table("spin rate", "records", "", box=None)
        for name, count in rates.items():
            table.add_row(name, f"{count:,}", "█" * max(1, round(30 * count / max(rates.values()))))
        console.print(table)
    if record["entries"]:
        table = Table("edited most", "edits", box=None)
        for name, count in [*record["entries"].items()][:10]:
            table.add_row(name, f"{count:,}")
        console.print(table)


def _shown(run: Run) -> Iterator[Totals]:
    """Pass the steps on, with a progress bar on standard error if that is a terminal."""
    if not sys.stderr.isatty():
        yield from run
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = BarColumn(), TextColumn("{task.fields[records]:,} records, {task.fields[edits]:,} edits"), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        size = run.size
        task = progress.add_task("", total=size, records=0, edits=0)
        for totals in run:
            progress.update(task, completed=run.position if size else 0, records=totals.records, edits=totals.edits)
            yield totals
