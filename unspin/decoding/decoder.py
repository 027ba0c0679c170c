"""A document and a channel → what may have been written, with posteriors. Knows nothing of files, terminals or thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unspin.decoding import search, spin_rate
from unspin.decoding.conditions import permitted
from unspin.decoding.lattice import (
    BIAS,
    CHANNEL,
    LM,
    MAX_CANONICAL,
    UNIGRAM,
    Arcs,
    Channel,
    Listed,
    Stream,
    find_arcs,
    score_arcs,
)
from unspin.decoding.patterns import find_patterns
from unspin.document import Document, distinct, running
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import KINDS
from unspin.native import speedups

PATTERN = np.zeros(len(KINDS))  # by kind: that a broken name or term fits a listed one is evidence of its own
PATTERN[KINDS.index(Kind.NAME)] = 2.0
PATTERN[KINDS.index(Kind.TERM)] = 0.5

TERMINOLOGY = np.array([kind in (Kind.NAME, Kind.TERM) for kind in KINDS])
COMPOSED = np.array([kind in (Kind.TERM, Kind.COLLOCATION) for kind in KINDS])
"""Kinds that have no part in the estimate of the spin rate: with a hundred thousand listed, some fit any text by chance."""
FURTHER = 2.5  # for each further word replaced in it: that several words fit a listed term by chance is less likely still

NEGLIGIBLE = -4.0  # arcs below this log-odds (one in fifty) are dropped
NEGLIGIBLE_TERM = (
    -10.0
)  # the same for tells, and for names and terms where nobody writes what stands there: the language model knows few
CONTESTED = -2.0  # and those below this have no part in lattices
NOTHING = 1e-4  # the mass of a place without a leading candidate
NO_RIVAL = -10.0  # the score that stands in for a second candidate where there is none
SUPPORT_RANGE = 6.0  # no single other place counts for more than this log-odds
MAX_IN_PLACE = 12  # candidates that a place brings into a lattice
MANIFOLD = 2, 3  # words replaced, words in all: beyond these a name or term is more than a pair that fits by chance
MAX_MANIFOLD = 4  # of such, that a place brings besides, where candidates for its single words outnumber them
NEGLIGIBLE_MANIFOLD = -12.0


@dataclass(frozen=True, slots=True)
class Decoding:
    """The candidates of one document that deserve a look, with the evidence for each (all of length n, as `arcs`).

    `score` is the log-odds without the spin rate, `posterior` the probability (0-1) in the island, `best` whether the arc is on the
    best path. Of its place: `share` is the part of the candidates' mass, `mass` the log of that mass, `margin` the score ahead of the best
    other candidate, `rivals` the number of candidates, `excess` how much more often spinners than authors write this (log).
    `elsewhere` counts the document's other places for the same entry form, `support` is their mean score: a spinner that wrote
    "financial" for "economic" once does so again.
    `usual` counts the pairs of words inside the span that people write, and names and terms of others are `odd`; `told` are those that
    a listed tell reads like. What is `repeated` with all its neighbours is no more evidence than the first time. `spinnable` counts the
    places with any candidate at all that are no such repetitions.
    """

    arcs: Arcs
    stream: Stream
    score: NDArray[np.float64]
    posterior: NDArray[np.float64]
    share: NDArray[np.float64]
    mass: NDArray[np.float64]
    margin: NDArray[np.float64]
    excess: NDArray[np.float64]
    rivals: NDArray[np.float64]
    elsewhere: NDArray[np.intp]
    support: NDArray[np.float64]
    best: NDArray[np.bool_]
    usual: NDArray[np.int64]
    odd: NDArray[np.bool_]
    told: NDArray[np.bool_]
    repeated: NDArray[np.bool_]
    spin_rate: float
    spinnable: int


def decode(doc: Document, channel: Channel) -> Decoding:
    """Find every plausible candidate of a document."""
    stream = Stream(doc, channel)
    listed = Listed.of(doc, channel.lexicon)
    patterns, genuine = find_patterns(doc, listed, channel.lexicon, stream.usual, stream.common)
    patterns = patterns.only(channel.length[patterns.canonical] <= MAX_CANONICAL)
    arcs = permitted(doc, find_arcs(doc, listed, channel, genuine).join(patterns), channel)
    arcs = score_arcs(arcs, stream, channel)
    weighed = _Weighed.of(arcs, stream.usual, channel)
    rate = spin_rate.estimate(arcs, weighed.score, weighed.leading)
    log_rate = float(np.log(rate.value / (1 - rate.value)))
    excess = np.exp((arcs.unigram + arcs.logweight).astype(np.float64))
    chosen = (_chosen_compiled if speedups else _chosen)(doc, arcs, weighed, rate, excess, log_rate, channel)
    keep = chosen.index
    arcs, score, prior = arcs.take(keep), weighed.score[keep], weighed.prior[keep]
    posterior, places = rate.posterior(keep), rate.places[keep]
    best = posterior > 0.5
    contested = np.flatnonzero(score + log_rate > CONTESTED)
    groups = [group for group in search.islands_of(arcs, contested, stream) if len({int(places[i]) for i in group}) > 1]
    if groups:
        joint, path = search.solve(groups, arcs, prior + log_rate, LM, stream, channel)
        members = np.array([i for group in groups for i in group])
        posterior[members], best[members] = joint[members], path[members]
    return Decoding(
        arcs,
        stream,
        score,
        posterior,
        chosen.share,
        np.log(chosen.mass + NOTHING),
        chosen.margin,
        np.log(chosen.excess + NOTHING),
        chosen.rivals,
        chosen.elsewhere,
        chosen.support,
        best,
        weighed.usual_pairs[keep],
        weighed.odd[keep],
        chosen.told,
        doc.repeated[arcs.first],
        rate.value,
        chosen.spinnable,
    )


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Of each arc (n): its log-odds without the language model and the spin rate (`prior`) and without the spin rate alone (`score`);
    whether it has a part in the estimate of that (`leading`); `usual_pairs` and `odd` as in `Decoding`; and whether it is measured by
    NEGLIGIBLE_TERM (`lenient`)."""

    prior: NDArray[np.float64]
    score: NDArray[np.float64]
    leading: NDArray[np.bool_]
    usual_pairs: NDArray[np.int64]
    odd: NDArray[np.bool_]
    lenient: NDArray[np.bool_]

    @classmethod
    def of(cls, arcs: Arcs, usual: NDArray[np.bool_], channel: Channel) -> _Weighed:
        """Weigh the arcs of a text in which some words are `usual` with the next (words - 1)."""
        lexicon = channel.lexicon
        before = running(usual)
        if speedups:
            columns = arcs.row, arcs.first, arcs.last, arcs.replaced, arcs.lm, arcs.unigram, arcs.logweight
            by_row_and_kind = lexicon.kind, channel.leading, lexicon.tell, before, PATTERN, COMPOSED, TERMINOLOGY
            result = cls(*(np.empty(len(arcs), kind) for kind in (float, float, np.bool_, np.int64, np.bool_, np.bool_)))
            out = result.prior, result.score, result.leading, result.usual_pairs, result.odd, result.lenient
            speedups.weigh(*columns, *by_row_and_kind, *out, (LM, UNIGRAM, CHANNEL, BIAS, FURTHER), lexicon.first_pattern_row)
            return result
        kind = lexicon.kind[arcs.row]
        prior = UNIGRAM * arcs.unigram + CHANNEL * arcs.logweight + BIAS + PATTERN[kind]
        prior += np.where(arcs.row >= lexicon.first_pattern_row, FURTHER * (arcs.replaced - 1), 0.0)
        usual_pairs = before[arcs.last - 1] - before[arcs.first]
        odd = TERMINOLOGY[kind] & (usual_pairs < np.maximum(arcs.last - arcs.first - 1, 1))
        leading = channel.leading[arcs.row] & ~COMPOSED[kind]
        return cls(prior, LM * arcs.lm + prior, leading, usual_pairs, odd, odd | lexicon.tell[arcs.row])


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The arcs that deserve a look (k), by their `index`, and what `Decoding` says of them; `mass` and `excess` are no logs here."""

    index: NDArray[np.intp]
    told: NDArray[np.bool_]
    elsewhere: NDArray[np.intp]
    share: NDArray[np.float64]
    mass: NDArray[np.float64]
    margin: NDArray[np.float64]
    excess: NDArray[np.float64]
    rivals: NDArray[np.float64]
    support: NDArray[np.float64]
    spinnable: int


def _chosen_compiled(
    doc: Document,
    arcs: Arcs,
    weighed: _Weighed,
    rate: spin_rate.SpinRate,
    excess: NDArray[np.float64],
    log_rate: float,
    channel: Channel,
) -> _Chosen:
    n = len(arcs)
    index, told, elsewhere, columns = np.empty(n, np.intp), np.empty(n, np.bool_), np.empty(n, np.intp), np.empty((6, n))
    k, spinnable = speedups.choose(
        *(rate.places, arcs.first, arcs.last, arcs.row, arcs.canonical, arcs.replaced),
        *(weighed.score, rate.odds, excess, weighed.leading, weighed.lenient, weighed.odd),
        *(rate.mass, channel.reading, channel.lexicon.tell, doc.repeated),
        *(index, told, elsewhere, columns),
        doc.keys,
        channel.lexicon.lowered,
        *(log_rate, NO_RIVAL, SUPPORT_RANGE),
        (NEGLIGIBLE, NEGLIGIBLE_TERM, NEGLIGIBLE_MANIFOLD),
        (MAX_IN_PLACE, MAX_MANIFOLD, *MANIFOLD),
    )
    share, mass, margin, excess, rivals, support = columns[:, :k]
    return _Chosen(index[:k], told[:k], elsewhere[:k], share, mass, margin, excess, rivals, support, spinnable)


def _chosen(
    doc: Document,
    arcs: Arcs,
    weighed: _Weighed,
    rate: spin_rate.SpinRate,
    excess: NDArray[np.float64],
    log_rate: float,
    channel: Channel,
) -> _Chosen:
    """The best few arcs of each place, none of them negligible, in order, where spinners write each so much more often than authors
    (`excess`)."""
    score, m = weighed.score, len(rate.mass)
    negligible = np.where(weighed.lenient, NEGLIGIBLE_TERM, NEGLIGIBLE)
    best = _contenders(rate.places, score + log_rate, negligible, MAX_IN_PLACE)
    keep = distinct(np.concatenate([best, _manifold(arcs, rate, weighed, log_rate)]))
    leads, told = _distinct(doc, arcs.take(keep), score[keep], rate.places[keep], channel)
    keep = keep[leads]
    repeated, places = doc.repeated[arcs.first], rate.places[keep]
    share = rate.odds[keep] / np.bincount(places, rate.odds[keep], minlength=1)[places]
    total = np.bincount(rate.places, weighed.leading * excess, minlength=m).astype(np.float64)
    rivals = np.bincount(rate.places, weighed.leading, minlength=m).astype(np.float64)
    top, second = np.full(m, -np.inf), np.full(m, NO_RIVAL)
    np.maximum.at(top, rate.places, score)
    behind = score < top[rate.places]
    np.maximum.at(second, rate.places[behind], score[behind])
    margin = score[keep] - np.where(score[keep] < top[places], top[places], second[places])
    elsewhere, support = _elsewhere(arcs, score, keep, repeated)
    spinnable = int(np.count_nonzero(np.bincount(rate.places[~repeated])))
    of_place = rate.mass[places], margin, total[places], np.maximum(rivals, 1.0)[places]
    return _Chosen(keep, told, elsewhere, share, *of_place, support, spinnable)


def _distinct(
    doc: Document, arcs: Arcs, score: NDArray[np.float64], places: NDArray[np.intp], channel: Channel
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """One arc for each different reading of a place, as indices (n): "as effectively" → "as well" is the same as "effectively" → "well".
    Hyphens make no difference. And whether any that reads so is a tell (n)."""
    tell = channel.lexicon.tell[arcs.row]
    texts = [text.replace("-", " ") for text in channel.lexicon.all_lowered(arcs.canonical.tolist())]
    spans = [*zip(places.tolist(), arcs.first.tolist(), arcs.last.tolist(), strict=True)]
    reach: dict[int, tuple[int, int]] = {}
    for place, first, last in spans:
        low, high = reach.get(place, (first, last))
        reach[place] = min(low, first), max(high, last)
    leads: dict[tuple[int, str], int] = {}
    tells: set[tuple[int, str]] = set()
    for i, (place, first, last) in enumerate(spans):
        low, high = reach[place]
        key = place, " ".join([*doc.keys[low:first], texts[i], *doc.keys[last:high]])
        lead = leads.setdefault(key, i)
        if score[i] > score[lead]:
            leads[key] = i
        if tell[i]:
            tells.add(key)
    found = sorted((i, key in tells) for key, i in leads.items())
    return np.array([i for i, _ in found], np.intp), np.array([told for _, told in found], np.bool_)


def _elsewhere(
    arcs: Arcs, score: NDArray[np.float64], keep: NDArray[np.intp], repeated: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each arc at `keep`, how many others the same pair has in the document, and their mean score (0 if none); repeated ones don't
    count."""
    clipped, counts = np.clip(score, -SUPPORT_RANGE, SUPPORT_RANGE), ~repeated
    rows, group = np.unique(arcs.row, return_inverse=True)
    count = np.bincount(group, counts, minlength=len(rows)).astype(np.intp)
    total = np.bincount(group, clipped * counts, minlength=len(rows))
    own = group[keep]
    others = count[own] - counts[keep]
    return others, (total[own] - clipped[keep] * counts[keep]) / np.maximum(others, 1)


def _manifold(arcs: Arcs, rate: spin_rate.SpinRate, weighed: _Weighed, log_rate: float) -> NDArray[np.intp]:
    """The best few arcs of each place for odd names and terms in which several words were replaced ("mean outright rate blunder")."""
    replaced, words = MANIFOLD
    among = np.flatnonzero(weighed.odd & (arcs.replaced >= replaced) & (arcs.last - arcs.first >= words))
    return among[_contenders(rate.places[among], weighed.score[among] + log_rate, NEGLIGIBLE_MANIFOLD, MAX_MANIFOLD)]


def _contenders(
    places: NDArray[np.intp], logodds: NDArray[np.float64], negligible: NDArray[np.floating] | float, most: int
) -> NDArray[np.intp]:
    """The best few arcs of each place, none of them negligible; in the order of the arcs."""
    index = np.flatnonzero(logodds > negligible)
    order = index[np.lexsort((-logodds[index], places[index]))]
    ranked = places[order]
    opens = np.ones(len(ranked), np.bool_)
    np.not_equal(ranked[1:], ranked[:-1], out=opens[1:])
    rank = np.arange(len(order)) - np.maximum.accumulate(np.where(opens, np.arange(len(order)), 0))
    return np.sort(order[rank < most])
