"""Speed, start-up and memory, beside codespell on the same clean text in the same run.

    python benchmarks/speed.py SPUN.jsonl CLEAN.jsonl

Records are those of `unspin eval`. Everything is measured once in each round, in alternating order, so that a machine that slows down
slows all alike; figures are medians over the rounds. One core: nothing here runs in parallel.
"""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import click
from layout import machine, table

from unspin.errors import UnspinError
from unspin.evaluation import pairs
from unspin.unspinner import Unspinner

PYTHON = [sys.executable]
UNSPIN = [*PYTHON, "-m", "unspin"]
CODESPELL = [*PYTHON, "-m", "codespell_lib"]
CODESPELL_FOUND = 65  # codespell's exit code when it found misspellings
MEGABYTE = 1_000_000

WITNESS = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs a command from a small process: on Linux a child's ru_maxrss starts at the size of the process that launched it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Something to time. `amount` of `unit` is done in one run; without an amount the time itself is the figure."""

    name: str
    run: Callable[[], object]
    amount: float | None = None
    unit: str = "s"
    against: str | None = None
    """The measure that it is compared with."""

    def figure(self, seconds: float) -> float:
        return seconds if self.amount is None else self.amount / seconds


def timed(measures: Sequence[Measure], rounds: int) -> dict[str, list[float]]:
    """Each measure's figures, by round. Every second round goes backwards."""
    figures: dict[str, list[float]] = {measure.name: [] for measure in measures}
    for number in range(rounds):
        for measure in measures if number % 2 == 0 else reversed(measures):
            start = perf_counter()
            measure.run()
            figures[measure.name].append(measure.figure(perf_counter() - start))
    return figures


def ratio(figures: Sequence[float], others: Sequence[float]) -> float:
    """The median over the rounds of this figure against the other of the same round."""
    return median(mine / other for mine, other in zip(figures, others, strict=True))


def rows(measures: Sequence[Measure], figures: dict[str, list[float]]) -> list[list[str]]:
    result = []
    for measure in measures:
        mine = figures[measure.name]
        compared = f"{ratio(mine, figures[measure.against]):.2f}" if measure.against else ""
        span = f"{_number(min(mine))}-{_number(max(mine))}"
        result.append([measure.name, f"{_number(median(mine))} {measure.unit}", span, compared])
    return result


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def process(command: Sequence[str], folder: Path, accepted: Sequence[int] = (0,)) -> Callable[[], None]:
    """A run of a command in a folder; any other exit code than the accepted ones is an error, not a fast run."""

    def run() -> None:
        done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        _check(command, done.returncode, accepted, done.stderr)

    return run


def peak_memory(command: Sequence[str], folder: Path, accepted: Sequence[int] = (0,)) -> float:
    """The peak resident size of a command in MB, pages of mapped files included."""
    done = subprocess.run([*PYTHON, "-c", WITNESS, *command], cwd=folder, capture_output=True, text=True)
    code, size = (int(word) for word in done.stdout.split())
    _check(command, code, accepted, done.stderr)
    return size * (1 if sys.platform == "darwin" else 1024) / MEGABYTE


def _check(command: Sequence[str], code: int, accepted: Sequence[int], said: str) -> None:
    if code not in accepted:
        raise click.ClickException(f"{' '.join(command)}: exit code {code}\n{said}")


def write_files(texts: Sequence[str], folder: Path) -> Path:
    """One file for each text, all in this new folder."""
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
    return folder


def throughput(unspinner: Unspinner, spun: Sequence[str], clean: Sequence[str], clean_folder: Path) -> list[Measure]:
    """The engine on both kinds of text, and the two commands on the same files of clean text."""
    words = sum(unspinner.analyze(text).words for text in spun)
    megabytes = sum(len(text.encode()) for text in clean) / MEGABYTE
    codespell = "clean text, `codespell` (process)"
    unspin_check = process([*UNSPIN, "check", "--no-cache", "--jobs", "1", "."], clean_folder, accepted=(0, 1))
    return [
        Measure("spun text, analyze", lambda: [unspinner.analyze(text) for text in spun], words, "words/s"),
        Measure("spun text, repair", lambda: [unspinner.repair(text) for text in spun], words, "words/s"),
        Measure("clean text, analyze", lambda: [unspinner.analyze(text) for text in clean], megabytes, "MB/s", codespell),
        Measure("clean text, repair", lambda: [unspinner.repair(text) for text in clean], megabytes, "MB/s", codespell),
        Measure("clean text, `unspin check` (process)", unspin_check, megabytes, "MB/s", codespell),
        Measure(codespell, process([*CODESPELL, "."], clean_folder, accepted=(0, CODESPELL_FOUND)), megabytes, "MB/s"),
    ]


