"""Time a hook's work: `unspin check` on a folder of text files, new to it and seen before, against other linters of prose.

    python benchmarks/linting.py FOLDER [--rounds 3] [--markdown]

Every tool gets the same folder in every round, in turn; unspin compiles its dictionaries before the first, for a cache of its own, and
may keep the bytecode of its modules, as that of an installed package is. Tools that are not installed are left out. Also counts unspin's
findings, which are all false alarms if the files are genuine.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from unspin import cache

NEW, SEEN = "`unspin check`, new files", "`unspin check`, seen before"
OTHERS = {"`codespell`": ["codespell", "."], "`proselint`": ["proselint", "check", "."], "`typos`": ["typos", "."]}
UNSPIN = [sys.executable, "-m", "unspin"]


def run(command: list[str], folder: Path, store: Path) -> tuple[float, str]:
    """Seconds, and what was printed."""
    started = time.perf_counter()
    environment = {**os.environ, cache.VARIABLE: str(store), "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return time.perf_counter() - started, done.stdout


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rounds", default=3, show_default=True, help="How often everything is measured.")
@click.option("--markdown", is_flag=True, help="Print a table for RESULTS.md.")
def main(folder: Path, rounds: int, markdown: bool) -> None:
    """Time linters on FOLDER."""
    others = {name: command for name, command in OTHERS.items() if shutil.which(command[0])}
    seconds: dict[str, list[float]] = {name: [] for name in (NEW, SEEN, *others)}
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(temporary)
        run([*UNSPIN, "check", "--no-cache", "-"], store, store)
        for _ in range(rounds):
            for stale in store.glob("results.sqlite*"):
                stale.unlink()
            check = [*UNSPIN, "check", ".", "--format", "jsonl"]
            for name in (NEW, SEEN):
                took, printed = run(check, folder, store)
                seconds[name].append(took)
            for name, command in others.items():
                seconds[name].append(run(command, folder, store)[0])
        words = sum(
            file["words"] for file in json.loads(run([*UNSPIN, "score", ".", "--format", "json"], folder, store)[1])["files"]
        )
    best = {name: min(values) for name, values in seconds.items()}
    click.echo(f"{words:,} words of prose, {len(printed.splitlines())} findings\n")
    click.echo("| | best of the rounds | range | times as fast as proselint |" if markdown else "seconds, best and worst")
    if markdown:
        click.echo("|---|---|---|---|")
    for name, values in seconds.items():
        ratio = f"{best['`proselint`'] / best[name]:.1f}" if "`proselint`" in best else ""
        row = [name, f"{best[name]:.2f} s", f"{min(values):.2f}-{max(values):.2f}", ratio]
        click.echo(f"| {' | '.join(row)} |" if markdown else "  ".join(row))


if __name__ == "__main__":
    main()
