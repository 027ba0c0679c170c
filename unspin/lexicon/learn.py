"""Entries from examples: what a spinner wrote for what, and how readily, estimated from spun texts and their originals."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from unspin.document import Document
from unspin.evaluation.pairs import Pair as Example
from unspin.lexicon.compile import RANK_OFFSET
from unspin.lexicon.lexicon import MAX_SPUN, Lexicon

Words = tuple[str, ...]
Substitution = tuple[str, str]
"""Spun, in lower case, and canonical."""

Counts = dict[Substitution, float]

MAX_BLOCK = 4  # words that are learned as one phrase, on either side
UNLISTED = 1e-3  # w of a pair that no dictionary lists; each further word makes it ten times less
FURTHER_WORD = 0.1
SMOOTHING = 3.0  # replacements of a canonical phrase that the dictionaries' own weights count for
ITERATIONS = 8


@dataclass(frozen=True, slots=True)
class Learned:
    """One estimated pair: `count` is the expected number of times that it was seen, `weight` w(spun | canonical), and `before` what the
    dictionaries say, None if they don't list it."""

    spun: str
    canonical: str
    count: float
    weight: float
    before: float | None


def learn(examples: Iterable[Example], lexicon: Lexicon) -> list[Learned]:
    """Estimate the pairs of some examples by EM (Dempster, Laird and Rubin 1977), by canonical phrase and falling weight.

    An edit of several words may be one phrase or several substitutions side by side. The E step shares it out among all ways to cut both
    sides into the same number of blocks, in order; the M step sets w(spun | canonical) to the share of the canonical phrase's replacements,
    smoothed towards the lexicon's weights. Longer edits than the decoder could make are left out.
    """
    edits = Counter(edit for example in examples for edit in _edits(example))
    weights = _Weights(lexicon)
    counts: Counts = {}
    for _ in range(ITERATIONS):
        counts = defaultdict(float)
        for (spun, canonical), n in edits.items():
            for pair, expected in _expected(spun, canonical, weights).items():
                counts[pair] += n * expected
        weights.fit(counts)
    learned = [Learned(*pair, n, weights.of(*pair), weights.prior(*pair)) for pair, n in counts.items()]
    return sorted(learned, key=lambda item: (item.canonical, -item.weight, item.spun))


def lines(learned: Iterable[Learned]) -> Iterator[str]:
    """Dictionary lines for words-*.tsv: of each canonical phrase its pairs, likeliest first, with the factor that gives the weight."""
    by_canonical: dict[str, list[Learned]] = {}
    for item in learned:
        by_canonical.setdefault(item.canonical, []).append(item)
    for canonical in sorted(by_canonical):
        items = by_canonical[canonical]
        total = sum(1 / (rank + RANK_OFFSET) for rank in range(len(items)))
        factors = (item.weight * (rank + RANK_OFFSET) * total for rank, item in enumerate(items))
        spun = ", ".join(f"{item.spun}:{factor:.3g}" for item, factor in zip(items, factors, strict=True))
        yield f"{canonical}\tform\t{spun}"


class _Weights:
    """w(spun | canonical): the lexicon's, and then what was fitted."""

    def __init__(self, lexicon: Lexicon):
        self._lexicon = lexicon
        self._fitted: dict[Substitution, float] = {}

    def prior(self, spun: str, canonical: str) -> float | None:
        found = self._lexicon.listed(spun, canonical.lower())
        return None if found is None else math.exp(found[2])

    def of(self, spun: str, canonical: str) -> float:
        fitted = self._fitted.get((spun, canonical))
        return self._start(spun, canonical) if fitted is None else fitted

    def _start(self, spun: str, canonical: str) -> float:
        prior = self.prior(spun, canonical)
        further = float(spun.count(" ") + canonical.count(" "))
        return UNLISTED * FURTHER_WORD**further if prior is None else prior

    def fit(self, counts: Counts) -> None:
        totals: defaultdict[str, float] = defaultdict(float)
        for (_, canonical), n in counts.items():
            totals[canonical] += n
        self._fitted = {
            (spun, canonical): (n + SMOOTHING * (self.prior(spun, canonical) or 0.0)) / (totals[canonical] + SMOOTHING)
            for (spun, canonical), n in counts.items()
        }


def _edits(example: Example) -> Iterator[tuple[Words, Words]]:
    for gold in example.gold:
        before = example.text[gold.start : gold.end]
        spun = tuple(Document(before).keys)
        capital = before[:1].isupper()
        shouting = before.isupper()
        original = Document(gold.original)
        canonical = tuple(original.keys[i] if shouting else _canonical(original.word(i), capital) for i in range(len(original)))
        if spun and canonical and spun != canonical and max(len(spun), len(canonical)) <= MAX_SPUN:
            yield spun, canonical


def _canonical(word: str, capital: bool) -> str:
    """A capital stays if it is the word's own, not that of the place where it stands."""
    return word.lower() if capital and not any(character.isupper() for character in word[1:]) else word


def _expected(spun: Words, canonical: Words, weights: _Weights) -> Counts:
    """How often each pair occurs in one edit, in expectation: forward-backward over the cuts of both sides."""
    blocks = [
        (i, j, k, m, _weight(spun[i:k], canonical[j:m], weights))
        for i in range(len(spun))
        for j in range(len(canonical))
        for k in range(i + 1, min(i + MAX_BLOCK, len(spun)) + 1)
        for m in range(j + 1, min(j + MAX_BLOCK, len(canonical)) + 1)
    ]
    forward = {(0, 0): 1.0}
    for i, j, k, m, weight in blocks:
        forward[k, m] = forward.get((k, m), 0.0) + forward.get((i, j), 0.0) * weight
    end = len(spun), len(canonical)
    backward = {end: 1.0}
    for i, j, k, m, weight in reversed(blocks):
        backward[i, j] = backward.get((i, j), 0.0) + backward.get((k, m), 0.0) * weight
    expected: defaultdict[Substitution, float] = defaultdict(float)
    for i, j, k, m, weight in blocks:
        share = forward.get((i, j), 0.0) * weight * backward.get((k, m), 0.0) / max(forward.get(end, 0.0), 1e-300)
        if share and spun[i:k] != canonical[j:m]:
            expected[" ".join(spun[i:k]), " ".join(canonical[j:m])] += share
    return expected


def _weight(spun: Words, canonical: Words, weights: _Weights) -> float:
    if spun == canonical:
        return 1.0 if len(spun) == 1 else 0.0  # longer ones are that many blocks of one word
    return weights.of(" ".join(spun), " ".join(canonical))
