"""Tortured phrases: is the expected term among the first suggestions?

    python benchmarks/tortured.py PHRASES.tsv

PHRASES holds lines of tortured phrase <TAB> expected term. Each phrase is read in a carrier sentence of its own; a suggestion counts if,
written into the sentence, it gives the expected one, up to case and hyphens. `looked up` asks the dictionaries for the phrase alone.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import click
from layout import machine, table

from unspin.findings import Finding
from unspin.patching import apply
from unspin.unspinner import Unspinner

CARRIER = "In this paper we study {} and compare it with earlier work."
TOPS = 1, 5


def read(path: Path) -> list[tuple[str, str]]:
    """Phrase and term of each line, without the heading."""
    rows = [line.split("\t")[:2] for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line]
    return [(phrase.strip(), term.strip()) for phrase, term in rows[1:]]


def plain(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").split())


def suggested(text: str, findings: tuple[Finding, ...]) -> list[str]:
    """The sentences that the findings' suggestions lead to, best first: all first ones, then one finding's next, then any subset."""
    best = [finding.edit for finding in findings]
    results = [apply(text, best)]
    for rank in range(1, TOPS[-1]):
        for i, finding in enumerate(findings):
            if rank < len(finding.suggestions):
                edit = replace(best[i], after=finding.suggestions[rank].text)
                results.append(apply(text, [*best[:i], edit, *best[i + 1 :]]))
    for size in range(len(best) - 1, 0, -1):
        results += (apply(text, list(some)) for some in combinations(best, size))
    return list(dict.fromkeys(results))


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--missing", is_flag=True, help="List the phrases whose term is not found.")
@click.option("--markdown", is_flag=True, help="Print tables to paste into RESULTS.md.")
def main(path: Path, missing: bool, markdown: bool) -> None:
    """How many of the tortured phrases in PATH are restored."""
    unspinner = Unspinner(progress=click.echo)
    phrases = read(path)
    ranks: dict[str, list[int | None]] = {"in a sentence": [], "looked up": []}
    for phrase, term in phrases:
        text, expected = CARRIER.format(phrase), plain(CARRIER.format(term))
        sentences = [plain(sentence) for sentence in suggested(text, unspinner.analyze(text).findings)]
        ranks["in a sentence"].append(sentences.index(expected) + 1 if expected in sentences else None)
        found = [plain(pair.canonical) for pair in unspinner.lookup(phrase)]
        ranks["looked up"].append(found.index(plain(term)) + 1 if plain(term) in found else None)
        if missing and ranks["in a sentence"][-1] is None:
            click.echo(f"{phrase}\t{term}\t{sentences[0]}")
    rows = [
        [how, f"{len(found):,}", *(f"{sum(r is not None and r <= top for r in found) / len(found):.3f}" for top in TOPS)]
        for how, found in ranks.items()
    ]
    click.echo(machine())
    click.echo(table("Tortured phrases", ["phrase is", "n", *(f"top {top}" for top in TOPS)], rows, markdown))


if __name__ == "__main__":
    main()
