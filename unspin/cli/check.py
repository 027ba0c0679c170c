"""`unspin check`"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from unspin.cli import options
from unspin.cli.inputs import STDIN, Inputs
from unspin.cli.main import complain
from unspin.reporting.formats import FOR_PEOPLE, FORMATS, Writer, writer

if TYPE_CHECKING:
    from unspin.linting.ignores import Ignore, Problem
    from unspin.reporting.filereport import FileReport, Note


@click.command("check")
@options.tier(None, "Show findings of this tier and the safer ones.  [default: likely]")
@options.codes
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), help="How to write the report.  [default: text]")
@click.option("-o", "--output", type=options.FILE, metavar="FILE", help="Write the report to a file.")
@click.option("--statistics", is_flag=True, help="Show counts instead of findings.")
@options.baseline
@click.option("--write-baseline", type=options.FILE, metavar="FILE", help="Make all findings known: list them in this file.")
@click.option("--unused-ignores/--no-unused-ignores", default=None, help="Report comments that silence nothing.")
@click.option("--exit-zero/--no-exit-zero", default=None, help="Exit with 0 even if there are findings.")
@click.option("--show-config", is_flag=True, help="Show the settings that hold for PATHS, and stop.")
@click.option("--show-files", is_flag=True, help="List the files that would be looked at, and stop.")
@options.sources
@click.pass_context
def command(
    ctx: click.Context,
    /,
    format_: str | None,
    output: Path | None,
    statistics: bool,
    write_baseline: Path | None,
    show_config: bool,
    show_files: bool,
    **settings: Any,
) -> None:
    """Show what looks spun in files, in the text files of folders, or in standard input (-).

    Exits with 1 if there are findings.

    \b
    unspin check article.txt
    unspin check docs/ --tier possible --select US1,US2
    unspin check posts/ --format html -o report.html
    curl -s https://example.org/post | unspin check - --format json
    """
    if show_config and not settings["paths"]:
        settings["paths"] = (".",)
    inputs = options.inputs(format=format_, **settings)
    if show_config:
        _show_config(inputs)
        return
    if show_files:
        for file, _ in inputs.files():
            click.echo(os.fsencode(file))
        ctx.exit(inputs.exit_code(findings=False))
    if write_baseline is not None:
        if format_ or output or statistics:
            raise click.UsageError("--write-baseline reports nothing: leave --format, --output and --statistics out.")
        _write_baseline(inputs, write_baseline)
        ctx.exit(inputs.exit_code(findings=False))
    if statistics and format_ not in (None, "text", "json"):
        raise click.UsageError("--statistics knows the formats text and json.")
    if output is not None:
        if any(os.path.realpath(path) == os.path.realpath(output) for path in inputs.paths if path != STDIN):
            raise click.UsageError(f"--output would overwrite {output}, which is to be checked.")
        inputs.leave_out(output)
    run = Run(inputs)
    write = _counting(format_) if statistics else writer(inputs.settings.format)
    with _opened(output, machine=inputs.settings.format not in FOR_PEOPLE) as stream:
        write(run.reports(), stream)
    run.close()
    inputs.tell_cost()
    ctx.exit(inputs.exit_code(run.found and not inputs.settings.exit_zero))


def _counting(format: str | None) -> Writer:
    """What writes counts instead of findings."""
    from unspin.reporting import statistics

    return statistics.write_json if format == "json" else statistics.write


class Run:
    """One call of `unspin check`. `found` says whether anything was reported."""

    def __init__(self, inputs: Inputs):
        self.inputs = inputs
        self.found = False
        self._baseline = inputs.baseline()

    def reports(self) -> Iterator[FileReport]:
        """What to report of each file; complaints about comments go to standard error."""
        from unspin.reporting.filereport import FileReport

        for source, settings, checked in self.inputs.checked():
            report = checked.report
            if self._baseline is not None:
                new = self._baseline.filter(source.path, report, settings.tier, settings.selects)
                report = replace(report, findings=tuple(new))
            unused = checked.unused if settings.unused_ignores else ()
            file = FileReport(source.path, report, settings.tier, _notes(checked.problems, unused))
            self.found = self.found or bool(file.findings or unused)
            for note in file.notes:
                complain(f"{source.path}:{note.line}: {note.message}")
            yield file

    def close(self) -> None:
        """Say which known findings are gone."""
        if self._baseline is not None and (gone := sum(self._baseline.resolved(self.inputs.settings.tier).values())):
            from unspin.reporting.text import counted

            click.echo(f"unspin: {counted(gone, 'known finding')} gone; update the baseline with --write-baseline", err=True)


def _notes(problems: Sequence[Problem], unused: Sequence[Ignore]) -> tuple[Note, ...]:
    from unspin.reporting.filereport import Note

    notes = [Note(problem.line, problem.message) for problem in problems]
    for ignore in unused:
        rules = f"[{', '.join(ignore.rules)}]" if ignore.rules else ""
        notes.append(Note(ignore.line, f"`unspin: {ignore.verb}{rules}` silences nothing; remove it"))
    return tuple(sorted(notes, key=lambda note: note.line))


def _write_baseline(inputs: Inputs, path: Path) -> None:
    """Make all findings known, of all tiers: some change theirs when the text around them does. Of files that are not looked at, what
    was known stays.

    ConfigError if the path is of another file.
    """
    from unspin.linting.baseline import Baseline
    from unspin.reading import writing
    from unspin.reporting.text import counted

    older = Baseline.read(path) if path.exists() and path.read_bytes() else None
    writing.check(path)
    found = [(source.path, checked.report, checked.report.findings) for source, _, checked in inputs.checked()]
    baseline = Baseline.of(path.absolute().parent, found)
    written = len(baseline)
    if older is not None:
        baseline.keep(older)
    kept = f", {len(baseline) - written:,} of other files kept" if len(baseline) > written else ""
    baseline.write(path)
    click.echo(f"unspin: {counted(written, 'finding')} written to {path}{kept}", err=True)


def _show_config(inputs: Inputs) -> None:
    from unspin.linting.config import show

    shown: set[str] = set()
    for path in inputs.paths:
        text = show(inputs.settings_for(path))
        if text not in shown:
            shown.add(text)
            click.echo(text)


@contextmanager
def _opened(path: Path | None, machine: bool) -> Iterator[TextIO]:
    """Standard output, or a file that appears when all is written. What machines read is UTF-8, whatever the terminal has."""
    import io

    if path is None:
        if machine and isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        yield sys.stdout
        sys.stdout.flush()
        return
    from unspin.reading import writing

    writing.check(path)
    buffer = io.StringIO()
    yield buffer
    writing.write(path, buffer.getvalue().encode())
