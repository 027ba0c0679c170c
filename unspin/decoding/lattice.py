"""Every way to read a document: the text as it stands, and arcs that replace spans of it by candidates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unspin.document import POSSESSIVE, Document, running
from unspin.grammar import NOT_IN_NAMES, indefinite_article
from unspin.language import vectors
from unspin.language.counts import PairCounts
from unspin.language.hashing import HashMap
from unspin.language.trigram import TrigramModel
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import KINDS, MAX_SPUN, NO_GROUP, Lexicon
from unspin.native import speedups

# Log-linear weights of the noisy channel, fitted on development pairs for the separation of spun and clean documents by spin rate.
LM = 0.5
UNIGRAM = -0.1
CHANNEL = 1.3
BIAS = 1.0

MAX_CANONICAL = 8  # words of a canonical phrase
NO_WORD = -1
TELLS = "tells"
MAX_CANDIDATES = 12  # of one spun phrase; one right edit in five hundred is a later one
LEADING = 6  # of these, that count when the spin rate is estimated: the more are tried, the better one fits by chance
UNIGRAM_IN_RANKING = 0.4  # a rare word is seldom what a spinner replaced
QUICK = 3  # candidates that the gate tries for a word
QUICK_UNIGRAM = (
    -6.0
)  # and it tries none for the sixty commonest words, which nearly always stand where they should; nor do patterns
PAD = 2  # places on either side of a sentence: the model sees two words back and two ahead
DOUBLES_BEFORE, DOUBLES_AFTER = 1, 2


class Channel:
    """A lexicon in the words of one language model: what the decoder needs of both, prepared once."""

    def __init__(self, lexicon: Lexicon, model: TrigramModel, pair_counts: PairCounts, columns: Mapping[str, NDArray[Any]]):
        """Use `build` or `load`; the columns are described there."""
        self.lexicon = lexicon
        self.model = model
        self.articles = model.id("a"), model.id("an")
        self.pair_counts = pair_counts
        self._columns = columns
        self.length: NDArray[np.int8] = np.asarray(columns["length"])
        self.ids: NDArray[np.int32] = np.asarray(columns["ids"])
        self.begins: NDArray[np.int32] = np.asarray(columns["begins"])
        self.possessive_of: NDArray[np.int32] = np.asarray(columns["possessive_of"])
        self.reading: NDArray[np.int32] = np.asarray(columns["reading"])
        self.unigram: NDArray[np.float32] = np.asarray(columns["unigram"])
        self.held: NDArray[np.float32] = np.asarray(columns["held"])
        self.takes_an: NDArray[np.bool_] = np.asarray(columns["takes_an"])
        self.unlike_name: NDArray[np.bool_] = np.asarray(columns["unlike_name"])
        self.plausible: NDArray[np.bool_] = np.asarray(columns["plausible"])
        self.leading: NDArray[np.bool_] = np.asarray(columns["leading"])
        self.single: NDArray[np.bool_] = self.length == 1
        self.quick_ids: NDArray[np.int32] = np.asarray(columns["quick_ids"])
        self.quick_prior: NDArray[np.float32] = np.asarray(columns["quick_prior"])
        self.vectors: NDArray[np.int8] = np.asarray(columns["vectors"])
        self.has_vector: NDArray[np.bool_] = np.asarray(columns["has_vector"])
        self.tells = HashMap.among(columns, TELLS, NO_WORD)
        """The `prefixes` of the listed tells of several words, if they were stored."""

    @classmethod
    def build(cls, lexicon: Lexicon, model: TrigramModel, pair_counts: PairCounts) -> Channel:
        """Look every canonical phrase up in the model.

        By canonical phrase: `length` in words, `begins`, where those of them that count begin in `ids`, `unigram`, the summed
        log-probability of the bare words, `held`, in how many longer names, terms and collocations it occurs (log of that and one):
        the more, the more usual it is, `takes_an`, `unlike_name`, whether it begins or ends with a word that names seldom have, and
        `reading`, a number that those share which differ in capitals and hyphens only. By
        row of the lexicon: `plausible`, whether it is among the MAX_CANDIDATES best of its spun phrase, and `leading`, among the LEADING.
        By word of the model: `possessive_of`, the word with 's; `quick_ids`, its likeliest one-word candidates, and `quick_prior`, their
        log-odds without context, for the gate; and `vectors`, see `unspin.language.vectors`, and which word `has_vector`.
        """
        from unspin.lexicon.compile import phrase_key

        split = [(phrase_key(text) or text).split(" ") for text in lexicon.canonicals]
        length = np.array([min(len(words), MAX_CANONICAL + 1) for words in split], np.int8)
        begins = running(np.minimum(length, MAX_CANONICAL)).astype(np.int32)
        id_of = {word: model.word_id(word) for word in {word for words in split for word in words}}
        ids = np.fromiter((id_of[word] for words in split for word in words[:MAX_CANONICAL]), np.int32, begins[-1])
        number: dict[str, int] = {}
        read = (text.lower().replace("-", " ") for text in lexicon.canonicals)
        takes_an = {word: indefinite_article(word) == "an" for word in {words[0] for words in split}}
        unigram = np.add.reduceat(model.unigram_logprob(ids), begins[:-1]) if split else np.zeros(0, np.float32)
        columns: dict[str, NDArray[Any]] = {
            "length": length,
            "ids": ids,
            "begins": begins,
            "possessive_of": np.array([model.word_id(word + POSSESSIVE) for word in model.words], np.int32),
            "reading": np.array([number.setdefault(text, len(number)) for text in read], np.int32),
            "unigram": unigram,
            "held": _held(split, np.unique(lexicon.canonical[lexicon.first_pattern_row :]).tolist()),
            "takes_an": np.array([takes_an[words[0]] for words in split], np.bool_),
            "unlike_name": np.array([not NOT_IN_NAMES.isdisjoint(ends) for ends in map(_ends, lexicon.canonicals)], np.bool_),
            "plausible": _among(MAX_CANDIDATES, lexicon, length, unigram),
            "leading": _among(LEADING, lexicon, length, unigram),
            "vectors": (word_vectors := vectors.of_words(list(model.words))),
            "has_vector": np.asarray(word_vectors.any(axis=1)),
        }
        columns |= _quick(lexicon, model, columns)
        if speedups:
            columns |= HashMap.of_prefixes(lexicon.tells()).columns(TELLS)
        return cls(lexicon, model, pair_counts, columns)

    def save(self, folder: Path) -> None:
        """Write what `load` maps: the columns only."""
        for name, column in self._columns.items():
            np.save(folder / f"{name}.npy", column)

    @classmethod
    def load(cls, folder: Path, lexicon: Lexicon, model: TrigramModel, pair_counts: PairCounts) -> Channel:
        """Map what `save` wrote for this lexicon and this model. ValueError if it was another lexicon."""
        columns = {path.stem: np.load(path, mmap_mode="r") for path in folder.glob("*.npy")}
        if len(columns["plausible"]) != len(lexicon.canonical):
            raise ValueError(f"{folder} is of another lexicon")
        return cls(lexicon, model, pair_counts, columns)

    @property
    def phrases(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The canonical phrases in words of the model, as `speedups` takes them."""
        return self.ids, self.begins

    def words(self, canonical: NDArray[np.int32]) -> NDArray[np.int32]:
        """The ids of canonical phrases (n, MAX_CANONICAL), `unknown` behind their last word."""
        places = self.begins[canonical][:, None] + np.arange(MAX_CANONICAL)
        inside = places < self.begins[canonical + 1][:, None]
        return np.where(inside, self.ids[np.where(inside, places, 0)], np.int32(self.model.unknown))

    def possessive_id(self, canonical: NDArray[np.int32]) -> NDArray[np.int32]:
        """The ids of the last words of canonical phrases (n), with 's."""
        return self.possessive_of[self.ids[self.begins[canonical + 1] - 1]]


