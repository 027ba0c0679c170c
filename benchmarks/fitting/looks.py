"""The two looks at a text (see `unspin.decoding.features`): trees for each, and what they say of texts that they have not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from zlib import crc32

import click
import numpy as np

from fitting.development import Data, Fold
from fitting.forests import Forests, trees
from fitting.processes import in_parallel
from fitting.samples import TORTURED, Sample, alone, short, strange, usable
from unspin.decoding import reliability
from unspin.decoding.features import closer, worth_it
from unspin.decoding.reliability import Reliability

PRIOR = 3.0  # right cases that a pair is credited with in advance, as many as expected
OTHER_TABLE = 0.5  # weight of a miss in spun text: another spinner may write the pair
HIDDEN_FROM_TREES = 30  # percent of pairs
WEIGHT_OF_TORTURED = 5.0  # whoever reads a single sentence does so because it looks odd
WEIGHT_OF_CLEAN = 2.0  # of whole documents: most texts are genuine, however many spun ones are simulated
WEIGHT_OF_ALONE = 0.2  # of sentences by other spinners: half of what stands alone shall be spun, tortured phrases included
FIRST_TREES = {"n_estimators": 100, "learning_rate": 0.12, "num_leaves": 31, "max_depth": 7}
SECOND_TREES = {"n_estimators": 500, "learning_rate": 0.05, "num_leaves": 47, "max_depth": 8}


def weight(item: Sample) -> float:
    """What a sample weighs in the fit."""
    if item.pair.id.startswith(TORTURED):
        return WEIGHT_OF_TORTURED
    if alone(item):
        return WEIGHT_OF_ALONE
    return WEIGHT_OF_CLEAN if item.pair.clean and not short(item) else 1.0


class Tally:
    """For each pair and each spun phrase: how often it was right, and how often that was expected."""

    def __init__(self, everything: bool) -> None:
        self.right: Counter[tuple[str, str]] = Counter()
        self.expected: Counter[tuple[str, str]] = Counter()
        self._everything = everything

    def add(self, item: Sample, confidence: np.ndarray, sign: int = 1) -> None:
        for i in np.flatnonzero(usable(item, self._everything)).tolist():
            spun, canonical, exact, expected = item.spun[i], item.canonical[i], item.exact[i], confidence[i]
            weight = sign if exact or item.pair.clean else sign * OTHER_TABLE
            for key in ((spun, canonical), (spun, reliability.ANY)):
                self.right[key] += weight * exact
                self.expected[key] += weight * expected

    def factors(self, keys=None) -> dict[tuple[str, str], float]:
        keys = self.expected if keys is None else keys
        return {key: log((self.right[key] + PRIOR) / (self.expected[key] + PRIOR)) for key in keys}


def first_trees(samples: list[Sample], everything: bool) -> Forests:
    """The trees of the first look."""
    open_to = [usable(item, everything) for item in samples]
    rows, exact = zip(*((item.first[use], item.exact[use]) for item, use in zip(samples, open_to, strict=True)), strict=True)
    return trees(rows, exact, [*map(weight, samples)], FIRST_TREES)


def guesses(
    seen: list[Sample], simulated: list[Sample], unseen: list[Sample], everything: bool
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Confidences at the first look of the simulated documents and the unseen ones, each by trees that did not see it: half of the
    simulated ones is left out in turn."""
    models = [first_trees(seen + simulated[1 - half :: 2], everything) for half in (0, 1)]
    of_simulated = [models[i % 2].confidence(item.first) for i, item in enumerate(simulated)]
    return of_simulated, [(models[0].confidence(item.first) + models[1].confidence(item.first)) / 2 for item in unseen]


