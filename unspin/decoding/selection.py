"""Which candidates stand: the most confident of those that overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.decoder import Decoding
from unspin.decoding.lattice import Arcs
from unspin.lexicon.lexicon import Lexicon
from unspin.native import speedups

RATHER_THAN_NOT = 0.5
NOBODY = -1
RATE_FLOOR = 1e-3  # below this, spin rates of clean text are noise
KEPT = 30.0  # places kept as they were that every text is credited with: a few words are no sample


def ranking(arcs: Arcs, confidence: NDArray[np.float64], lowest: float) -> NDArray[np.intp]:
    """The arcs from a confidence on, by falling confidence; ties go to the earlier, then the longer span."""
    if speedups:
        ranked = np.empty(len(arcs), np.intp)
        sure = np.ascontiguousarray(confidence, np.float64)
        return ranked[: speedups.rank(arcs.first, arcs.last, arcs.canonical, sure, ranked, lowest)]
    index = np.flatnonzero(confidence >= lowest)
    return index[np.lexsort((arcs.canonical[index], -arcs.last[index], arcs.first[index], -confidence[index]))]


def select(arcs: Arcs, confidence: NDArray[np.float64], lowest: float) -> list[int]:
    """The arcs that stand, by falling confidence, none below `lowest` and no two on the same word."""
    taken = bytearray(int(arcs.last.max(initial=0)))
    ranked = ranking(arcs, confidence, lowest)
    if speedups:
        stands = np.empty(len(ranked), np.int64)
        n = speedups.stand(arcs.first, arcs.last, ranked, taken, stands)
        in_order: list[int] = stands[:n].tolist()
        return in_order
    chosen = []
    for i, first, last in zip(ranked.tolist(), arcs.first[ranked].tolist(), arcs.last[ranked].tolist(), strict=True):
        if 1 not in taken[first:last]:
            taken[first:last] = b"\1" * (last - first)
            chosen.append(i)
    return chosen


@dataclass(frozen=True, slots=True)
class Spans:
    """Some `arcs`, and their columns as lists: numpy is slow where one arc is looked at after another."""

    arcs: Arcs
    first: list[int]
    last: list[int]
    row: list[int]
    canonical: list[int]
    possessive: list[bool]

    @classmethod
    def of(cls, arcs: Arcs) -> Spans:
        """The columns of arcs."""
        columns = arcs.first, arcs.last, arcs.row, arcs.canonical, arcs.possessive
        return cls(arcs, *(column.tolist() for column in columns))

    def __len__(self) -> int:
        return len(self.first)


class Rest(NamedTuple):
    """What a candidate replaces beside others that stand, with which it agrees: the words [first, last) of the document."""

    arc: int
    first: int
    last: int


def settle(spans: Spans, sure: Sequence[float], cuts: Sequence[float], lexicon: Lexicon) -> tuple[list[int], list[Rest]]:
    """Of arcs in their `ranking`, with these confidences (n, falling): those that stand, none below the last of the `cuts` (falling) and no
    two at odds; and what others add to them with which they agree: to "inference system", "fuzzy inference" adds "fuzzy". Where one covers
    all with which it agrees, reaches the same of the cuts and is rather right than not if they are, it stands for all of it ("deep neural
    network", not only "neural network")."""
    firsts, lasts = spans.first, spans.last
    decides: dict[int, list[tuple[int, int]]] = {}
    holder = [NOBODY] * max(lasts, default=0)
    for j, confidence in enumerate(sure):
        if confidence < cuts[-1]:
            break
        first, last = firsts[j], lasts[j]
        holders = holder[first:last]
        if NOBODY not in holders:
            continue
        free = [(first, last)]
        if held := dict.fromkeys(i for i in holders if i != NOBODY):
            if not all(agree(spans, i, j, lexicon) for i in held):
                continue
            best = sure[min(held)]
            reached = next(cut for cut in cuts if best >= cut)
            covers_all = all(first <= firsts[i] and lasts[i] <= last for i in held)
            if covers_all and confidence >= max(reached, RATHER_THAN_NOT * best):
                for i in held:
                    del decides[i]
            else:
                free = [*_free(first, holders)]
        decides[j] = free
        for low, high in free:
            holder[low:high] = [j] * (high - low)
    whole = [i for i, parts in decides.items() if parts == [(firsts[i], lasts[i])]]
    return whole, [Rest(i, *part) for i, parts in decides.items() for part in parts if part != (firsts[i], lasts[i])]


def _free(first: int, holders: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The stretches of words that nothing holds, where of the words from `first` on these are the holders."""
    for held, words in groupby(range(len(holders)), lambda k: holders[k] != NOBODY):
        if not held:
            stretch = [*words]
            yield first + stretch[0], first + stretch[-1] + 1


def rivals(spans: Spans, chosen: Sequence[int], most: int, lexicon: Lexicon) -> list[list[int]]:
    """Of arcs in their `ranking`: the best few within the span of each that is chosen, without those that are a part of it."""
    firsts, lasts = spans.first, spans.last
    owner = [NOBODY] * max(lasts, default=0)
    for k, i in enumerate(chosen):
        owner[firsts[i] : lasts[i]] = [k] * (lasts[i] - firsts[i])
    result: list[list[int]] = [[] for _ in chosen]
    for i, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        k = owner[first]
        if k == NOBODY or owner[last - 1] != k or len(result[k]) == most or i == (best := chosen[k]):
            continue
        if last - first == lasts[best] - firsts[best] or not agree(spans, i, best, lexicon):
            result[k].append(i)
    return result


def agree(spans: Spans, one: int, other: int, lexicon: Lexicon) -> bool:
    """Whether two overlapping arcs leave the same words where they overlap."""
    before, behind = spans.first[one] - spans.first[other], spans.last[other] - spans.last[one]
    of_one, of_other = lexicon.words[spans.canonical[one]], lexicon.words[spans.canonical[other]]
    if before < 0:
        of_one = of_one[-before:]
    elif before:
        of_other = of_other[before:]
    if behind < 0:
        of_one = of_one[:behind]
    elif behind:
        of_other = of_other[:-behind]
    return of_one == of_other != []


def countable(confidence: NDArray[np.float64], odd: NDArray[np.bool_], repeated: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The confidences (n) that count towards a spin rate, 0 for the others: odd names and terms from RATHER_THAN_NOT on, as there are many
    faint ones in any text, which would add up; and what is repeated with all its neighbours once."""
    return np.where(repeated | odd & (confidence < RATHER_THAN_NOT), 0.0, confidence)


def substituted_share(decoding: Decoding, confidence: NDArray[np.float64]) -> float:
    """The spin rate after calibration: the share of the spinnable places that were substituted. Each counts by the square of its
    confidence: any text has faint suspicions, and many of them are not a strong one."""
    if not decoding.spinnable:
        return 0.0
    counted = countable(confidence, decoding.odd, decoding.repeated)
    chosen = select(decoding.arcs, counted, np.finfo(np.float64).tiny)
    return float(np.square(counted[chosen]).sum() / (decoding.spinnable + KEPT))
