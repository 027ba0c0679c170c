"""What the candidates of a text are for each other: a spinner that wrote "financial" for "economic" once does so again, and one that is
known here is known there."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.decoder import Decoding
from unspin.decoding.lattice import Arcs
from unspin.decoding.selection import KEPT, RATE_FLOOR, countable, select
from unspin.document import in_common, numbered, running
from unspin.native import speedups

COMPANY = (
    "guess",  # confidence at the first look, log-odds
    "guessed_rate",  # spin rate by these confidences, log
    "guessed_density",  # expected number of spun places among the sixteen words around, by these
    "guessed_lead",  # confidence ahead of the next candidate for the same beginning
    "before_highest",  # the highest confidence right before it: a neighbour that was replaced, too, misleads
    "after_highest",  # and right behind it
    "wider_highest",  # and of what covers all of it and more
    "pair_places",  # other places of the document for the same pair
    "pair_highest",  # their highest confidence
    "pair_mean",  # and the mean
    "span_highest",  # the highest of other places with the same span, whatever the candidate
    "canonical_highest",  # and of those with the same candidate, whatever the span
    "word_places",  # other places of the same pair word by word, whatever the inflection: the least of its words
    "word_highest",  # their highest confidence, the same
    "others_reliability",  # of what stands at other places, by the first look, the mean `pair_reliability`: is this a spinner that we know?
    "others_span_reliability",  # and the mean `span_reliability`
    "others_known",  # the part of it that has a `pair_reliability`
)
LEAD, PAIR, WORDS = map(COMPANY.index, ("guessed_lead", "pair_places", "word_places"))
OF_CONFIDENCES = [
    i for i, name in enumerate(COMPANY) if not name.startswith(("guessed_lead", "pair", "span", "canonical", "word"))
]
"""Where what follows from confidences and places alone stands."""
UNHEARD = 2.0  # places that say nothing, with which those means begin
SUBSTITUTIONS_CACHE = 1 << 14  # pairs of texts, 5 MB
STEMS_CACHE = 1 << 14  # texts
STEM = 5  # letters that the inflected forms of a word are taken to share, but for an s
WORTH_A_SECOND_LOOK = 0.03  # confidence at the first
CLOSEST = 1e-5  # no confidence is nearer to 0 or 1
NEIGHBOURHOOD = 8  # words on either side


def company(
    decoding: Decoding,
    arcs: Arcs,
    kept: NDArray[np.intp],
    guess: NDArray[np.float64],
    spun: list[str],
    canonical: list[str],
    reliable: NDArray[np.float32],
) -> NDArray[np.float32]:
    """The evidence (m, len(COMPANY)) that those of a decoding's arcs that were `kept` (m) are for each other, by their confidences at
    the first look and the two columns of their reliability (m, 2)."""
    repeated = decoding.repeated[kept]
    counted = countable(guess, decoding.odd[kept], repeated)
    chosen = np.zeros(len(arcs))
    stands = select(arcs, counted, WORTH_A_SECOND_LOOK)
    chosen[stands] = counted[stands]
    rate = chosen.sum() / (decoding.spinnable + KEPT)
    columns = (
        logit(np.clip(guess, CLOSEST, 1 - CLOSEST)),
        np.log(rate + RATE_FLOOR),
        *_around(arcs, chosen, guess),
        *_known(arcs.first, chosen, reliable),
    )
    evidence = np.empty((len(arcs), len(COMPANY)), np.float32)
    for place, column in zip(OF_CONFIDENCES, columns, strict=True):
        evidence[:, place] = column
    _compare(arcs.first, guess, spun, canonical, repeated, evidence)
    return evidence


def _compare(
    first: NDArray[np.int32],
    guess: NDArray[np.float64],
    spun: list[str],
    canonical: list[str],
    repeated: NDArray[np.bool_],
    evidence: NDArray[np.float32],
) -> None:
    """Fill in what arcs (n) are for each other by their beginnings and their texts; what is `repeated` is company for nobody."""
    replaced = [*map(_substitutions, spun, canonical)]
    if speedups:
        speedups.company(first, guess, repeated, evidence, spun, canonical, replaced, LEAD, PAIR, WORDS)
        return
    alone = ~np.arange(len(first))
    spun_id, canonical_id = numbered(spun), numbered(canonical)
    by_pair, by_span, by_canonical = (
        _others(np.where(repeated, alone, number), first, guess)
        for number in (spun_id << 32 | canonical_id, spun_id, canonical_id)
    )
    evidence[:, LEAD] = guess - _others(first, np.arange(len(first)), guess)[1]
    evidence[:, PAIR : PAIR + 5] = np.stack((*by_pair, by_span[1], by_canonical[1]), axis=1)
    evidence[:, WORDS : WORDS + 2] = np.stack(_word_by_word(first, replaced, repeated, guess), axis=1)


def _around(arcs: Arcs, chosen: NDArray[np.float64], guess: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """The `density` of what was chosen, and what is `_beside` each arc by the guesses (n each)."""
    words = int(arcs.last.max(initial=0))
    if speedups:
        around, before, after, wider = np.empty((4, len(arcs)))
        speedups.beside(arcs.first, arcs.last, guess, chosen, around, before, after, wider, words, NEIGHBOURHOOD)
        return around, before, after, wider
    return density(arcs, chosen, words), *_beside(arcs, guess)


def _beside(arcs: Arcs, guess: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The highest confidence of what ends where each arc begins, of what begins where it ends, and of what covers it and more (n each)."""
    ending, beginning = np.zeros((2, int(arcs.last.max(initial=0)) + 1))
    np.maximum.at(ending, arcs.last, guess)
    np.maximum.at(beginning, arcs.first, guess)
    covers = (arcs.first <= arcs.first[:, None]) & (arcs.last >= arcs.last[:, None])
    covers &= arcs.last - arcs.first > (arcs.last - arcs.first)[:, None]
    return ending[arcs.first], beginning[arcs.last], np.max(covers * guess, axis=1, initial=0.0)


