"""How much of another table of substitutions the dictionaries know.

    python benchmarks/coverage.py PAIRS.jsonl
    python benchmarks/coverage.py TABLE.tsv

PAIRS holds the records of `unspin eval`: each substitution in them counts. TABLE holds lines of spun <TAB> canonical. A pair of words is
covered if the lexicon maps the spun word, or its lemma, to the canonical word or its lemma; a pair of several words also if it is
composed of covered words, or is an entry as it stands. `types` counts each pair once, `tokens` as often as it occurs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import click
from layout import table
from lemminflect import getAllLemmas

from unspin.evaluation import pairs
from unspin.lexicon.lexicon import Lexicon
from unspin.unspinner import load_channel

Substitution = tuple[str, str]
ARTICLES = frozenset({"a", "an", "the"})
CUTS = 1, 3, 5, 8, 12, 20
"""Ranks of the canonical word among the candidates of the spun one: the decoder tries the first six."""


def read(path: Path) -> Counter[Substitution]:
    """The substitutions of a file, in lower case, with their number."""
    if path.suffix == ".tsv":
        lines = (line.split("\t")[:2] for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
        found = ((spun, canonical) for spun, canonical in lines)
    else:
        found = ((pair.text[gold.start : gold.end], gold.original) for pair in pairs.read(path) for gold in pair.gold)
    plain = ((" ".join(_words(spun)), " ".join(_words(canonical))) for spun, canonical in found)
    return Counter((spun, canonical) for spun, canonical in plain if spun and canonical and spun != canonical)


def _words(text: str) -> list[str]:
    words = text.lower().replace("-", " ").replace("’", "'").split()
    return words[1:] if len(words) > 1 and words[0] in ARTICLES else words


@lru_cache(maxsize=100_000)
def lemmas(word: str) -> tuple[str, ...]:
    """A word and all its lemmas."""
    return tuple(dict.fromkeys([word, *(lemma for found in getAllLemmas(word).values() for lemma in found)]))


class Coverage:
    """Answers by lemma whether a substitution is known, and at which rank."""

    def __init__(self, lexicon: Lexicon):
        self._lexicon = lexicon

    @lru_cache(maxsize=200_000)  # noqa: B019
    def _originals(self, spun: str) -> dict[str, int]:
        """Lemmas of the canonical phrases of a spun phrase, with their rank from 1."""
        ranks: dict[str, int] = {}
        for form in lemmas(spun):
            for rank, pair in enumerate(self._lexicon.pairs(form), start=1):
                for lemma in lemmas(pair.canonical.lower()):
                    ranks[lemma] = min(rank, ranks.get(lemma, rank))
        return ranks

    def rank(self, spun: str, canonical: str) -> int | None:
        """The best rank at which a pair is listed, None if it is not."""
        known = self._originals(spun)
        return min((known[lemma] for lemma in lemmas(canonical) if lemma in known), default=None)

    def composed(self, spun: str, canonical: str) -> bool:
        """Whether a phrase follows from substitutions of its words."""
        before, after = spun.split(), canonical.split()
        return len(before) == len(after) and all(
            s == c or self.rank(s, c) is not None for s, c in zip(before, after, strict=True)
        )


def rows(substitutions: Counter[Substitution], coverage: Coverage) -> Iterator[list[str]]:
    single = {pair: n for pair, n in substitutions.items() if " " not in pair[0] and " " not in pair[1]}
    several = {pair: n for pair, n in substitutions.items() if pair not in single}
    for name, group in ("one word", single), ("several words", several):
        if not group:
            continue
        ranks = {pair: coverage.rank(*pair) for pair in group}
        for cut in CUTS:
            yield [name, f"among the first {cut}", *_shares(group, {p for p, rank in ranks.items() if rank and rank <= cut})]
        listed = {pair for pair, rank in ranks.items() if rank}
        yield [name, "listed", *_shares(group, listed)]
        if group is several:
            composed = {pair for pair in group if coverage.composed(*pair)}
            yield [name, "listed or composed", *_shares(group, listed | composed)]


def _shares(group: dict[Substitution, int], covered: set[Substitution]) -> list[str]:
    tokens = sum(group[pair] for pair in covered) / sum(group.values())
    return [f"{len(group):,}", f"{len(covered) / len(group):.3f}", f"{tokens:.3f}"]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--missing", is_flag=True, help="List what is not covered, most frequent first.")
@click.option("--markdown", is_flag=True, help="Print tables to paste into RESULTS.md.")
def main(files: tuple[Path, ...], missing: bool, markdown: bool) -> None:
    """How much of the substitutions in FILES the dictionaries know."""
    coverage = Coverage(load_channel(progress=click.echo).lexicon)
    for path in files:
        substitutions = read(path)
        click.echo(
            table(path.name, ["pairs", "canonical is", "n", "types", "tokens"], list(rows(substitutions, coverage)), markdown)
        )
        if missing:
            for (spun, canonical), n in substitutions.most_common():
                if coverage.rank(spun, canonical) is None and not coverage.composed(spun, canonical):
                    click.echo(f"{n}\t{spun}\t{canonical}")


if __name__ == "__main__":
    main()
