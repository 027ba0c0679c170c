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
    "collocation",
    "replaced",  # words that the candidate does not keep
    "spun_inside",  # corpus counts of the word pairs inside the span, log, mean; -1 if it is one word
    "canonical_inside",
    "usual",  # pairs inside the span that people write
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
    counts = Counter(doc.keys)
    spun, canonical = texts(doc, decoding, channel)
    pair_reliability, span_reliability = reliability.of(spun, canonical)
    capital = _capitals(doc)
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
        "collocation": kind == KINDS.index(Kind.COLLOCATION),
        "replaced": arcs.replaced,
        "spun_inside": _inside(_as_it_stands(decoding), spun_words, channel),
        "canonical_inside": _inside(channel.ids[arcs.canonical], channel.length[arcs.canonical], channel),
        "usual": decoding.usual,
        "tell": tell,
        "best": decoding.best,
        "capital": capital[arcs.first],
        "capital_beside": _capital_beside(doc, capital, arcs),
        "spun_again": _rarest(np.array([counts[key] for key in doc.keys]), arcs) - 1,
        "canonical_again": [
            counts[text] if " " not in text else min(counts[word] for word in text.split()) for text in canonical
        ],
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
    arcs, keys = decoding.arcs, doc.keys
    spun = [
        keys[first] if last == first + 1 else " ".join(keys[first:last])
        for first, last in zip(arcs.first.tolist(), arcs.last.tolist(), strict=True)
    ]
    return spun, [*map(channel.lexicon.lowered, arcs.canonical.tolist())]


def _as_it_stands(decoding: Decoding) -> NDArray[np.int32]:
    """The ids (n, words) of the text from each arc's first word on, as many as the longest has."""
    arcs, stream = decoding.arcs, decoding.stream
    places = stream.at[arcs.first][:, None] + np.arange((arcs.last - arcs.first).max())
    ids: NDArray[np.int32] = stream.ids[np.minimum(places, len(stream.ids) - 1)]
    return ids


def _inside(ids: NDArray[np.int32], length: NDArray[np.integer], channel: Channel) -> NDArray[np.float64]:
    """The mean log count of the word pairs inside phrases (n, words) of some lengths (n), -1 for single words."""
    counts = channel.pair_counts.logcount(ids[:, :-1].ravel(), ids[:, 1:].ravel()).reshape(len(ids), -1)
    inside = np.arange(1, ids.shape[1]) < length[:, None]
    pairs = np.maximum(length.astype(np.int64) - 1, 1)
    return np.where(length > 1, (counts * inside).sum(axis=1) / pairs, -1.0)


def _listing(arcs: Arcs, spun: list[str], canonical: list[str], lexicon: Lexicon) -> dict[str, object]:
    group = np.searchsorted(lexicon.starts, arcs.row, "right") - 1
    by_pattern = arcs.row >= lexicon.first_pattern_row
    group[by_pattern] = 0
    back = [lexicon.listed(*pair) or UNLISTED for pair in zip(canonical, spun, strict=True)]
    back_rank, back_listed, back_logweight = zip(*back, strict=True)
    return {
        "rank": np.where(by_pattern, UNLISTED[0], arcs.row - lexicon.starts[group]),
        "listed": np.where(by_pattern, UNLISTED[1], lexicon.stops[group] - lexicon.starts[group]),
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


def _capitals(doc: Document) -> NDArray[np.bool_]:
    """Which words (n) have a capital inside a sentence."""
    result = doc.capitals.copy()
    result[list(doc.starts_sentence)] = False
    return result


def _capital_beside(doc: Document, capital: NDArray[np.bool_], arcs: Arcs) -> NDArray[np.bool_]:
    """Whether a neighbour of each arc has a capital (n), where it is joined to it; the next word, even if it opens a sentence."""
    joined = np.array([False, *doc.joined, False])
    before = joined[arcs.first] & capital[np.maximum(arcs.first - 1, 0)]
    after = joined[arcs.last] & doc.capitals[np.minimum(arcs.last, len(doc) - 1)]
    result: NDArray[np.bool_] = before | after
    return result


def _rarest(counts: NDArray[np.integer], arcs: Arcs) -> NDArray[np.integer]:
    """The lowest of the counts (words) inside each arc (n)."""
    lowest = counts[arcs.first]
    for step in range(1, int((arcs.last - arcs.first).max())):
        inside = arcs.first + step < arcs.last
        lowest[inside] = np.minimum(lowest[inside], counts[arcs.first[inside] + step])
    return lowest


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
