"""What the calibration looks at: one row of evidence for each candidate, twice. The first look is quick; the second is at those candidates
that it leaves, and knows what the first thought of the rest of the document."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.company import COMPANY, NEIGHBOURHOOD, WORTH_A_SECOND_LOOK, company, density, logit
from unspin.decoding.decoder import Decoding
from unspin.decoding.lattice import Arcs, Channel
from unspin.decoding.reliability import Reliability
from unspin.decoding.topic import TOPIC, topic
from unspin.decoding.traces import TRACES, Edges, traces
from unspin.document import POSSESSIVE, Document
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import KINDS, NO_ROW, Lexicon
from unspin.native import speedups

FIRST = (
    "posterior",  # log-odds in the island
    "score",  # log-odds without the spin rate
    "lm",  # language model against the text as it stands, nats
    "unigram",  # the same of the bare words
    "alone",  # how well the text as it stands holds together
    "logweight",  # channel
    "held",  # in how many longer names, terms and collocations the candidate occurs, log
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
    "tell",  # it reads like a listed one
    "best",  # on the best path
    "capital",  # capitalised inside a sentence
    "capital_beside",  # so is a neighbour
    "spun_again",  # how often the document uses the span's words
    "elsewhere",  # other places of the document for the same pair
    "support",  # their mean score
    "spun_unigram",  # mean log-probability of the span's bare words
    "spun_left",  # corpus counts of word pairs at the edges, log
    "spun_right",
    "canonical_left",
    "canonical_right",
    "density",  # expected number of spun places among the sixteen words around
    "length",  # words of the document, log; at most LONG
    "rank",  # of the candidate among those listed for the span, by weight
    "listed",  # how many are listed, if it is
)
"""What the first look goes by: all that arrays know."""
LOOKED = (
    *("spun_words", "canonical_words", "phrase", "name", "term", "collocation", "spun_inside", "canonical_inside"),
    *("capital", "capital_beside", "spun_again", "spun_unigram", "spun_left", "spun_right", "canonical_left", "canonical_right"),
    *("density", "rank", "listed"),
)
"""Of these, what has to be looked up in the text and in the dictionaries."""
COLUMN = {name: i for i, name in enumerate(FIRST)}
LOOKED_COLUMNS = [COLUMN[name] for name in LOOKED]
KIND_COLUMNS = tuple(KINDS.index(kind) for kind in (Kind.PHRASE, Kind.NAME, Kind.TERM, Kind.COLLOCATION))
WORDING = (
    "canonical_again",  # how often the document uses the candidate's words
    "similarity",  # Jaro-Winkler of the two texts: variants of one word are no work of a spinner
    "pair_rank",  # the rank of the pair; of names and terms that of their words, the worst
    "back_rank",  # the same in the opposite direction: true synonyms are listed both ways
    "back_listed",
    "back_logweight",
)
OWN = (*WORDING, *TRACES, *TOPIC)
"""What a candidate is asked for only at the second look, whatever the first thought of it."""
RELIABILITY = ("pair_reliability", "span_reliability")  # see `reliability`
NAMES = (*FIRST, *OWN, *RELIABILITY, *COMPANY)
"""What the second look goes by."""
LOWEST = 1e-9
MONOTONIC = frozenset(
    (
        *("posterior", "score", "share", "spin_rate", "density", "support", "pair_reliability", "span_reliability"),
        *("guess", "guessed_rate", "guessed_density", "pair_highest", "pair_mean"),
    )
)
"""Features of which more can only mean more confidence."""
UNLISTED = 99, 0, -12.0  # rank, number and ln w of a pair that is not listed
LONG = 300  # words: beyond, length says nothing about whether a text is spun


def first_look(doc: Document, decoding: Decoding, channel: Channel) -> NDArray[np.float32]:
    """The evidence (n, len(FIRST)) for the n arcs of a decoding."""
    arcs = decoding.arcs
    evidence = np.empty((len(arcs), len(FIRST)), np.float32)
    if not len(arcs):
        return evidence
    columns: dict[str, NDArray[Any] | float] = {
        "posterior": logit(np.clip(decoding.posterior, LOWEST, 1 - 1e-6)),
        "score": decoding.score,
        "lm": arcs.lm,
        "unigram": arcs.unigram,
        "alone": arcs.alone,
        "logweight": arcs.logweight,
        "held": channel.held[arcs.canonical],
        "spin_rate": np.log(decoding.spin_rate),
        "share": np.log(np.maximum(decoding.share, LOWEST)),
        "mass": decoding.mass,
        "excess": decoding.excess,
        "margin": decoding.margin,
        "rivals": np.log(decoding.rivals),
        "replaced": arcs.replaced,
        "usual": decoding.usual,
        "tell": decoding.told,
        "best": decoding.best,
        "elsewhere": decoding.elsewhere,
        "support": decoding.support,
        "length": np.log(min(len(doc), LONG)),
    }
    for name, column in columns.items():
        evidence[:, COLUMN[name]] = column
    evidence[:, LOOKED_COLUMNS] = _looked(doc, decoding, channel)
    return evidence


def _looked(doc: Document, decoding: Decoding, channel: Channel) -> NDArray[np.float32]:
    """The columns LOOKED (n) of the evidence for the first look."""
    arcs, lexicon, stream, counts = decoding.arcs, channel.lexicon, decoding.stream, np.bincount(doc.numbers)[doc.numbers]
    result = np.empty((len(arcs), len(LOOKED)), np.float32)
    if speedups:
        candidates = *channel.phrases, channel.unigram
        words = stream.ids, stream.at, *candidates, lexicon.kind, lexicon.starts, lexicon.stops, doc.capitals, doc.joined, counts
        columns = arcs.first, arcs.last, arcs.row, arcs.canonical, arcs.unigram, decoding.posterior
        settings = channel.pair_counts.vocabulary, lexicon.first_pattern_row, UNLISTED[0], NEIGHBOURHOOD
        speedups.looked(channel.pair_counts.table.records, *words, *columns, result, KIND_COLUMNS, *settings)
        return result
    kind, capital, spun_words = lexicon.kind[arcs.row], _capitals(doc), arcs.last - arcs.first
    edges = Edges.of(decoding.stream, arcs, channel)
    pairs = channel.pair_counts.logcount
    result.T[:] = (
        spun_words,
        channel.length[arcs.canonical],
        *(kind == number for number in KIND_COLUMNS),
        _inside(_as_it_stands(decoding), spun_words, channel),
        _inside(channel.words(arcs.canonical), channel.length[arcs.canonical], channel),
        capital[arcs.first],
        _capital_beside(doc, capital, arcs),
        _rarest(counts, arcs) - 1,
        (channel.unigram[arcs.canonical] - arcs.unigram) / spun_words,
        pairs(edges.before, edges.span_first),
        pairs(edges.span_last, edges.after),
        pairs(edges.before, edges.candidate_first),
        pairs(edges.candidate_last, edges.after),
        density(arcs, decoding.posterior, len(doc)),
        *_rank(arcs.row, lexicon),
    )
    return result


def second_look(
    doc: Document,
    decoding: Decoding,
    channel: Channel,
    reliability: Reliability,
    evidence: NDArray[np.float32],
    guess: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The m arcs that are worth it after the first look, by its `evidence` (n, len(FIRST)) and the confidences it gave (n); and the
    evidence for these (m, len(NAMES))."""
    kept = worth_it(guess)
    if not len(kept):  # as in most short texts
        return kept, np.empty((0, len(NAMES)), np.float32)
    arcs = decoding.arcs.take(kept)
    pairs = narrowed(doc, arcs, channel.lexicon)
    spun, canonical = texts(doc, pairs, channel.lexicon)
    of_itself = own(decoding, pairs, spun, canonical, doc, channel)
    return kept, closer(decoding, arcs, spun, canonical, evidence[kept], of_itself, reliability, kept, guess[kept])


