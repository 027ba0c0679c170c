"""What the calibration looks at: one row of evidence for each candidate, twice. The first look is quick; the second is at those candidates
that it leaves, and knows what the first thought of the rest of the document."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.decoder import Decoding
from unspin.decoding.lattice import Arcs, Channel
from unspin.decoding.reliability import Reliability
from unspin.decoding.selection import KEPT, RATE_FLOOR, countable, select
from unspin.decoding.topic import TOPIC, topic
from unspin.decoding.traces import TRACES, Edges, traces
from unspin.document import POSSESSIVE, Document, in_common, numbered, running
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
UNHEARD = 2.0  # places that say nothing, with which those means begin
SUBSTITUTIONS_CACHE = 1 << 14  # pairs of texts, 5 MB
STEMS_CACHE = 1 << 14  # texts
STEM = 5  # letters that the inflected forms of a word are taken to share, but for an s
NAMES = (*FIRST, *OWN, *RELIABILITY, *COMPANY)
"""What the second look goes by."""
WORTH_A_SECOND_LOOK = 0.03  # confidence at the first
LOWEST = 1e-9
MONOTONIC = frozenset(
    (
        *("posterior", "score", "share", "spin_rate", "density", "support", "pair_reliability", "span_reliability"),
        *("guess", "guessed_rate", "guessed_density", "pair_highest", "pair_mean"),
    )
)
"""Features of which more can only mean more confidence."""
CLOSEST = 1e-5  # no confidence is nearer to 0 or 1
UNLISTED = 99, 0, -12.0  # rank, number and ln w of a pair that is not listed
NEIGHBOURHOOD = 8  # words on either side
LONG = 300  # words: beyond, length says nothing about whether a text is spun


def first_look(doc: Document, decoding: Decoding, channel: Channel) -> NDArray[np.float32]:
    """The evidence (n, len(FIRST)) for the n arcs of a decoding."""
    arcs = decoding.arcs
    evidence = np.empty((len(arcs), len(FIRST)), np.float32)
    if not len(arcs):
        return evidence
    columns: dict[str, NDArray[Any] | float] = {
        "posterior": _logit(np.clip(decoding.posterior, LOWEST, 1 - 1e-6)),
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
        _density(arcs, decoding.posterior, len(doc)),
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
    first, last, row, canonical, replaced = (
        column.copy() for column in (arcs.first, arcs.last, arcs.row, arcs.canonical, arcs.replaced)
    )
    possessive = arcs.possessive.copy()
    for i in np.flatnonzero((row >= lexicon.first_pattern_row) & (replaced < last - first)).tolist():
        spun = doc.keys[first[i] : last[i]]
        if possessive[i]:
            spun[-1] = spun[-1][: -len(POSSESSIVE)]
        found = lexicon.pair_in(" ".join(spun), lexicon.lowered[int(canonical[i])])
        if found is not None:
            left, right, row[i] = found
            first[i] += left
            last[i] -= right
            canonical[i], replaced[i] = lexicon.canonical[row[i]], last[i] - first[i]
            possessive[i] &= right == 0
    return replace(arcs, first=first, last=last, row=row, canonical=canonical, possessive=possessive, replaced=replaced)


def own(
    decoding: Decoding, arcs: Arcs, spun: list[str], canonical: list[str], doc: Document, channel: Channel
) -> NDArray[np.float32]:
    """The evidence (n, len(OWN)) of some of a decoding's arcs, of which these are the texts."""
    traced = traces(doc, decoding.stream, arcs, spun, canonical, channel)
    return np.concatenate((wording(doc, arcs, spun, canonical, channel.lexicon), traced, topic(decoding, arcs, channel)), axis=1)


def wording(doc: Document, arcs: Arcs, spun: list[str], canonical: list[str], lexicon: Lexicon) -> NDArray[np.float32]:
    """The evidence (n, len(WORDING)) of arcs, of which these are the texts."""
    from jellyfish import jaro_winkler_similarity

    counted = doc.counts.get
    again = [min([counted(word, 0) for word in text.split()]) if " " in text else counted(text, 0) for text in canonical]
    as_listed = (arcs.row < lexicon.first_pattern_row) & ~arcs.possessive & (arcs.last - arcs.first == arcs.replaced)
    rows = arcs.row[as_listed]
    back = lexicon.back[rows]
    known = np.stack((lexicon.similarity[rows], _rank(rows, lexicon)[0], *_rank(back, lexicon), lexicon.logweight[back]), axis=1)
    known[back == NO_ROW, 2:] = UNLISTED
    result = np.empty((len(arcs), len(WORDING)), np.float32)
    result[:, 0] = again
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


