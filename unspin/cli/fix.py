"""`unspin fix`"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from unspin.cli import options
from unspin.cli.inputs import STDIN, Inputs
from unspin.errors import InputError, OutputError, UnspinError
from unspin.findings import Edit, Finding, Report, Tier

if TYPE_CHECKING:
    from unspin.cli.interactive import Session
    from unspin.linting.baseline import Baseline
    from unspin.linting.config import Settings
    from unspin.linting.linter import Checked
    from unspin.reading.source import Source


@click.command("fix")
@options.tier(None, "Write findings of this tier and the safer ones.  [default: safe; likely with --interactive]")
@click.option("--diff", is_flag=True, help="Show the changes as a patch; write nothing.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
@click.option("-i", "--interactive", is_flag=True, help="Ask about each finding.")
@click.option("--show-fixes", is_flag=True, help="List every change.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 if a file was changed.")
@options.codes
@options.baseline
@options.sources
@click.pass_context
def command(
    ctx: click.Context,
    /,
    tier: Tier | None,
    diff: bool,
    check: bool,
    interactive: bool,
    show_fixes: bool,
    exit_non_zero_on_fix: bool,
    **settings: Any,
) -> None:
    """Restore the original wording, in place.

    Nothing else in a file changes, and a file is never left half written. With - the repaired text goes to
    standard output. Exits with 1 if findings of the tier are left.

    \b
    unspin fix article.txt
    unspin fix posts/ --diff --tier likely
    unspin fix article.txt --interactive
    unspin fix - < spun.txt > repaired.txt
    """
    if interactive and (diff or check):
        raise click.UsageError(f"--{'diff' if diff else 'check'} writes nothing, --interactive does: choose one.")
    if interactive and settings["files_from"] == STDIN:
        raise click.UsageError("--interactive needs a list in a file: standard input is where your answers come from.")
    inputs = options.inputs(fix_tier=tier or (Tier.LIKELY if interactive else None), **settings)
    if interactive and STDIN in inputs.paths:
        raise click.UsageError("--interactive needs files: standard input is where your answers come from.")
    run = Run(inputs, inputs.baseline(), dry=diff or check, diff=diff, show_fixes=show_fixes)
    if interactive:
        from unspin.cli.interactive import Session

        run.session = Session(sys.stdout)
    found = ((*pair, None) for pair in inputs.sources()) if interactive else inputs.checked()
    for source, settings_here, checked in found:
        try:
            run.fix(source, settings_here, checked)
        except UnspinError as error:
            if not isinstance(error, InputError | OutputError):
                raise
            inputs.fail(error)
        if run.session is not None and run.session.quit:
            break
    if inputs.excludes_stdin and not (diff or check):
        sys.stdout.buffer.write(sys.stdin.buffer.read())
    run.summarize()
    inputs.tell_cost()
    ctx.exit(inputs.exit_code(run.left > 0 or (exit_non_zero_on_fix and run.changed > 0)))


def _patch(source: Source, text: str) -> bytes:
    """The change as a patch in the file's own bytes, whatever they encode."""
    from unspin.patching import unified_diff

    before, after = (source.encode(side).decode("utf-8", "surrogateescape") for side in (source.text, text))
    return unified_diff(before, after, _patched_path(source.path)).encode("utf-8", "surrogateescape")


def _patched_path(path: str) -> str:
    """A path as a patch for the working directory names it; one outside of it as a patch for the root of the file system."""
    place = Path(os.path.normpath(Path.cwd() / path))
    root = Path.cwd() if place.is_relative_to(Path.cwd()) else place.anchor
    return place.relative_to(root).as_posix()