def worth_it(guess: NDArray[np.float64]) -> NDArray[np.intp]:
    """The arcs that get a second look."""
    return np.flatnonzero(guess >= WORTH_A_SECOND_LOOK)


def closer(
    decoding: Decoding,
    arcs: Arcs,
    spun: list[str],
    canonical: list[str],
    evidence: NDArray[np.float32],
    of_itself: NDArray[np.float32],
    reliability: Reliability,
    kept: NDArray[np.intp],
    guess: NDArray[np.float64],
) -> NDArray[np.float32]:
    """All evidence (m, len(NAMES)) for those of a decoding's arcs that were `kept` (m): that of the first look (m, len(FIRST)), their own
    (m, len(OWN)), and that of their confidences at the first look (m)."""
    reliable = np.stack(reliability.of(spun, canonical), axis=1)
    others = company(decoding, arcs, kept, guess, spun, canonical, reliable)
    return np.concatenate((evidence, of_itself, reliable, others), axis=1)


def narrowed(doc: Document, arcs: Arcs, lexicon: Lexicon) -> Arcs:
    """The arcs; but names and terms that are a listed pair beside words that stay, as that pair: "financial influence" for "economic
    influence" is as likely as "financial" for "economic" is elsewhere."""
    index = np.flatnonzero((arcs.row >= lexicon.first_pattern_row) & (arcs.replaced < arcs.last - arcs.first))
    asked = arcs.first[index], arcs.last[index], arcs.canonical[index], arcs.possessive[index]
    found: list[tuple[int, int, int, int]] = []
    for i, begin, end, number, owns in zip(index.tolist(), *(column.tolist() for column in asked), strict=True):
        spun = " ".join(doc.keys[begin:end])
        pair = lexicon.pair_in(spun[: -len(POSSESSIVE)] if owns else spun, lexicon.lowered[number])
        if pair is not None:
            found.append((i, *pair))
    if not found:
        return arcs
    at, left, right, row = np.array(found, np.int32).T
    first, last, rows, canonical, replaced = (
        column.copy() for column in (arcs.first, arcs.last, arcs.row, arcs.canonical, arcs.replaced)
    )
    possessive = arcs.possessive.copy()
    first[at] += left
    last[at] -= right
    rows[at], canonical[at], replaced[at] = row, lexicon.canonical[row], last[at] - first[at]
    possessive[at] &= right == 0
    return Arcs(first, last, rows, canonical, arcs.logweight, possessive, replaced, arcs.lm, arcs.unigram, arcs.alone)


