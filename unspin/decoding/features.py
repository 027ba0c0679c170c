"""What the calibration looks at: one row of evidence for each candidate."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.decoder import Decoding
from unspin.decoding.lattice import Arcs, Channel
from unspin.decoding.reliability import Reliability
from unspin.document import Document
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import KINDS, Lexicon

NAMES = (
    "posterior",  # log-odds in the island
    "score",  # log-odds without the spin rate
    "lm",  # language model against the text as it stands, nats
    "unigram",  # the same of the bare words
    "alone",  # how well the text as it stands holds together
    "logweight",  # channel
    "spin_rate",  # log
    "share",  # log of the part of its place's mass
    "mass",  # log-odds of the whole place
    "excess",  # how much more often spinners than authors write the span, by the channel
    "margin",  # score ahead of the next candidate of the place
    "rivals",  # candidates in the place, log
    "spun_words",
    "canonical_words",
    "phrase",
    "name",
    "term",
    "tell",
    "best",  # on the best path
    "capital",  # capitalised inside a sentence
    "capital_beside",  # so is a neighbour
    "spun_again",  # how often the document uses the span's words
    "canonical_again",  # and the candidate's
    "elsewhere",  # other places of the document for the same pair
    "support",  # their mean score
    "spun_unigram",  # mean log-probability of the span's bare words
    "spun_left",  # corpus counts of word pairs at the edges, log
    "spun_right",
    "canonical_left",
    "canonical_right",
    "similarity",  # Jaro-Winkler of the two texts: variants of one word are no work of a spinner
    "density",  # expected number of spun places among the sixteen words around
    "length",  # words of the document, log
    "rank",  # of the candidate among those listed for the span, by weight
    "listed",  # how many are listed, if it is
    "back_rank",  # the same in the opposite direction: true synonyms are listed both ways
    "back_listed",
    "back_logweight",
    "pair_reliability",  # see `reliability`
    "span_reliability",
)
LOWEST = 1e-9
MONOTONIC = {"posterior": 1, "score": 1, "share": 1, "spin_rate": 1, "density": 1, "support": 1} | {
    "pair_reliability": 1,
    "span_reliability": 1,
}
"""Features of which more can only mean more confidence."""
UNLISTED = 99, 0, -12.0  # rank, number and ln w of a pair that is not listed
NEIGHBOURHOOD = 8  # words on either side


def features(doc: Document, decoding: Decoding, channel: Channel, reliability: Reliability) -> NDArray[np.float32]:
    """The evidence (n, len(NAMES)) for the n arcs of a decoding."""
    from jellyfish import jaro_winkler_similarity

    arcs, lexicon = decoding.arcs, channel.lexicon
    n = len(arcs)
    if not n:
        return np.zeros((0, len(NAMES)), np.float32)
    kind, tell = lexicon.kind[arcs.row], lexicon.tell[arcs.row]
    first, last = arcs.first.tolist(), arcs.last.tolist()
    keys = doc.keys
    counts = Counter(keys)
    spun, canonical = texts(doc, decoding, channel)
    pair_reliability, span_reliability = reliability.of(spun, canonical)
    capital = [f not in doc.starts_sentence and doc.text[doc.starts[f]].isupper() for f in first]
    left, right, inner_first, inner_last, own_first, own_last = _edges(doc, decoding, channel)
    pairs = channel.pair_counts.logcount
    posterior = np.clip(decoding.posterior, LOWEST, 1 - 1e-6)
    spun_words = arcs.last - arcs.first
    columns: dict[str, object] = {
        "posterior": np.log(posterior / (1 - posterior)),
        "score": decoding.score,
        "lm": arcs.lm,
        "unigram": arcs.unigram,
        "alone": arcs.alone,
        "logweight": arcs.logweight,
        "spin_rate": np.full(n, np.log(decoding.spin_rate)),
        "share": np.log(np.maximum(decoding.share, LOWEST)),
        "mass": decoding.mass,
        "excess": decoding.excess,
        "margin": decoding.margin,
        "rivals": np.log(decoding.rivals),
        "spun_words": spun_words,
        "canonical_words": channel.length[arcs.canonical],
        "phrase": kind == KINDS.index(Kind.PHRASE),
        "name": kind == KINDS.index(Kind.NAME),
        "term": kind == KINDS.index(Kind.TERM),
        "tell": tell,
        "best": decoding.best,
        "capital": capital,
        "capital_beside": _capital_beside(doc, first, last),
        "spun_again": [min(counts[key] for key in keys[f:t]) - 1 for f, t in zip(first, last, strict=True)],
        "canonical_again": [min(counts[word] for word in text.split()) for text in canonical],
        "elsewhere": decoding.elsewhere,
        "support": decoding.support,
        "spun_unigram": (channel.unigram[arcs.canonical] - arcs.unigram) / spun_words,
        "spun_left": pairs(left, own_first),
        "spun_right": pairs(own_last, right),
        "canonical_left": pairs(left, inner_first),
        "canonical_right": pairs(inner_last, right),
        "similarity": [jaro_winkler_similarity(a, b) for a, b in zip(spun, canonical, strict=True)],
        "density": _density(decoding, len(doc)),
        "length": np.full(n, np.log(len(doc))),
        **_listing(arcs, spun, canonical, lexicon),
        "pair_reliability": pair_reliability,
        "span_reliability": span_reliability,
    }
    return np.stack([np.asarray(columns[name], np.float32) for name in NAMES], axis=1)


def texts(doc: Document, decoding: Decoding, channel: Channel) -> tuple[list[str], list[str]]:
    """What each arc replaces, and by what, both in lower case (n each)."""
    arcs, canonicals = decoding.arcs, channel.lexicon.canonicals
    spun = [" ".join(doc.keys[first:last]) for first, last in zip(arcs.first.tolist(), arcs.last.tolist(), strict=True)]
    return spun, [canonicals[i].lower() for i in arcs.canonical.tolist()]


def _listing(arcs: Arcs, spun: list[str], canonical: list[str], lexicon: Lexicon) -> dict[str, object]:
    group = np.searchsorted(lexicon.starts, arcs.row, "right") - 1
    by_pattern = arcs.row >= lexicon.first_pattern_row
    group[by_pattern] = 0
    back = [lexicon.listed(*pair) or UNLISTED for pair in zip(canonical, spun, strict=True)]
    back_rank, back_listed, back_logweight = zip(*back, strict=True)
    return {
        "rank": np.where(by_pattern, UNLISTED[0], arcs.row - lexicon.starts[group]),
        "listed": np.where(by_pattern, UNLISTED[1], lexicon.starts[group + 1] - lexicon.starts[group]),
        "back_rank": back_rank,
        "back_listed": back_listed,
        "back_logweight": back_logweight,
    }


def _edges(doc: Document, decoding: Decoding, channel: Channel) -> tuple[NDArray[np.int32], ...]:
    """Ids of the words before and after each arc, of its candidate's first and last word, and of its span's."""
    arcs, stream = decoding.arcs, decoding.stream
    before, after = stream.at[arcs.first] - 1, stream.at[arcs.last - 1] + 1
    ids = channel.ids[arcs.canonical]
    inner_last = ids[np.arange(len(arcs)), channel.length[arcs.canonical] - 1]
    return stream.ids[before], stream.ids[after], ids[:, 0], inner_last, stream.ids[before + 1], stream.ids[after - 1]


def _capital_beside(doc: Document, first: list[int], last: list[int]) -> list[bool]:
    text, starts = doc.text, doc.starts
    result = []
    for f, t in zip(first, last, strict=True):
        before = f > 0 and doc.joined[f - 1] and text[starts[f - 1]].isupper() and f - 1 not in doc.starts_sentence
        after = t < len(doc) and doc.joined[t - 1] and text[starts[t]].isupper()
        result.append(before or after)
    return result


def _density(decoding: Decoding, words: int) -> NDArray[np.float64]:
    arcs = decoding.arcs
    place = np.zeros(words + 1)
    np.add.at(place, arcs.first, decoding.posterior)
    total = np.concatenate([[0.0], np.cumsum(place)])
    low = np.maximum(arcs.first - NEIGHBOURHOOD, 0)
    high = np.minimum(arcs.last + NEIGHBOURHOOD, words)
    own = total[np.minimum(arcs.last, words)] - total[arcs.first]
    result: NDArray[np.float64] = total[high] - total[low] - own
    return result
