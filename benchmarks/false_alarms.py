"""What the dictionaries do to clean text, entry by entry; writes unspin/lexicon/false_alarms.tsv, which `unspin dict lint` enforces.

    python benchmarks/false_alarms.py CLEAN.jsonl [MORE.jsonl …]

CLEAN holds {"text"} records. Two rates are taken, each in a million words: of an entry, its findings of tier likely or safer; of a phrase
that is flagged as a tell, its occurrences, for a tell that occurs in clean text is none.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from unspin.document import Document
from unspin.evaluation import pairs
from unspin.findings import Tier
from unspin.lexicon import false_alarms
from unspin.lexicon.lexicon import MAX_SPUN, Lexicon
from unspin.unspinner import Unspinner


def tells_in(keys: list[str], lexicon: Lexicon) -> list[str]:
    """The tells that occur in a document, each as often as it does."""
    found = []
    for first in range(len(keys)):
        for last in range(first + 1, min(first + MAX_SPUN, len(keys)) + 1):
            phrase = " ".join(keys[first:last])
            group = lexicon.index.number(phrase)
            if group >= 0 and lexicon.tell[lexicon.starts[group] : lexicon.starts[group + 1]].any():
                found.append(phrase)
    return found


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--write/--dry-run", default=True, help="Write the rates, or only print them.")
def main(files: tuple[Path, ...], write: bool) -> None:
    """Measure the entries on the clean texts of FILES."""
    unspinner = Unspinner(progress=click.echo)
    counts: Counter[tuple[str, str]] = Counter()
    words = 0
    for pair in (pair for path in files for pair in pairs.read(path)):
        if not pair.clean:
            continue
        doc = Document(pair.text)
        words += len(doc)
        counts.update((false_alarms.FINDING, finding.entry) for finding in unspinner.analyze(pair.text).at(Tier.LIKELY))
        counts.update((false_alarms.TELL, phrase) for phrase in tells_in(doc.keys, unspinner.lexicon))
    rows = [f"{what}\t{text}\t{n / words * 1e6:.1f}\n" for (what, text), n in sorted(counts.items())]
    click.echo("".join(sorted(rows, key=lambda row: -float(row.rsplit("\t", 1)[1]))), nl=False)
    click.echo(f"{words:,} words; {len(rows)} entries fire")
    if write:
        head = f"# what <TAB> entry <TAB> times in a million words, on {words:,} words of clean news; see benchmarks/false_alarms.py\n"
        (Path(false_alarms.__file__).with_name(false_alarms.FILE)).write_text(head + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
