"""The cost of `unspin batch`: beside other tools on the same clean text, on one and two cores, in memory, and as things grow.

    python benchmarks/corpora.py SPUN.jsonl CLEAN.jsonl [--rounds 3] [--megabytes 12] [--stream 1000] [--plot costs.png]

Records are those of `unspin eval`; they are repeated until there is enough text. Tools run in turn in every round, as processes; those
that are not installed are left out. `--stream` is the size in MB of the corpus whose peak memory is taken (0: left out).
"""

from __future__ import annotations

import itertools
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

import click
from layout import machine, table
from speed import CODESPELL, CODESPELL_FOUND, MEGABYTE, UNSPIN, Measure, peak_memory, process, rows, timed, write_files

from unspin.corpus.jsonl import LineChunk
from unspin.corpus.operation import Repairing
from unspin.corpus.transform import Transform
from unspin.corpus.work import Job
from unspin.evaluation import pairs
from unspin.unspinner import Unspinner

WORKERS = (1, 2)


def enough(texts: Sequence[str], megabytes: float) -> Iterator[str]:
    """The texts again and again, until there are so many megabytes of them."""
    size = 0
    for text in itertools.cycle(texts):
        if size >= megabytes * MEGABYTE:
            return
        size += len(text.encode())
        yield text


def write_corpus(texts: Sequence[str], path: Path, megabytes: float) -> float:
    """Write a JSONL corpus; its megabytes of text."""
    with path.open("w", encoding="utf-8") as stream:
        size = 0
        for number, text in enumerate(enough(texts, megabytes)):
            stream.write(json.dumps({"id": number, "text": text}) + "\n")
            size += len(text.encode())
    return size / MEGABYTE


def batch(source: Path, workers: int = 1) -> list[str]:
    return [*UNSPIN, "batch", str(source), str(source.with_name("out.jsonl")), "--workers", str(workers)]


def beside_others(clean: Sequence[str], folder: Path, megabytes: float) -> list[Measure]:
    """`unspin batch` and linters on the same clean text."""
    source = folder / "clean.jsonl"
    amount = write_corpus(clean, source, megabytes)
    files = write_files([*enough(clean, megabytes)], folder / "files")
    others: dict[str, tuple[list[str], tuple[int, ...]]] = {
        "`codespell`": ([*CODESPELL, "."], (0, CODESPELL_FOUND)),
        "`typos`": (["typos", "."], (0, 2)),
        "`proselint`": (["proselint", "check", "."], (0, 1)),
    }
    found = {name: command for name, command in others.items() if command[0][0] == sys.executable or shutil.which(command[0][0])}
    measures = [Measure("clean, `unspin batch`", process(batch(source), folder), amount, "MB/s", "`codespell`")]
    return measures + [Measure(name, process(command, files, codes), amount, "MB/s") for name, (command, codes) in found.items()]


def scaling(texts: Sequence[str], name: str, folder: Path, megabytes: float, unspinner: Unspinner) -> list[Measure]:
    """The same corpus with one process and with two."""
    source = folder / f"{name}.jsonl"
    amount = write_corpus(texts, source, megabytes)
    if name == "spun":
        amount, unit = (
            sum(unspinner.analyze(text).words for text in texts) * amount / (sum(map(_size, texts)) / MEGABYTE),
            "words/s",
        )
    else:
        unit = "MB/s"
    first = f"{name}, 1 process"
    return [
        Measure(
            f"{name}, {n} process{'es' * (n > 1)}", process(batch(source, n), folder), amount, unit, None if n == 1 else first
        )
        for n in WORKERS
    ]


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    def once() -> float:
        started = perf_counter()
        work()
        return perf_counter() - started

    return min(once() for _ in range(rounds))