def own(
    decoding: Decoding, arcs: Arcs, spun: list[str], canonical: list[str], doc: Document, channel: Channel
) -> NDArray[np.float32]:
    """The evidence (n, len(OWN)) of some of a decoding's arcs, of which these are the texts."""
    traced = traces(doc, decoding.stream, arcs, spun, canonical, channel)
    return np.concatenate((wording(doc, arcs, spun, canonical, channel.lexicon), traced, topic(decoding, arcs, channel)), axis=1)


def wording(doc: Document, arcs: Arcs, spun: list[str], canonical: list[str], lexicon: Lexicon) -> NDArray[np.float32]:
    """The evidence (n, len(WORDING)) of arcs, of which these are the texts."""
    from jellyfish import jaro_winkler_similarity

    as_listed = (arcs.row < lexicon.first_pattern_row) & ~arcs.possessive & (arcs.last - arcs.first == arcs.replaced)
    result = np.empty((len(arcs), len(WORDING)), np.float32)
    if speedups:
        speedups.again(doc.fingerprints, canonical, result)
        columns = lexicon.starts, lexicon.stops, lexicon.back, lexicon.similarity, lexicon.logweight
        speedups.listed(arcs.row, as_listed, *columns, result, UNLISTED)
    else:
        result[:, 0] = [min(doc.counts[word] for word in text.split(" ")) for text in canonical]
        rows = arcs.row[as_listed]
        back = lexicon.back[rows]
        known = np.stack(
            (lexicon.similarity[rows], _rank(rows, lexicon)[0], *_rank(back, lexicon), lexicon.logweight[back]), axis=1
        )
        known[back == NO_ROW, 2:] = UNLISTED
        result[as_listed, 1:] = known
    for i in np.flatnonzero(~as_listed).tolist():
        similarity = jaro_winkler_similarity(spun[i], canonical[i])
        result[i, 1:] = similarity, _listed(spun[i], canonical[i], lexicon)[0], *_listed(canonical[i], spun[i], lexicon)
    return result


