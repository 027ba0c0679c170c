"""What a change to the dictionaries does: what newly fires on clean text, and what is newly restored or lost on pairs.

    python benchmarks/dictionary_change.py BEFORE PAIRS.jsonl CLEAN.jsonl

BEFORE is a folder with the dictionaries as they were, such as `git worktree add ../before HEAD` gives (../before/dictionaries). Records are
those of `unspin eval`. The calibration is the same on both sides; refit it after a large change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from unspin.evaluation import pairs
from unspin.evaluation.matching import match
from unspin.findings import Tier
from unspin.lexicon import load
from unspin.unspinner import Unspinner

Change = tuple[str, str, str]
"""Before, after, entry."""


def outcome(unspinner: Unspinner, documents: Iterable[pairs.Pair], tier: Tier) -> dict[str, Counter[Change]]:
    """What is restored exactly, what is edited wrongly, and what fires on clean text, with its number."""
    result: dict[str, Counter[Change]] = {"restored": Counter(), "wrong": Counter(), "false alarm": Counter()}
    for pair in documents:
        edits = unspinner.analyze(pair.text).edits(tier)
        exact = match(pair.text, list(edits), pair.gold).exact
        for edit, right in zip(edits, exact, strict=True):
            what = "false alarm" if pair.clean else "restored" if right else "wrong"
            result[what][edit.before, edit.after, edit.entry] += 1
    return result


@click.command()
@click.argument("before", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--tier", type=click.Choice([tier.value for tier in Tier]), default="likely", show_default=True)
def main(before: Path, files: tuple[Path, ...], tier: str) -> None:
    """Compare the dictionaries in BEFORE with the present ones, on FILES."""
    documents = [pair for path in files for pair in pairs.read(path)]
    now = outcome(Unspinner(progress=click.echo), documents, Tier(tier))
    load.shipped = lambda: before  # type: ignore[assignment]
    then = outcome(Unspinner(progress=click.echo), documents, Tier(tier))
    for what in now:
        for sign, more, less in (("+", now, then), ("-", then, now)):
            for (text, after, entry), n in (more[what] - less[what]).most_common():
                click.echo(f"{sign} {what}\t{n}\t{text} → {after}\t{entry}")
        click.echo(f"{what}: {sum(then[what].values())} before, {sum(now[what].values())} now")


if __name__ == "__main__":
    main()