def start_up(small: Path) -> list[Measure]:
    """Processes that have next to nothing to do; the compiled dictionaries and model are in the cache."""
    codespell = "`codespell`, one small file"
    check = process([*UNSPIN, "check", "--no-cache", small.name], small.parent, accepted=(0, 1))
    again = process([*UNSPIN, "check", small.name], small.parent, accepted=(0, 1))
    return [
        Measure("`python -c pass`", process([*PYTHON, "-c", "pass"], small.parent)),
        Measure("`unspin --version`", process([*UNSPIN, "--version"], small.parent), against=codespell),
        Measure("`unspin check`, one small file", check, against=codespell),
        Measure("`unspin check`, the same, seen before", again, against=codespell),
        Measure(codespell, process([*CODESPELL, small.name], small.parent, accepted=(0, CODESPELL_FOUND))),
    ]


def memory(small: Path, spun_folder: Path, clean_folder: Path) -> list[list[str]]:
    found = {
        "`unspin check`, one small file": peak_memory(
            [*UNSPIN, "check", "--no-cache", small.name], small.parent, accepted=(0, 1)
        ),
        "`unspin check`, all spun text": peak_memory(
            [*UNSPIN, "check", "--no-cache", "--jobs", "1", "."], spun_folder, accepted=(0, 1)
        ),
        "`unspin check`, all clean text": peak_memory(
            [*UNSPIN, "check", "--no-cache", "--jobs", "1", "."], clean_folder, accepted=(0, 1)
        ),
        "`codespell`, all clean text": peak_memory([*CODESPELL, "."], clean_folder, accepted=(0, CODESPELL_FOUND)),
    }
    return [[name, f"{size:.0f} MB"] for name, size in found.items()]


def codespell_version() -> str:
    try:
        return importlib.metadata.version("codespell")
    except importlib.metadata.PackageNotFoundError as error:
        raise click.ClickException("codespell is not installed: pip install 'unspin[benchmark]'") from error


@click.command()
@click.argument("spun_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("clean_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--markdown", is_flag=True, help="Tables in Markdown, to paste.")
def main(spun_file: Path, clean_file: Path, rounds: int, markdown: bool) -> None:
    """Measure on the texts of SPUN_FILE and CLEAN_FILE."""
    machine_line = f"{machine()}, codespell {codespell_version()}"
    try:
        spun, clean = ([pair.text for pair in pairs.read(path)] for path in (spun_file, clean_file))
        unspinner = Unspinner()
    except UnspinError as error:
        raise click.ClickException(str(error)) from error
    if not spun or not clean:
        raise click.ClickException("both files must have documents")
    with tempfile.TemporaryDirectory(prefix="unspin-speed-") as name:
        folder = Path(name)
        spun_folder, clean_folder = write_files(spun, folder / "spun"), write_files(clean, folder / "clean")
        small = spun_folder / "00000.txt"
        measured = throughput(unspinner, spun, clean, clean_folder), start_up(small)
        everything = [measure for measures in measured for measure in measures]
        timed(everything, 1)  # fills the caches
        figures = timed(everything, rounds)
        peaks = memory(small, spun_folder, clean_folder)

    size = sum(len(text.encode()) for text in clean) / MEGABYTE
    click.echo(f"{machine_line}\n")
    click.echo(f"{len(spun):,} spun and {len(clean):,} clean documents ({size:.2f} MB); medians of {rounds} alternated rounds.\n")
    columns = ["what", "median", "range", "against codespell"]
    for title, measures in zip(
        ("Throughput, one core (more is better)", "Start-up, warm (less is better)"), measured, strict=True
    ):
        click.echo(table(title, columns, rows(measures, figures), markdown))
    click.echo(table("Peak memory", ["what", "resident"], peaks, markdown))


if __name__ == "__main__":
    main()