def look_again(item: Sample, guess: np.ndarray, tally: Tally | None, hidden: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The arcs that get a second look after this first guess, and the evidence for them, by what a tally says of pairs of which so many
    percent are hidden."""
    kept = worth_it(guess)
    spun, canonical = [item.spun[i] for i in kept], [item.canonical[i] for i in kept]
    keys = {key for s, c in zip(spun, canonical, strict=True) for key in ((s, c), (s, reliability.ANY))}
    factors = tally.factors({key for key in keys if crc32(f"{key}".encode()) % 100 >= hidden}) if tally and keys else {}
    parts = item.first[kept], item.own[kept], Reliability(factors), kept, guess[kept]
    return kept, closer(item.decoding, item.decoding.arcs.take(kept), spun, canonical, *parts)


def without_itself(item: Sample, guess: np.ndarray, tally: Tally) -> tuple[np.ndarray, np.ndarray]:
    if short(item):
        return look_again(item, guess, tally, HIDDEN_FROM_TREES)
    tally.add(item, guess, -1)
    result = look_again(item, guess, tally, HIDDEN_FROM_TREES)
    tally.add(item, guess)
    return result


def second_trees(
    samples: list[Sample],
    guesses: list[np.ndarray],
    simulated: list[Sample],
    simulated_guesses: list[np.ndarray],
    everything: bool,
) -> tuple[Forests, Tally]:
    """The trees of the second look, and a tally; a document's own cases are taken out of the tally before the trees see it, and those
    that were simulated with the same pairs show none."""
    tally = Tally(everything)
    for item, guess in zip(samples, guesses, strict=True):
        if not short(item):
            tally.add(item, guess)
    looks = [without_itself(item, guess, tally) for item, guess in zip(samples, guesses, strict=True)]
    for item, guess in zip(simulated, simulated_guesses, strict=True):
        looks.append(look_again(item, guess, tally if strange(item) else None, HIDDEN_FROM_TREES))
    rows, exact = [], []
    for item, (kept, evidence) in zip(samples + simulated, looks, strict=True):
        use = usable(item, everything)[kept]
        rows.append(evidence[use])
        exact.append(item.exact[kept][use])
    return trees(rows, exact, [*map(weight, samples + simulated)], SECOND_TREES), tally


def judged(item: Sample, guess: np.ndarray, model: Forests, tally: Tally) -> np.ndarray:
    """The confidences of a document after both looks."""
    result = guess.copy()
    kept, rows = look_again(item, guess, tally)
    result[kept] = model.confidence(rows)
    return result


@dataclass(frozen=True)
class Confidences:
    """Of each sample after the `first` look and after `both`, and of the `strangers` of all folds in a row."""

    first: list[np.ndarray]
    both: list[np.ndarray]
    strangers: list[np.ndarray]


def cross_validated(data: Data, simulations: Sequence[list[Sample]], everything: bool) -> Confidences:
    """What trees say that saw neither the sample nor, unless `everything`, half of the canonical phrases. Each fold's trees also see
    its simulated documents."""
    samples, parts = data.samples, data.folds

    def first_pass(number: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
        seen, unseen = ([samples[k] for k in numbers] for numbers in (parts[number].seen, parts[number].unseen))
        return guesses(seen, simulations[number], unseen + data.strangers[number], everything)

    passes = in_parallel(first_pass, range(len(parts)))
    first = by_number(parts, [unseen[: len(fold.unseen)] for fold, (_, unseen) in zip(parts, passes, strict=True)])
    click.echo("first look done")

    def second_pass(number: int) -> list[np.ndarray]:
        fold, (of_simulated, of_unseen) = parts[number], passes[number]
        seen, of_seen = [samples[k] for k in fold.seen], [first[k] for k in fold.seen]
        model, tally = second_trees(seen, of_seen, simulations[number], of_simulated, everything)
        unseen = [samples[k] for k in fold.unseen] + data.strangers[number]
        return [judged(item, guess, model, tally) for item, guess in zip(unseen, of_unseen, strict=True)]

    results = in_parallel(second_pass, range(len(parts)))
    sizes = [len(fold.unseen) for fold in parts]
    of_strangers = [confidence for n, result in zip(sizes, results, strict=True) for confidence in result[n:]]
    return Confidences(first, by_number(parts, [result[:n] for n, result in zip(sizes, results, strict=True)]), of_strangers)


def by_number(parts: list[Fold], results: list[list[np.ndarray]]) -> list[np.ndarray]:
    """What each fold says of its unseen samples, in the order of these."""
    found = {
        k: result
        for fold, of_unseen in zip(parts, results, strict=True)
        for k, result in zip(fold.unseen, of_unseen, strict=True)
    }
    return [found[k] for k in range(len(found))]