@dataclass
class Run:
    """One call of `unspin fix`: what was done so far, and what is left. A `dry` run writes nothing. Known findings stay as they are."""

    inputs: Inputs
    baseline: Baseline | None = None
    dry: bool = False
    diff: bool = False
    show_fixes: bool = False
    session: Session | None = None
    changed: int = 0
    left: int = 0
    edits: Counter[Tier] = field(default_factory=Counter)

    def fix(self, source: Source, settings: Settings, checked: Checked | None = None) -> None:
        """Repair one input: write it back, or show the difference."""
        text, edits, left = self._repaired(source, settings, checked)
        if self.diff:
            click.echo(_patch(source, text), nl=False)
        if self.dry:
            self.left += len(edits)
        else:
            self._write(source, text)
            self.left += left
        if self.show_fixes:
            self._show(source, edits)
        self.edits.update(edit.tier for edit in edits)
        self.changed += bool(edits)

    def _repaired(self, source: Source, settings: Settings, checked: Checked | None) -> tuple[str, Sequence[Edit], int]:
        """The new text, the edits made, and the number of findings of the tier that are left."""
        from unspin.linting.linter import protected
        from unspin.patching import apply
        from unspin.reading.documents import spelled
        from unspin.reading.layout import laid_out

        linter, tier = self.inputs.linter(settings), settings.fix_tier
        checked = checked or linter.check(source, settings)
        report, known = self._news(source, settings, checked.report)
        if self.session is None:
            repair = linter.repair(source, settings, tier, replace(checked, report=report), known)
            if repair.left and not self.dry:
                self._tell_left(source, report.at(tier), repair.edits)
            return repair.text, repair.edits, repair.left
        edits = self.session.review(source.path, report, tier, partial(spelled, source, settings.fields))
        written = laid_out(source, edits, protected(source, settings))
        return apply(source.text, written), written, len(report.edits(tier)) - sum(edit in written for edit in edits)

    def _news(self, source: Source, settings: Settings, report: Report) -> tuple[Report, frozenset[str]]:
        """The report without known findings, and their texts."""
        if self.baseline is None:
            return report, frozenset()
        new = tuple(self.baseline.filter(source.path, report, settings.fix_tier, settings.selects))
        known = frozenset(finding.text for finding in {*report.at(settings.fix_tier)} - {*new})
        return replace(report, findings=new), known

    def _write(self, source: Source, text: str) -> None:
        from unspin.reading import writing
        from unspin.reading.source import read_bytes

        if self.inputs.is_stdin(source):
            sys.stdout.buffer.write(source.encode(text))
            sys.stdout.buffer.flush()
        elif text != source.text:
            if Path(source.path).exists() and not Path(source.path).is_file():
                raise OutputError(f"{source.path}: is no regular file; nothing was written (fix - writes to standard output)")
            data = source.encode(text)
            if read_bytes(source.path) != source.encode(source.text):
                raise OutputError(f"{source.path}: was changed by another program meanwhile; nothing was written")
            writing.write(source.path, data)

    def _show(self, source: Source, edits: Sequence[Edit]) -> None:
        from unspin.reporting.text import printable

        report = Report(source.text, 0, 0.0, 0.0, ())
        for edit in edits:
            line, column = report.position(edit.start)
            change = f"{printable(edit.before)!r} → {printable(edit.after)!r}"
            click.echo(f"{printable(source.path)}:{line}:{column}: {edit.code} {change}", err=True)

    def _tell_left(self, source: Source, findings: Iterable[Finding], edits: Sequence[Edit]) -> None:
        """Say which findings could not be written, and why."""
        from unspin.reporting.text import printable

        report = Report(source.text, 0, 0.0, 0.0, ())
        for finding in findings:
            if not any(edit.start < finding.end and finding.start < edit.end for edit in edits):
                line, column = report.position(finding.start)
                stays = f"{printable(finding.text)!r} stays: its table has no room for {printable(finding.edit.after)!r}"
                click.echo(f"{printable(source.path)}:{line}:{column}: {finding.code} {stays}", err=True)

    def summarize(self) -> None:
        """Say on standard error what happened."""
        from unspin.reporting.text import by_tier, counted

        would = "would change" if self.dry else "changed"
        made = by_tier(self.edits, "edit")
        what = "text" if [*self.inputs.paths] == [STDIN] else counted(self.changed, "file")
        message = f"{what} {would}: {made}" if self.changed else "nothing changed"
        if self.left and not self.dry:
            message += f"; {counted(self.left, 'finding')} left"
        click.echo(f"unspin: {message}", err=True)