def _listed(spun: str, canonical: str, lexicon: Lexicon) -> tuple[int, int, float]:
    """Rank, number and ln w of a pair, see `Lexicon.listed`; of one that is not listed, the worst of its words'."""
    listed = lexicon.listed(spun, canonical)
    if listed is not None:
        return listed
    olds, news = (text.replace("-", " ").split() for text in (spun, canonical))
    pairs = zip(olds, news, strict=True) if len(olds) == len(news) else ()
    words = [lexicon.listed(old, new) or UNLISTED for old, new in pairs if old != new] or [UNLISTED]
    ranks, sizes, weights = zip(*words, strict=True)
    return max(ranks), min(sizes), min(weights)


def texts(doc: Document, arcs: Arcs, lexicon: Lexicon) -> tuple[list[str], list[str]]:
    """What each arc replaces, without 's, and by what, both in lower case (n each)."""
    keys = doc.keys
    spun = [
        keys[first] if last == first + 1 else " ".join(keys[first:last])
        for first, last in zip(arcs.first.tolist(), arcs.last.tolist(), strict=True)
    ]
    for i in np.flatnonzero(arcs.possessive).tolist():
        spun[i] = spun[i][: -len(POSSESSIVE)]
    return spun, lexicon.all_lowered(arcs.canonical.tolist())


def _as_it_stands(decoding: Decoding) -> NDArray[np.int32]:
    """The ids (n, words) of the text from each arc's first word on, as many as the longest has."""
    arcs, stream = decoding.arcs, decoding.stream
    places = stream.at[arcs.first][:, None] + np.arange((arcs.last - arcs.first).max())
    ids: NDArray[np.int32] = stream.ids[np.minimum(places, len(stream.ids) - 1)]
    return ids


def _inside(ids: NDArray[np.int32], length: NDArray[np.integer], channel: Channel) -> NDArray[np.float64]:
    """The mean log count of the word pairs inside phrases (n, words) of some lengths (n), -1 for single words."""
    result = np.full(len(ids), -1.0)
    several = np.flatnonzero(length > 1)
    ids, length = ids[several], length[several]
    total = np.zeros(len(ids), np.float32)
    for k in range(1, ids.shape[1]):
        total += channel.pair_counts.logcount(ids[:, k - 1], ids[:, k]) * (k < length)
    result[several] = total / (length.astype(np.int64) - 1)
    return result


def _rank(rows: NDArray[np.int32], lexicon: Lexicon) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """The rank of the candidate of each row among those listed for its span, and how many these are (n each)."""
    group = lexicon.groups(rows)
    by_pattern = rows >= lexicon.first_pattern_row
    group[by_pattern] = 0
    rank = np.where(by_pattern, UNLISTED[0], rows - lexicon.starts[group])
    return rank, np.where(by_pattern, UNLISTED[1], lexicon.stops[group] - lexicon.starts[group])


def _capitals(doc: Document) -> NDArray[np.bool_]:
    """Which words (n) have a capital inside a sentence."""
    result = doc.capitals.copy()
    result[list(doc.starts_sentence)] = False
    return result


def _capital_beside(doc: Document, capital: NDArray[np.bool_], arcs: Arcs) -> NDArray[np.bool_]:
    """Whether a neighbour of each arc has a capital (n), where it is joined to it; the next word, even if it opens a sentence."""
    joined = np.concatenate([[False], doc.joined, [False]])
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