def company(
    decoding: Decoding,
    arcs: Arcs,
    kept: NDArray[np.intp],
    guess: NDArray[np.float64],
    spun: list[str],
    canonical: list[str],
    reliable: NDArray[np.float32],
) -> NDArray[np.float32]:
    """The evidence (m, len(COMPANY)) that those of a decoding's arcs that were `kept` (m) are for each other, by their confidences at the
    first look and their reliability (m, len(RELIABILITY)): a spinner that wrote "financial" for "economic" once does so again."""
    repeated = decoding.repeated[kept]
    counted = countable(guess, decoding.odd[kept], repeated)
    chosen = np.zeros(len(arcs))
    stands = select(arcs, counted, WORTH_A_SECOND_LOOK)
    chosen[stands] = counted[stands]
    rate = chosen.sum() / (decoding.spinnable + KEPT)
    spun_id, canonical_id = numbered(spun), numbered(canonical)
    first = arcs.first.astype(np.int64)
    alone = ~np.arange(len(arcs))  # what is repeated is company for nobody
    pair_id, spun_id, canonical_id = (
        np.where(repeated, alone, number) for number in (spun_id << 32 | canonical_id, spun_id, canonical_id)
    )
    places, highest, mean = _others(pair_id, first, guess)
    columns = (
        _logit(np.clip(guess, CLOSEST, 1 - CLOSEST)),
        np.log(rate + RATE_FLOOR),
        _density(arcs, chosen, int(arcs.last.max(initial=0))),
        guess - _others(first, np.arange(len(arcs)), guess)[1],
        *_beside(arcs, guess),
        places,
        highest,
        mean,
        _others(spun_id, first, guess)[1],
        _others(canonical_id, first, guess)[1],
        *_word_by_word(first, spun, canonical, repeated, guess),
        *_known(first, chosen, reliable),
    )
    evidence = np.empty((len(arcs), len(COMPANY)), np.float32)
    for i, column in enumerate(columns):
        evidence[:, i] = column
    return evidence


def _beside(arcs: Arcs, guess: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The highest confidence of what ends where each arc begins, of what begins where it ends, and of what covers it and more (n each)."""
    ending, beginning = np.zeros((2, int(arcs.last.max(initial=0)) + 1))
    np.maximum.at(ending, arcs.last, guess)
    np.maximum.at(beginning, arcs.first, guess)
    covers = (arcs.first <= arcs.first[:, None]) & (arcs.last >= arcs.last[:, None])
    covers &= arcs.last - arcs.first > (arcs.last - arcs.first)[:, None]
    return ending[arcs.first], beginning[arcs.last], np.max(covers * guess, axis=1, initial=0.0)


def _known(
    first: NDArray[np.int64], chosen: NDArray[np.float64], reliable: NDArray[np.float32]
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
    first: NDArray[np.int64], spun: list[str], canonical: list[str], repeated: NDArray[np.bool_], guess: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How many other places have the same words replaced by the same, and the highest confidence there (n each): "area" for "region",
    "coastal areas" for "coastal regions" and "the area" for "the region" are company for each other."""
    if not len(first):
        return np.zeros(0), np.zeros(0)
    replaced = [*map(_substitutions, spun, canonical)]
    sizes = [*map(len, replaced)]
    steps, keys = np.array([*chain.from_iterable(replaced)], np.int64).T
    opens, owner = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(first)), sizes)
    keys = np.where(repeated[owner], ~np.arange(len(keys)), keys)
    places, highest, _ = _others(keys, first[owner] + steps, guess[owner])
    return np.minimum.reduceat(places, opens), np.minimum.reduceat(highest, opens)


@lru_cache(SUBSTITUTIONS_CACHE)
def _substitutions(spun: str, canonical: str) -> tuple[tuple[int, int], ...]:
    """The words that are replaced: the step of each from the first one, and a key of its stem and that of the word in its place."""
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
    keys: NDArray[np.int64], places: NDArray[np.int64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """For each of n values, of the other places with the same key: how many, the highest value there, and the mean of what is highest at
    each (0 if there are none)."""
    if not len(keys):
        return np.zeros(0), np.zeros(0), np.zeros(0)
    if speedups:
        found = np.empty(len(keys)), np.empty(len(keys)), np.empty(len(keys))
        speedups.others(keys, places, values, *found)
        return found
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


def _logit(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.log(probability / (1 - probability))
    return result


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


def _density(arcs: Arcs, probability: NDArray[np.float64], words: int) -> NDArray[np.float64]:
    """The sum of the probabilities of arcs that begin in the neighbourhood of each arc (n), but not within it."""
    place = np.zeros(words + 1)
    np.add.at(place, arcs.first, probability)
    total = running(place)
    low = np.maximum(arcs.first - NEIGHBOURHOOD, 0)
    high = np.minimum(arcs.last + NEIGHBOURHOOD, words)
    own = total[np.minimum(arcs.last, words)] - total[arcs.first]
    result: NDArray[np.float64] = total[high] - total[low] - own
    return result