def _known(
    first: NDArray[np.int32], chosen: NDArray[np.float64], reliable: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """For each of n arcs, what reliability says of the ones that stand at other places, each by the confidence with which it was `chosen`:
    the means of both factors, and the part that has one."""

    def of_others(values: NDArray[np.float64]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = values.sum() - np.bincount(first, values, minlength=1)[first]
        return result

    places = of_others(chosen) + UNHEARD
    pair, span = reliable.T.astype(np.float64)
    return of_others(chosen * pair) / places, of_others(chosen * span) / places, of_others(chosen * (pair != 0)) / places


def _word_by_word(
    first: NDArray[np.int32], replaced: list[Substitutions], repeated: NDArray[np.bool_], guess: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How many other places have the same words replaced by the same, and the highest confidence there (n each): "area" for "region",
    "coastal areas" for "coastal regions" and "the area" for "the region" are company for each other."""
    if not len(first):
        return np.zeros(0), np.zeros(0)
    sizes = np.fromiter(map(len, replaced), np.int64, len(replaced))
    steps, keys = np.fromiter(chain.from_iterable(chain.from_iterable(replaced)), np.int64).reshape(-1, 2).T
    opens, owner = np.cumsum(sizes) - sizes, np.repeat(np.arange(len(first)), sizes)
    keys = np.where(repeated[owner], ~np.arange(len(keys)), keys)
    places, highest, _ = _others(keys, first[owner] + steps, guess[owner])
    return np.minimum.reduceat(places, opens), np.minimum.reduceat(highest, opens)


Substitutions = tuple[tuple[int, int], ...]
"""The words that are replaced: the step of each from the first one, and a key of its stem and that of the word in its place."""


@lru_cache(SUBSTITUTIONS_CACHE)
def _substitutions(spun: str, canonical: str) -> Substitutions:
    """What is replaced by a candidate."""
    news = canonical.replace("-", " ").split()
    if " " not in spun:
        return ((0, _key(spun, " ".join(news))),)
    olds = spun.split()
    low, end = in_common(olds, news, rest=1)
    olds, news = olds[low : len(olds) - end], news[low : len(news) - end]
    if len(olds) != len(news):
        olds, news = [" ".join(olds)], [" ".join(news)]
    return tuple((low + k, _key(old, new)) for k, (old, new) in enumerate(zip(olds, news, strict=True)) if old != new or k == 0)


def _key(old: str, new: str) -> int:
    return _stem(old) << 31 ^ _stem(new)


@lru_cache(STEMS_CACHE)
def _stem(text: str) -> int:
    """A hash of what the inflected forms of a text share."""
    return crc32(text[:STEM].rstrip("s").encode("utf-8", "surrogatepass"))


def _others(
    keys: NDArray[np.integer], places: NDArray[np.integer], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """For each of n values, of the other places with the same key: how many, the highest value there, and the mean of what is highest at
    each (0 if there are none)."""
    if not len(keys):
        return np.zeros(0), np.zeros(0), np.zeros(0)
    order = np.lexsort((-values, places, keys))
    key, place, value = keys[order], places[order], values[order]
    opens_key = _changes(key)
    opens_place = opens_key | _changes(place)
    leads = np.flatnonzero(opens_place)  # the highest value of each place with each key
    best, owner = value[leads], (np.cumsum(opens_key) - 1)[leads]
    number = np.bincount(owner) - 1.0
    total = np.bincount(owner, best)
    ranked = np.lexsort((-best, owner))
    first = np.flatnonzero(_changes(owner[ranked]))
    top, second, shared = best[ranked[first]], np.zeros(len(number)), number > 0
    second[shared] = best[ranked[first[shared] + 1]]
    is_top = np.zeros(len(best), np.bool_)
    is_top[ranked[first]] = True
    highest = np.where(is_top, second[owner], top[owner])
    mean = (total[owner] - best) / np.maximum(number[owner], 1)
    unit = np.empty(len(keys), np.int64)
    unit[order] = np.cumsum(opens_place) - 1
    return number[owner[unit]], highest[unit], mean[unit]


def _changes(values: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Where a value (n) differs from the one before; at the first, too."""
    result = np.empty(len(values), np.bool_)
    result[:1] = True
    np.not_equal(values[1:], values[:-1], out=result[1:])
    return result


def logit(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.log(probability / (1 - probability))
    return result


def density(arcs: Arcs, probability: NDArray[np.float64], words: int) -> NDArray[np.float64]:
    """The sum of the probabilities of arcs that begin in the neighbourhood of each arc (n), but not within it."""
    place = np.zeros(words + 1)
    np.add.at(place, arcs.first, probability)
    total = running(place)
    low = np.maximum(arcs.first - NEIGHBOURHOOD, 0)
    high = np.minimum(arcs.last + NEIGHBOURHOOD, words)
    own = total[np.minimum(arcs.last, words)] - total[arcs.first]
    result: NDArray[np.float64] = total[high] - total[low] - own
    return result
