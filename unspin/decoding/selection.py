"""Which candidates stand: the most confident of those that overlap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.decoder import Decoding
from unspin.decoding.lattice import Arcs
from unspin.lexicon.lexicon import Lexicon
from unspin.native import speedups

RATHER_THAN_NOT = 0.5
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


class Rest(NamedTuple):
    """What a candidate would replace beside one that stands, with which it agrees: so many words before and behind that."""

    arc: int
    left: int
    right: int


def completed(
    arcs: Arcs, chosen: Sequence[int], confidence: NDArray[np.float64], cuts: Sequence[float], lexicon: Lexicon
) -> tuple[list[int], list[Rest]]:
    """What is chosen; but where a candidate does the same and replaces words beside it as well ("profound neural system" → "deep neural
    network", not only "neural system" → "neural network"), that one, if the rest of it is rather right than not and it reaches the same of
    the `cuts` (falling). If it only reaches a lower one, or does not cover all ("fuzzy inference", "inference system"), the rest is left to
    do."""
    result, rests = list(chosen), []
    holder = {word: k for k, i in enumerate(result) for word in range(arcs.first[i], arcs.last[i])}
    for j in ranking(arcs, confidence, cuts[-1]).tolist() if result else ():
        words = range(arcs.first[j], arcs.last[j])
        held = [holder[word] for word in words if word in holder]
        k = held[0]
        i = result[k]
        overlap = min(arcs.last[i], arcs.last[j]) - max(arcs.first[i], arcs.first[j])
        if len(held) > overlap or len(held) == len(words) or not agree(arcs, i, j, lexicon):
            continue
        if confidence[j] < RATHER_THAN_NOT * confidence[i]:
            continue
        reached = next(cut for cut in cuts if confidence[i] >= cut)
        if confidence[j] >= reached and overlap == arcs.last[i] - arcs.first[i]:
            result[k] = j
        else:
            rests.append(Rest(j, max(int(arcs.first[i]) - words.start, 0), max(words.stop - int(arcs.last[i]), 0)))
        holder |= dict.fromkeys(words, k)
    return result, rests


def agree(arcs: Arcs, one: int, other: int, lexicon: Lexicon) -> bool:
    """Whether two overlapping arcs leave the same words where they overlap."""
    before = int(arcs.first[one] - arcs.first[other])
    behind = int(arcs.last[other] - arcs.last[one])
    of_one, of_other = (lexicon.lowered[int(arcs.canonical[i])].replace("-", " ").split() for i in (one, other))
    return _within(of_one, -before, -behind) == _within(of_other, before, behind) != []


def _within(words: list[str], before: int, behind: int) -> list[str]:
    """Words without the first and the last few."""
    return words[max(before, 0) : max(len(words) - max(behind, 0), 0)]


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
