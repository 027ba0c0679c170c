"""`unspin check`"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from unspin.cli import options
from unspin.cli.inputs import Inputs
from unspin.reporting.formats import FOR_PEOPLE, FORMATS

if TYPE_CHECKING:
    from unspin.linting.baseline import Baseline
    from unspin.linting.linter import Checked
    from unspin.reporting.filereport import FileReport


@click.command("check")
@options.sources
@options.codes
@options.tier(None, "Show findings of this tier and the safer ones.  [default: likely]")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), help="How to write the report.  [default: text]")
@click.option("-o", "--output", type=options.FILE, metavar="FILE", help="Write the report to a file.")
@click.option("--statistics", is_flag=True, help="Show counts instead of findings.")
@click.option("--baseline", type=options.FILE, metavar="FILE", help="Leave out the known findings that this file lists.")
@click.option("--write-baseline", type=options.FILE, metavar="FILE", help="Make all findings known: list them in this file.")
@click.option("--unused-ignores", is_flag=True, default=None, help="Report comments that silence nothing.")
@click.option("--exit-zero", is_flag=True, default=None, help="Exit with 0 even if there are findings.")
@click.option("--show-config", is_flag=True, help="Show the settings that hold for PATHS, and stop.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    format_: str | None,
    output: Path | None,
    statistics: bool,
    write_baseline: Path | None,
    show_config: bool,
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
    inputs = options.inputs(format=format_, **settings)
    if show_config:
        _show_config(inputs)
        return
    run = Run(inputs)
    if write_baseline is not None:
        run.write_baseline(write_baseline)
        ctx.exit(inputs.exit_code(findings=False))
    from unspin.reporting import formats
    from unspin.reporting import statistics as counts

    write = counts.write if statistics else formats.writer(inputs.settings.format)
    with _opened(output, machine=inputs.settings.format not in FOR_PEOPLE) as stream:
        write(run.reports(), stream)
    run.close()
    inputs.tell_cost()
    ctx.exit(inputs.exit_code(run.found and not inputs.settings.exit_zero))


class Run:
    """One call of `unspin check`. `found` says whether anything was reported."""

    def __init__(self, inputs: Inputs):
        self.inputs = inputs
        self.found = False
        self._baseline = self._read_baseline()

    def _read_baseline(self) -> Baseline | None:
        path = self.inputs.settings.baseline
        if path is None:
            return None
        from unspin.linting.baseline import Baseline

        return Baseline.read(path)

    def reports(self) -> Iterator[FileReport]:
        """What to report of each file; complaints about comments go to standard error."""
        from unspin.reporting.filereport import FileReport

        for source, settings, checked in self.inputs.checked():
            report = checked.report
            if self._baseline is not None:
                shown = [*report.at(settings.tier)]
                new, _ = self._baseline.filter(source.path, report, shown)
                report = replace(report, findings=tuple(new))
            file = FileReport(source.path, report, settings.tier)
            self.found = self.found or bool(file.findings)
            self._complain(source.path, checked, settings.unused_ignores)
            yield file

    def _complain(self, path: str, checked: Checked, unused_too: bool) -> None:
        for problem in checked.problems:
            click.echo(f"unspin: {path}:{problem.line}: {problem.message}", err=True)
        for ignore in checked.unused if unused_too else ():
            self.found = True
            rules = f"[{', '.join(ignore.rules)}]" if ignore.rules else ""
            click.echo(f"unspin: {path}:{ignore.line}: `unspin: {ignore.verb}{rules}` silences nothing; remove it", err=True)

    def close(self) -> None:
        """Say which known findings are gone."""
        if self._baseline is not None and (gone := sum(self._baseline.resolved().values())):
            from unspin.reporting.text import counted

            click.echo(f"unspin: {counted(gone, 'known finding')} gone; update the baseline with --write-baseline", err=True)

    def write_baseline(self, path: Path) -> None:
        """Write all findings of the run to a baseline file."""
        from unspin.linting.baseline import Baseline
        from unspin.reporting.text import counted

        found = [
            (source.path, checked.report, [*checked.report.at(settings.tier)])
            for source, settings, checked in self.inputs.checked()
        ]
        Baseline.of(path.absolute().parent, found).write(path)
        click.echo(f"unspin: {counted(sum(len(findings) for _, _, findings in found), 'finding')} written to {path}", err=True)


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