def curves(spun: Sequence[str], clean: Sequence[str], folder: Path) -> dict[str, list[tuple[float, float]]]:
    """What grows, and the seconds it takes: the number of documents, the length of one document, the entries of the dictionary."""
    job = Job(Repairing(Transform()))

    def work(texts: Sequence[str]) -> Callable[[], object]:
        lines = [json.dumps({"text": text}).encode() + b"\n" for text in texts]
        return lambda: LineChunk(1, lines).work(job)

    work(spun[:1])()
    result: dict[str, list[tuple[float, float]]] = {}
    for name, texts in (("spun", spun), ("clean", clean)):
        documents = [*itertools.islice(itertools.cycle(texts), 400)]
        result[f"documents, {name}"] = [(n, seconds(work(documents[:n]))) for n in (25, 50, 100, 200, 400)]
        long = "\n\n".join(documents[:200])
        result[f"kB of one document, {name}"] = [
            (size, seconds(work([long[: size * 1000]]))) for size in (10, 25, 50, 100, 200, 400) if size * 1000 <= len(long)
        ]
    sizes: list[tuple[float, float]] = []
    for count in (0, 5_000, 10_000, 20_000):
        words = folder / f"{count}" / "words.tsv"
        words.parent.mkdir()
        names = itertools.islice(map("".join, itertools.product("bcdfghklmnprstvz", repeat=4)), count)
        words.write_text("".join(f"xa{name}\tnoun\txe{name}, xi{name}, xo{name}\n" for name in names))
        unspinner = Unspinner([words.parent] if count else [])
        sizes.append((3 * count, seconds(lambda engine=unspinner: [engine.analyze(text) for text in spun[:100]])))  # type: ignore[misc]
    result["entries of one's own dictionary, 100 spun documents"] = sizes
    return result


def plot(found: dict[str, list[tuple[float, float]]], path: Path) -> None:
    """Draw the curves; a straight line through the origin is linear cost."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(found), figsize=(3.4 * len(found), 3), layout="constrained")
    for axis, (name, points) in zip(axes, found.items(), strict=True):
        axis.plot(*zip(*points, strict=True), "o-")
        axis.set_xlabel(name, fontsize=8)
        axis.set_ylim(bottom=0)
        axis.set_xlim(left=0)
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("seconds")
    figure.savefig(path, dpi=110)


def _size(text: str) -> int:
    return len(text.encode())


@click.command()
@click.argument("spun", type=click.Path(exists=True, dir_okay=False))
@click.argument("clean", type=click.Path(exists=True, dir_okay=False))
@click.option("--rounds", default=3, show_default=True, help="How often everything is measured.")
@click.option("--megabytes", default=12.0, show_default=True, help="Clean text that the tools get.")
@click.option("--stream", default=1000.0, show_default=True, help="MB of the corpus whose peak memory is taken; 0: none.")
@click.option("--plot", "picture", type=click.Path(path_type=Path), help="Draw how cost grows.")
@click.option("--markdown", is_flag=True, help="Print tables to paste into RESULTS.md.")
def main(spun: str, clean: str, rounds: int, megabytes: float, stream: float, picture: Path | None, markdown: bool) -> None:
    """Measure `unspin batch`."""
    spun_texts = [record.text for record in pairs.read(Path(spun))]
    clean_texts = [record.text for record in pairs.read(Path(clean))]
    unspinner = Unspinner()
    click.echo(machine() + "\n")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        measures = beside_others(clean_texts, folder, megabytes)
        measures += scaling(spun_texts, "spun", folder, megabytes / 3, unspinner)
        measures += scaling(clean_texts, "clean", folder, megabytes, unspinner)
        figures = timed(measures, rounds)
        columns = ["", "median", "range", "against codespell, or 1 process"]
        click.echo(table("Throughput", columns, rows(measures, figures), markdown))
        if stream:
            sizes = []
            for size in (stream / 100, stream):
                source = folder / "stream.jsonl"
                write_corpus(clean_texts, source, size)
                sizes.append([f"{source.stat().st_size / MEGABYTE:,.0f} MB", f"{peak_memory(batch(source), folder):,.0f} MB"])
            click.echo(table("Peak memory of one process", ["corpus", "resident"], sizes, markdown))
        found = curves(spun_texts, clean_texts, folder)
        lines = [[name, ", ".join(f"{x:,.0f}: {y:.2f} s" for x, y in points)] for name, points in found.items()]
        click.echo(table("Cost as things grow", ["", "seconds"], lines, markdown))
        if picture:
            plot(found, picture)


if __name__ == "__main__":
    main()