def _ends(phrase: str) -> tuple[str, str]:
    """The first word of a phrase and the last."""
    words = phrase.split(" ")
    return words[0], words[-1]


def _held(phrases: Sequence[Sequence[str]], expressions: Iterable[int]) -> NDArray[np.float32]:
    """In how many of the `expressions`, numbers of phrases, each phrase (n) occurs with further words beside it; log of that and one."""
    wanted = {tuple(words) for words in phrases}
    counts: Counter[tuple[str, ...]] = Counter()
    for words in {tuple(phrases[i]) for i in expressions}:
        parts = {words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
        counts.update(part for part in parts if part != words and part in wanted)
    return np.log1p(np.array([counts[tuple(words)] for words in phrases], np.float32))


def _among(best: int, lexicon: Lexicon, length: NDArray[np.int8], unigram: NDArray[np.float32]) -> NDArray[np.bool_]:
    result: NDArray[np.bool_] = length[lexicon.canonical] <= MAX_CANONICAL
    part = lexicon.kind == KINDS.index(Kind.PART)
    rows = np.flatnonzero(~part[: lexicon.first_pattern_row])
    result[rows] &= _rank(lexicon, rows, unigram) < best
    result &= ~part
    return result


def _rank(lexicon: Lexicon, rows: NDArray[np.intp], unigram: NDArray[np.float32]) -> NDArray[np.intp]:
    """The rank of each row (ascending) among those of its spun phrase, 0 for the likeliest without context."""
    group = np.repeat(np.arange(len(lexicon.starts) - 1), np.diff(lexicon.starts))[rows]
    likely = lexicon.logweight[rows] + UNIGRAM_IN_RANKING * unigram[lexicon.canonical[rows]]
    first = np.searchsorted(group, group)
    rank = np.empty(len(rows), np.intp)
    rank[np.lexsort((-likely, group))] = np.arange(len(rows)) - first
    return rank


def _quick(lexicon: Lexicon, model: TrigramModel, columns: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    spun_id = np.array([model.id(lexicon.spun(group)) for group in range(len(lexicon.starts) - 1)], np.int64)
    common = model.unigram_logprob(np.arange(len(model.words), dtype=np.int32)) > QUICK_UNIGRAM
    useful = (spun_id != model.unknown) & ~common[spun_id]
    group = np.repeat(np.arange(len(spun_id)), np.diff(lexicon.starts))
    one_word = columns["length"][lexicon.canonical[: len(group)]] == 1
    rows = np.flatnonzero(useful[group] & one_word & columns["plausible"][: len(group)])
    rank = _rank(lexicon, rows, columns["unigram"])
    rows, rank = rows[rank < QUICK], rank[rank < QUICK]
    canonical, word = lexicon.canonical[rows], spun_id[group[rows]]
    unigram = columns["unigram"][canonical] - model.unigram_logprob(word.astype(np.int32))
    quick_ids = np.full((len(model.words), QUICK), model.unknown, np.int32)
    quick_prior = np.full((len(model.words), QUICK), -np.inf, np.float32)
    quick_ids[word, rank] = columns["ids"][columns["begins"][canonical]]
    quick_prior[word, rank] = UNIGRAM * unigram + CHANNEL * lexicon.logweight[rows] + BIAS
    return {"quick_ids": quick_ids, "quick_prior": quick_prior}


@dataclass(frozen=True, slots=True)
class Arcs:
    """Candidates of one document, as columns of length n; see `Lexicon` for what `row` refers to.

    `first` and `last` (exclusive) are word indices, `replaced` says how many of the words between them the candidate does not keep.
    `logweight` is ln w(spun | canonical). `lm` is the language model's log-likelihood
    ratio (nats) of the sentence with the candidate against the sentence as it stands, `unigram` the same of the bare words, `alone` the
    model's log-probability of the span as it stands beyond that of its bare words.
    """

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    row: NDArray[np.int32]
    canonical: NDArray[np.int32]
    logweight: NDArray[np.float32]
    possessive: NDArray[np.bool_]
    replaced: NDArray[np.int32]
    lm: NDArray[np.float32]
    unigram: NDArray[np.float32]
    alone: NDArray[np.float32]

    @classmethod
    def of(cls, first: Any, last: Any, row: Any, canonical: Any, logweight: Any, possessive: Any, replaced: Any = None) -> Arcs:
        """Arcs that the language model has not seen yet; they replace all of their words unless told otherwise."""
        unseen = np.zeros(len(first), np.float32)
        first, last = np.asarray(first, np.int32), np.asarray(last, np.int32)
        return cls(
            first,
            last,
            np.asarray(row, np.int32),
            np.asarray(canonical, np.int32),
            np.asarray(logweight, np.float32),
            np.asarray(possessive, np.bool_),
            last - first if replaced is None else np.asarray(replaced, np.int32),
            unseen,
            unseen,
            unseen,
        )

    def __len__(self) -> int:
        return len(self.first)

    def only(self, mask: NDArray[np.bool_]) -> Arcs:
        """Those that a mask (n) says; nearly always all."""
        return self if mask.all() else self.take(mask)

    def take(self, index: NDArray[np.intp] | NDArray[np.bool_]) -> Arcs:
        """The arcs at `index` (positions or a mask)."""
        at = np.flatnonzero(index) if index.dtype == np.bool_ else index
        return Arcs(
            self.first.take(at),
            self.last.take(at),
            self.row.take(at),
            self.canonical.take(at),
            self.logweight.take(at),
            self.possessive.take(at),
            self.replaced.take(at),
            self.lm.take(at),
            self.unigram.take(at),
            self.alone.take(at),
        )

    def join(self, other: Arcs) -> Arcs:
        """These arcs and then those of `other`."""
        return Arcs(*(np.concatenate((getattr(self, name), getattr(other, name))) for name in self.__slots__))


class Stream:
    """A document's words as the language model reads them: sentence by sentence, padded, in one array."""

    def __init__(self, doc: Document, channel: Channel):
        n, bounds = len(doc), np.array(doc.bounds, np.int64)
        places = n + 2 * PAD * (len(bounds) - 1) + PAD
        self.ids = np.full(places, channel.model.unknown, np.int32)
        self.at = np.empty(n, np.int64)
        """Where each word stands in `ids`."""
        self.doubles = np.zeros(n + 1, np.uint8)
        """Of the place before each word, and of the last: whether the word in front may be covered by a candidate that begins here
        (DOUBLES_BEFORE), and the one behind by one that ends here (DOUBLES_AFTER)."""
        self.usual = np.empty(max(n - 1, 0), np.bool_)
        """Whether people write each word with the next (n - 1)."""
        self.common = np.empty(n, np.bool_)
        """Whether each word is one of the commonest (n), as QUICK_UNIGRAM says."""
        self.total = np.empty(places + 1)
        """total[i] = the summed log-probability of everything before place i."""
        self.total_unigram = np.empty(places + 1)
        """The same for bare words."""
        (self._read_compiled if speedups else self._read)(doc, bounds, channel)

    def _read(self, doc: Document, bounds: NDArray[np.int64], channel: Channel) -> None:
        model = channel.model
        words = model.ids(doc.keys)
        known = words != model.unknown
        self.doubles[1:-1] = doc.joined * (DOUBLES_BEFORE * known[:-1] + DOUBLES_AFTER * known[1:])
        strange = np.flatnonzero(~known).tolist()
        words[strange] = [model.stand_in(doc.keys[i]) for i in strange]
        sizes = np.diff(bounds)
        self.at[:] = np.arange(len(words)) + PAD + 2 * PAD * np.repeat(np.arange(len(sizes)), sizes)
        self.ids[self.at] = words
        self.ids[self.at[bounds[1:] - 1] + 1] = model.end
        self.ids[self.at[bounds[:-1]] - 1] = model.start
        self.usual[:] = model.has_pair(words[1:], words[:-1]) | (channel.pair_counts.logcount(words[:-1], words[1:]) > 0)
        self.common[:] = model.unigram_logprob(words) > QUICK_UNIGRAM
        self.total[:] = np.concatenate((np.zeros(PAD), running(model.chain(self.ids[None])[0])))
        self.total_unigram[:] = running(model.unigram_logprob(self.ids))

    def _read_compiled(self, doc: Document, bounds: NDArray[np.int64], channel: Channel) -> None:
        model, vocabulary = channel.model, channel.model.index.by_hash
        tables = *model.tables, channel.pair_counts.table.records, vocabulary.table.keys, vocabulary.values
        words = doc.fingerprints, doc.joined, bounds
        columns = self.at, self.ids, self.doubles, self.usual, self.common, self.total, self.total_unigram
        marks = model.unknown, model.start, model.end
        speedups.stream(*tables, *words, *columns, doc.keys, model.stand_in, marks, PAD, QUICK_UNIGRAM)

    def span(self, start: NDArray[np.int64], stop: NDArray[np.int64]) -> NDArray[np.float64]:
        """The summed log-probability of the places start:stop (n)."""
        result: NDArray[np.float64] = self.total[stop] - self.total[start]
        return result


@dataclass(frozen=True, slots=True)
class Listed:
    """What of a document the lexicon lists: the group of each word (n), NO_GROUP where there is none, and first word, last (exclusive)
    and group of every phrase of several words (m, 3). `owners` are the same of what ends in 's, which is left aside: every such word,
    listed or not, and the listed phrases."""

    groups: NDArray[np.int32]
    phrases: NDArray[np.int32]
    owners: NDArray[np.int32]

    @classmethod
    def of(cls, doc: Document, lexicon: Lexicon) -> Listed:
        """Look a document up."""
        n = len(doc)
        if not speedups:
            groups = np.array([lexicon.index.get(key, NO_GROUP) for key in doc.keys], np.int32)
            return cls(groups, _phrases(doc, lexicon), _owners(doc, lexicon, groups))
        groups, phrases, owners = (np.empty(shape, np.int32) for shape in (n, (n * MAX_SPUN, 3), (n * MAX_SPUN, 3)))
        texts, prefixes = lexicon.index.by_hash, lexicon.phrases_by_hash
        listing = texts.table.keys, texts.values, prefixes.table.keys, prefixes.values
        columns = doc.fingerprints, doc.marks, groups, phrases, owners
        n_phrases, n_owners = speedups.look_up(*listing, *columns, doc.keys, MAX_SPUN)
        return cls(groups, phrases[:n_phrases], owners[:n_owners])


def _phrases(doc: Document, lexicon: Lexicon) -> NDArray[np.int32]:
    keys, joined = doc.keys, doc.joined.tolist()
    spans = []
    for i in lexicon.phrase_filter.hits(doc.hashes).tolist():
        phrase = keys[i]
        for j in range(i + 1, min(i + MAX_SPUN, len(keys))):
            if not joined[j - 1]:
                break
            phrase = f"{phrase} {keys[j]}"
            if (group := lexicon.index.number(phrase)) >= 0:
                spans.append((i, j + 1, group))
    return np.array(spans, np.int32).reshape(-1, 3)


def _owners(doc: Document, lexicon: Lexicon, groups: NDArray[np.int32]) -> NDArray[np.int32]:
    index, keys, spans = lexicon.index, doc.keys, []
    for last in doc.possessives:
        if groups[last] != NO_GROUP:
            continue
        phrase = keys[last][: -len(POSSESSIVE)]
        spans.append((last, last + 1, index.number(phrase)))
        for first in range(last - 1, max(last - MAX_SPUN, -1), -1):
            if not doc.joined[first]:
                break
            phrase = f"{keys[first]} {phrase}"
            if (group := index.number(phrase)) != NO_GROUP:
                spans.append((first, last + 1, group))
    return np.array(spans, np.int32).reshape(-1, 3)


def find_arcs(doc: Document, listed: Listed, channel: Channel, genuine: Collection[int] = ()) -> Arcs:
    """Every candidate of every span of a document without `genuine` words, from single words and listed phrases; `lm` is still 0."""
    groups, settled = listed.groups.copy(), np.zeros(len(doc), np.bool_)
    groups[doc.acronyms] = groups[doc.glued] = NO_GROUP
    settled[[*genuine]] = True
    return (_expand_compiled if speedups else _expand)(listed, groups, settled, channel)


def _expand(listed: Listed, groups: NDArray[np.int32], settled: NDArray[np.bool_], channel: Channel) -> Arcs:
    """The candidates of the words (n) with these groups, and of the other spans; of none that holds a settled word (n)."""
    words = np.flatnonzero(groups != NO_GROUP).astype(np.int32)
    owners = listed.owners[listed.owners[:, 2] != NO_GROUP]
    spans = np.concatenate([np.stack([words, words + 1, groups[words]], axis=1), owners, listed.phrases])
    possessive = np.repeat([False, True, False], [len(words), len(owners), len(listed.phrases)])
    before = running(settled)
    open_to_change = before[spans[:, 1]] == before[spans[:, 0]]
    (first, last, group), possessive = spans[open_to_change].T, possessive[open_to_change]
    lexicon = channel.lexicon
    sizes = lexicon.stops[group] - lexicon.starts[group]
    offsets = np.cumsum(sizes) - sizes
    row = np.arange(sizes.sum()) - np.repeat(offsets - lexicon.starts[group], sizes)
    canonical = lexicon.canonical[row]
    keep = channel.plausible[row]
    possessive = np.repeat(possessive, sizes)
    columns = np.repeat(first, sizes), np.repeat(last, sizes), row, canonical, lexicon.logweight[row], possessive
    return Arcs.of(*(column[keep] for column in columns))


def _expand_compiled(listed: Listed, groups: NDArray[np.int32], settled: NDArray[np.bool_], channel: Channel) -> Arcs:
    lexicon = channel.lexicon
    most = MAX_CANDIDATES * (len(groups) + len(listed.owners) + len(listed.phrases))
    columns = [np.empty(most, dtype) for dtype in (np.int32, np.int32, np.int32, np.int32, np.float32, np.bool_)]
    rows = lexicon.starts, channel.plausible, lexicon.canonical, lexicon.logweight
    n = speedups.expand(*rows, groups, listed.owners, listed.phrases, settled, *columns)
    return Arcs.of(*(column[:n] for column in columns))


def score_arcs(arcs: Arcs, stream: Stream, channel: Channel) -> Arcs:
    """Fill in `lm`: each arc against the text as it stands, in its trigram context of two words on either side.

    Arcs come to cover a neighbouring word that their candidate would double: "searching for" → "looking for", not "looking for for". An
    article before the candidate is read in the form that the candidate demands.
    """
    model = channel.model
    a, an = channel.articles
    if speedups:
        first, last = arcs.first.copy(), arcs.last.copy()
        lm, unigram, alone = (np.empty(len(arcs), np.float32) for _ in range(3))
        text = stream.ids, stream.at, stream.total, stream.total_unigram
        candidates = channel.takes_an, channel.possessive_of, channel.unigram, *channel.phrases
        columns = arcs.canonical, arcs.possessive, stream.doubles, first, last, lm, unigram, alone
        speedups.score(*model.tables, *text, *candidates, *columns, MAX_CANONICAL, a, an)
    else:
        first, last = _swallow_doubles(arcs, stream, channel)
        before, after = stream.at[first], stream.at[last - 1] + 1
        bare = stream.total_unigram[after] - stream.total_unigram[before]
        previous = stream.ids[before - 1]
        article = np.isin(previous, channel.articles)
        previous[article] = np.where(channel.takes_an[arcs.canonical[article]], an, a)
        lm = (_likelihood(arcs, stream, channel, before, after, previous) - stream.span(before, after + PAD)).astype(np.float32)
        unigram = (channel.unigram[arcs.canonical] - bare).astype(np.float32)
        alone = (stream.span(before, after) - bare).astype(np.float32)
    kept = arcs.row, arcs.canonical, arcs.logweight, arcs.possessive, arcs.replaced
    return Arcs(first, last, *kept, lm, unigram, alone)


def _swallow_doubles(arcs: Arcs, stream: Stream, channel: Channel) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """First and last (n each) of arcs that cover what they would double: a neighbour that only a blank or a hyphen separates from them,
    and that the text does not double as it stands."""
    opening, closing = channel.ids[channel.begins[arcs.canonical]], channel.ids[channel.begins[arcs.canonical + 1] - 1]
    several = ~channel.single[arcs.canonical]
    ids, first, last = stream.ids, stream.at[arcs.first], stream.at[arcs.last - 1]
    before = several & (stream.doubles[arcs.first] & DOUBLES_BEFORE != 0) & (ids[first - 1] == opening) & (ids[first] != opening)
    after = (
        several
        & ~arcs.possessive
        & (stream.doubles[arcs.last] & DOUBLES_AFTER != 0)
        & (ids[last + 1] == closing)
        & (ids[last] != closing)
    )
    return arcs.first - before, arcs.last + after


def _likelihood(
    arcs: Arcs,
    stream: Stream,
    channel: Channel,
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    previous: NDArray[np.int32],
) -> NDArray[np.float32]:
    """The log-probability (n) of each arc's candidate behind the word `previous`, where the arc covers the places before:after, and of
    the PAD places behind it."""
    words = channel.words(arcs.canonical)
    lengths = channel.length[arcs.canonical]
    owners = np.flatnonzero(arcs.possessive)
    words[owners, lengths[owners] - 1] = channel.possessive_id(arcs.canonical[owners])
    result = np.empty(len(arcs), np.float32)
    for n in range(1, MAX_CANONICAL + 1):
        rows = np.flatnonzero(lengths == n)
        if not len(rows):
            continue
        sequence = np.empty((len(rows), n + 2 * PAD), np.int32)
        sequence[:, 0] = stream.ids[before[rows] - 2]
        sequence[:, 1] = previous[rows]
        sequence[:, PAD : PAD + n] = words[rows, :n]
        sequence[:, -2] = stream.ids[after[rows]]
        sequence[:, -1] = stream.ids[after[rows] + 1]
        logprob = channel.model.chain(sequence)
        result[rows] = logprob[:, 0]
        for column in logprob.T[1:]:
            result[rows] += column
    return result
