"""`unspin fix`"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from unspin.cli import options
from unspin.cli.inputs import Engine, Inputs
from unspin.errors import InputError, OutputError, UnspinError
from unspin.findings import Edit, Tier

if TYPE_CHECKING:
    from unspin.cli.interactive import Session
    from unspin.reading.source import Source

STDIN = "-"


@click.command("fix")
@options.paths
@options.tier(None, "Write findings of this tier and the safer ones.  [default: safe; likely with --interactive]")
@click.option("--diff", is_flag=True, help="Show the changes as a patch; write nothing.")
@click.option("-i", "--interactive", is_flag=True, help="Ask about each finding.")
@options.engine
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    tier: Tier | None,
    diff: bool,
    interactive: bool,
    dictionaries: tuple[Path, ...],
    model: Path | None,
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
    if interactive and STDIN in paths:
        raise click.UsageError("--interactive needs files: standard input is where your answers come from.")
    if interactive and diff:
        raise click.UsageError("--diff writes nothing, --interactive does: choose one.")
    run = Run(Inputs(paths, Engine(dictionaries, model)), tier or (Tier.LIKELY if interactive else Tier.SAFE), diff)
    if interactive:
        from unspin.cli.interactive import Session

        run.session = Session(sys.stdout)
    for source in run.inputs.sources():
        try:
            run.fix(source)
        except UnspinError as error:
            if not isinstance(error, InputError | OutputError):
                raise
            run.inputs.fail(error)
        if run.session is not None and run.session.quit:
            break
    run.summarize()
    ctx.exit(run.inputs.exit_code(run.left > 0))


@dataclass
class Run:
    """One call of `unspin fix`: what was done so far, and what is left."""

    inputs: Inputs
    tier: Tier
    diff: bool
    session: Session | None = None
    changed: int = 0
    left: int = 0
    edits: Counter[Tier] = field(default_factory=Counter)

    def fix(self, source: Source) -> None:
        """Repair one input: write it back, or show the difference."""
        from unspin.patching import unified_diff

        text, edits, left = self._repaired(source)
        if self.diff:
            click.echo(unified_diff(source.text, text, source.path), nl=False)
            self.left += len(edits)
        else:
            self._write(source, text)
            self.left += left
        self.edits.update(edit.tier for edit in edits)
        self.changed += bool(edits)

    def _repaired(self, source: Source) -> tuple[str, Sequence[Edit], int]:
        """The new text, the edits made, and the number of findings of the tier that are left."""
        from unspin.patching import apply
        from unspin.reading.protect import protected

        unspinner = self.inputs.engine.unspinner
        if self.session is None:
            repair = unspinner.repair(source.text, self.tier, protected(source.text))
            return repair.text, repair.edits, 0
        report = unspinner.analyze(source.text, protected(source.text))
        edits = self.session.review(source.path, report, self.tier)
        return apply(source.text, edits), edits, len(report.edits(self.tier)) - len(edits)

    def _write(self, source: Source, text: str) -> None:
        from unspin.reading import writing

        if source.path == STDIN:
            sys.stdout.buffer.write(source.encode(text))
            sys.stdout.buffer.flush()
        elif text != source.text:
            data = source.encode(text)
            if self.session is not None and Path(source.path).read_bytes() != source.encode(source.text):
                raise OutputError(f"{source.path}: was changed by another program while you decided; nothing was written")
            writing.write(source.path, data)

    def summarize(self) -> None:
        """Say on standard error what happened."""
        from unspin.reporting.text import by_tier, counted

        would = "would change" if self.diff else "changed"
        made = by_tier(self.edits, "edit")
        message = f"{counted(self.changed, 'file')} {would}: {made}" if self.changed else "nothing changed"
        if self.left and not self.diff:
            message += f"; {counted(self.left, 'finding')} left"
        click.echo(f"unspin: {message}", err=True)
