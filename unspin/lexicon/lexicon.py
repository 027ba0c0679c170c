"""The compiled dictionaries: from what stands in a text to what may have stood there."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from unspin.document import in_common
from unspin.language.hashing import MULTIPLIER, HashMap, Index, Lines
from unspin.lexicon.entry import Kind
from unspin.native import speedups
from unspin.spelling import has_other_spelling, spelled_alike

KINDS = tuple(Kind)
ABBREVIATION = 5  # letters: up to so many, the beginning of a word is no substitute for it but its abbreviation ("Corp")
PLAIN = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
LISTED_CACHE = 30_000  # pairs, 6 MB
NO_GROUP = NO_WORD = NO_ROW = -1
MAX_SPUN = 6  # words of a spun phrase; longer ones are not looked up


@dataclass(frozen=True, slots=True)
class Pair:
    """One substitution: `spun` (words joined by blanks) for `canonical`, with ln w(spun | canonical)."""

    spun: str
    canonical: str
    logweight: float
    entry: str
    kind: Kind
    tell: bool
    conditions: frozenset[str] = frozenset()
    """Flags that limit where the pair holds (`near:WORD`, `not:WORD`) or how safe it is (a tier)."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name, term or collocation that is recognised through the substitutions of its words."""

    canonical: str
    words: tuple[str, ...]
    kind: Kind
    acronym: str
    gaps: tuple[int, ...]
    """What stands between its words, as in `Document.gaps`."""


class PairFilter:
    """Word pairs that open something worth a look: a bit for each hash, so a miss is certain and a hit is not (Bloom 1970)."""

    BITS = 26  # 8 MB; three million pairs fill 5 %

    def __init__(self, bits: NDArray[np.uint8]):
        self._bits = bits

    @classmethod
    def build(cls, first: NDArray[np.uint64], second: NDArray[np.uint64]) -> PairFilter:
        """A filter of the pairs (n) of word hashes."""
        marked = np.zeros(1 << cls.BITS, np.bool_)
        marked[cls._places(first, second)] = True
        return cls(np.packbits(marked, bitorder="little"))

    @classmethod
    def _places(cls, first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.int64]:
        mixed = (first * np.uint64(0x9E3779B1) + second) * MULTIPLIER
        return (mixed >> np.uint64(64 - cls.BITS)).astype(np.int64)

    def hits(self, hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
        """The indices i at which the words i and i + 1 may be a pair of the filter."""
        places = self._places(hashes[:-1], hashes[1:])
        return np.flatnonzero((self._bits[places >> 3] >> (places & 7).astype(np.uint8)) & 1)


def word_hashes(words: Iterable[str]) -> NDArray[np.uint64]:
    """A hash of each word, the same in every process."""
    return np.fromiter(map(crc32, map(str.encode, words)), np.uint64)


T = TypeVar("T")


class Remembered(dict[int, T]):
    """What follows from lines, of each when it is first asked for."""

    def __init__(self, lines: Sequence[str] | Lines, of: Callable[[str], T]):
        self._lines = lines
        self._of = of

    def __missing__(self, index: int) -> T:
        found = self[index] = self._of(self._lines[index])
        return found


def words_of(phrase: str) -> list[str]:
    """The words of a phrase in lower case, also where a hyphen binds them."""
    return phrase.lower().replace("-", " ").split()


def as_written(phrase: str) -> str:
    """A phrase of letters and blanks alone in which no word has another spelling; "" for any other."""
    return phrase if PLAIN.fullmatch(phrase) and not has_other_spelling(phrase) else ""


class Lexicon:
    """All pairs, as columns, grouped by spun phrase.

    The candidates of the spun phrase with group number g are the rows starts[g]:starts[g + 1] of the columns `canonical` (index into
    `canonicals`), `logweight`, `kind` (index into `KINDS`) and `tell`. Those from `stops[g]` on hold only inside names, terms and
    collocations, the patterns. After the groups follows one row for each pattern, from `first_pattern_row` on, with weight 1: its weight
    is that of the words substituted in the text. Of a pair, `back` is the row that lists it the other way round, NO_ROW if none does, and
    `similarity` (Jaro-Winkler) that of its texts in lower case.
    """

    def __init__(
        self,
        groups: list[str] | Lines,
        canonicals: list[str] | Lines,
        entries: list[str] | Lines,
        vocabulary: list[str] | Lines,
        acronym_of: dict[int, str],
        conditions: dict[int, frozenset[str]],
        columns: Mapping[str, Any],
    ):
        self.canonicals = canonicals
        self._entries = entries
        self._vocabulary = vocabulary
        self._acronym_of = acronym_of
        self.conditions = conditions
        """The flags of the few rows that have any."""
        self._spun = groups
        self._columns = columns
        self.listed = lru_cache(LISTED_CACHE)(self._find_listed)
        """Of a pair of texts, spun and canonical, the latter in lower case: its rank from 0 by weight, how many are listed for the spun
        phrase, ln w; None if it is not listed."""
        self.pair_in = lru_cache(LISTED_CACHE)(self._find_pair)
        """Of two such phrases that differ in a listed pair: how many words they share before it and behind it, and its row; None if they
        differ in more, or share none."""
        self.index = Index(groups, HashMap.among(columns, GROUPS, NO_GROUP))
        """The group of each spun phrase."""
        self.pattern_words = Index(vocabulary, HashMap.among(columns, VOCABULARY, NO_WORD))
        """The words of names, terms and collocations, numbered as in `pattern_columns`."""
        self.starts: NDArray[np.int32] = np.asarray(columns["starts"])
        self.stops: NDArray[np.int32] = np.asarray(columns["stops"])
        self.canonical: NDArray[np.int32] = np.asarray(columns["canonical"])
        self.logweight: NDArray[np.float32] = np.asarray(columns["logweight"])
        self._entry: NDArray[np.int32] = np.asarray(columns["entry"])
        self.kind: NDArray[np.int8] = np.asarray(columns["kind"])
        self.tell: NDArray[np.bool_] = np.asarray(columns["tell"])
        self.back: NDArray[np.int32] = np.asarray(columns["back"])
        self.similarity: NDArray[np.float32] = np.asarray(columns["similarity"])
        self._pattern_starts: NDArray[np.int32] = np.asarray(columns["pattern_starts"])
        self._pattern_words: NDArray[np.int32] = np.asarray(columns["pattern_words"])
        self._pattern_gaps: NDArray[np.uint8] = np.asarray(columns["pattern_gaps"])
        self.first_pattern_row = len(self.canonical) - len(self._pattern_starts) + 1

    @classmethod
    def build(cls, pairs: list[Pair], patterns: list[Pattern]) -> Lexicon:
        """Lay out pairs; the order of the input does not matter."""
        pairs = sorted(pairs, key=lambda pair: (pair.spun, pair.kind is Kind.PART, -pair.logweight, pair.canonical))
        patterns = sorted(patterns, key=lambda pattern: (pattern.kind.value, pattern.canonical))
        groups = list(dict.fromkeys(pair.spun for pair in pairs))
        sizes = np.unique([pair.spun for pair in pairs], return_counts=True)[1] if pairs else np.zeros(0, int)
        entries = sorted({pair.entry for pair in pairs})
        pairs += [Pair("", p.canonical, 0.0, "", p.kind, False) for p in patterns]
        canonicals = sorted({pair.canonical for pair in pairs})
        canonical_at = {text: i for i, text in enumerate(canonicals)}
        entry_at = {text: i for i, text in enumerate(entries)}
        columns: dict[str, NDArray[Any]] = {
            "starts": np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
            "canonical": np.array([canonical_at[pair.canonical] for pair in pairs], np.int32),
            "logweight": np.array([pair.logweight for pair in pairs], np.float32),
            "entry": np.array([entry_at[pair.entry] for pair in pairs[: len(pairs) - len(patterns)]], np.int32),
            "kind": np.array([KINDS.index(pair.kind) for pair in pairs], np.int8),
            "tell": np.array([pair.tell for pair in pairs], np.bool_),
        }
        parts = (
            np.add.reduceat(1 * (columns["kind"] == KINDS.index(Kind.PART)), columns["starts"][:-1])
            if groups
            else np.zeros(0, int)
        )
        columns["stops"] = (columns["starts"][1:] - parts).astype(np.int32)
        columns |= _both_ways(groups, columns, [text.lower() for text in canonicals])
        vocabulary = sorted({word for pattern in patterns for word in pattern.words})
        columns |= _pattern_columns(groups, columns, canonicals, patterns, vocabulary)
        if speedups:
            columns |= HashMap.of_lines(groups, NO_GROUP).columns(GROUPS)
            columns |= HashMap.of_lines(vocabulary, NO_WORD).columns(VOCABULARY)
            columns |= _phrases(groups).columns(PHRASES)
        acronym_of = {number: pattern.acronym for number, pattern in enumerate(patterns) if pattern.acronym}
        conditions = {row: pair.conditions for row, pair in enumerate(pairs) if pair.conditions}
        return cls(groups, canonicals, entries, vocabulary, acronym_of, conditions, columns)

    def save(self, folder: Path) -> None:
        """Write what `load` reads: texts by the line, columns to be mapped."""
        conditions = (f"{row}\t{' '.join(sorted(flags))}" for row, flags in self.conditions.items())
        acronyms = (f"{number}\t{acronym}" for number, acronym in self._acronym_of.items())
        for name, texts in zip(LINES, (self._spun, self.canonicals, self._entries, self._vocabulary), strict=True):
            Lines.save(texts, folder, name)
        for name, rows in (("conditions", conditions), ("acronyms", acronyms)):
            (folder / f"{name}.txt").write_text("\n".join(rows), encoding="utf-8")
        for name, column in self._columns.items():
            np.save(folder / f"{name}.npy", column)

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read a lexicon that `save` wrote."""
        conditions, acronyms = (_lines(folder / f"{name}.txt") for name in ("conditions", "acronyms"))
        groups, canonicals, entries, vocabulary = (Lines.load(folder, name) for name in LINES)
        columns = {path.stem: np.load(path, mmap_mode="r") for path in folder.glob("*.npy")}
        return cls(
            groups,
            canonicals,
            entries,
            vocabulary,
            {int(number): acronym for number, acronym in (line.split("\t") for line in acronyms)},
            {int(row): frozenset(flags.split(" ")) for row, flags in (line.split("\t") for line in conditions)},
            columns,
        )

    def text(self, canonical: int) -> str:
        """A canonical phrase, by its index in `canonicals`."""
        return self._texts[canonical]

    @cached_property
    def _texts(self) -> Remembered[str]:
        return Remembered(self.canonicals, str)

    @cached_property
    def lowered(self) -> Remembered[str]:
        """The canonical phrases in lower case, by their index in `canonicals`."""
        return Remembered(self.canonicals, str.lower)

    @cached_property
    def words(self) -> Remembered[list[str]]:
        """Their words in lower case."""
        return Remembered(self.canonicals, words_of)

    @cached_property
    def plain(self) -> Remembered[str]:
        """Those that are written as they are listed wherever all letters are small; "" for the others."""
        return Remembered(self.canonicals, as_written)

    def all_lowered(self, canonicals: Iterable[int]) -> list[str]:
        """Several canonical phrases in lower case."""
        return [*map(self.lowered.__getitem__, canonicals)]

    @cached_property
    def conditional(self) -> NDArray[np.bool_]:
        """Whether a row has conditions."""
        result = np.zeros(len(self.canonical), np.bool_)
        result[list(self.conditions)] = True
        return result

    def __len__(self) -> int:
        """The number of pairs."""
        return self.first_pattern_row

    def pairs(self, spun: str | None = None) -> Iterator[Pair]:
        """Every pair, sorted by spun phrase and falling weight; or those of one spun phrase."""
        groups = range(len(self._spun)) if spun is None else [self.index[spun]] if spun in self.index else []
        for g in groups:
            for row in range(self.starts[g], self.starts[g + 1]):
                yield Pair(
                    self._spun[g],
                    self.canonicals[self.canonical[row]],
                    float(self.logweight[row]),
                    self.entry_of(row),
                    KINDS[self.kind[row]],
                    bool(self.tell[row]),
                    self.conditions.get(row, frozenset()),
                )

    def entry_of(self, row: int) -> str:
        """What findings by this row are said to come from."""
        if row < self.first_pattern_row:
            return self._entry_texts[int(self._entry[row])]
        return f"{KINDS[self.kind[row]].value.removesuffix('s')}: {self.text(int(self.canonical[row]))}"

    @cached_property
    def _entry_texts(self) -> Remembered[str]:
        return Remembered(self._entries, str)

    def groups(self, rows: NDArray[np.integer]) -> NDArray[np.intp]:
        """The groups that rows before `first_pattern_row` belong to."""
        result: NDArray[np.intp] = np.searchsorted(self.starts, rows, "right") - 1
        return result

    def lists(self, canonical: str) -> bool:
        """Whether a text is among the canonical phrases."""
        at = bisect_left(self.canonicals, canonical)
        return at < len(self.canonicals) and self.canonicals[at] == canonical

    def spun(self, group: int) -> str:
        """The spun phrase of a group."""
        return self._spun[group]

    def tells(self) -> list[str]:
        """The listed tells of several words."""
        rows = np.flatnonzero(self.tell[: self.first_pattern_row])
        groups = np.unique(self.groups(rows))
        return [spun for spun in map(self.spun, groups.tolist()) if " " in spun]

    @cached_property
    def phrase_filter(self) -> PairFilter:
        """The first two words of every spun phrase of several words."""
        return _phrase_filter(self._spun)

    @cached_property
    def phrases_by_hash(self) -> HashMap:
        """The groups of phrases by the hash of their words, and the beginnings of phrases. Needs `speedups`."""
        return HashMap.among(self._columns, PHRASES, NO_GROUP) or _phrases(self._spun)

    @cached_property
    def pattern_columns(self) -> tuple[NDArray[Any], ...]:
        """What `speedups.patterns` reads of names and terms; see `_pattern_columns`."""
        return tuple(np.asarray(self._columns[name]) for name in PATTERN_COLUMNS)

    def pattern(self, number: int) -> Pattern:
        """A name, term or collocation by its number."""
        row = self.first_pattern_row + number
        words, gaps = (
            column[self._pattern_starts[number] : self._pattern_starts[number + 1]].tolist()
            for column in (self._pattern_words, self._pattern_gaps)
        )
        return Pattern(
            self.canonicals[self.canonical[row]],
            tuple(self._vocabulary[word] for word in words),
            KINDS[self.kind[row]],
            self._acronym_of.get(number, ""),
            tuple(gaps[1:]),
        )

    @cached_property
    def patterns(self) -> list[Pattern]:
        """All of them; only needed without `speedups`."""
        return [self.pattern(number) for number in range(len(self._pattern_starts) - 1)]

    @cached_property
    def stands_in_patterns(self) -> NDArray[np.bool_]:
        """Of each group, whether it may stand for a word of a name, a term or a collocation."""
        return np.diff(np.asarray(self._columns["original_starts"])) > 0

    def originals(self, word: str) -> dict[str, float]:
        """The words that `word` may stand for, itself included, with ln w(word | original); names and terms are matched through them."""
        found = self._originals.get(word)
        if found is None:
            found = {}
            if (g := self.index.number(word)) >= 0:
                rows = slice(int(self.starts[g]), int(self.starts[g + 1]))
                texts = map(self.lowered.__getitem__, self.canonical[rows].tolist())
                for text, weight in zip(texts, self.logweight[rows].tolist(), strict=True):
                    if " " not in text:
                        found.setdefault(text, weight)
            found[word] = 0.0
            self._originals[word] = found
        return found

    def is_part(self, word: str, original: str) -> bool:
        """Whether `word` stands for `original` inside names and terms only."""
        g = self.index[word]
        ordinary = self.canonical[int(self.starts[g]) : int(self.stops[g])].tolist()
        return all(self.canonicals[i].lower() != original for i in ordinary)

    def _find_listed(self, spun: str, canonical: str) -> tuple[int, int, float] | None:
        group = self.index.number(spun)
        if group < 0:
            return None
        lowered = self.lowered
        start, end = int(self.starts[group]), int(self.stops[group])
        for rank, i in enumerate(self.canonical[start:end].tolist()):
            if lowered[i] == canonical:
                return rank, end - start, float(self.logweight[start + rank])
        return None

    def _find_pair(self, spun: str, canonical: str) -> tuple[int, int, int] | None:
        olds, news = spun.split(), canonical.replace("-", " ").split()
        left, right = in_common(olds, news, rest=1)
        pair = " ".join(olds[left : len(olds) - right]), " ".join(news[left : len(news) - right])
        listed = self.listed(*pair) if left or right else None
        return (left, right, int(self.starts[self.index[pair[0]]]) + listed[0]) if listed else None

    @cached_property
    def _originals(self) -> dict[str, dict[str, float]]:
        return {}

    @cached_property
    def acronyms(self) -> dict[str, list[int]]:
        """Names (as indices of `patterns`) by their acronym."""
        result: dict[str, list[int]] = {}
        for number, acronym in self._acronym_of.items():
            result.setdefault(acronym, []).append(number)
        return result

    @cached_property
    def openings(self) -> dict[Kind, Openings]:
        """The patterns of several words: names, and all others."""
        return {
            Kind.NAME: Openings(self, (Kind.NAME,)),
            Kind.TERM: Openings(self, (Kind.TERM, Kind.COLLOCATION)),
        }


class Openings:
    """The patterns of several words and of some kinds, by what their first word may have become."""

    def __init__(self, lexicon: Lexicon, kinds: tuple[Kind, ...]):
        self._originals = lexicon.originals
        self._by_first: dict[str, dict[str, list[tuple[str, int]]]] = {}
        for i, pattern in enumerate(lexicon.patterns):
            if pattern.kind in kinds and len(pattern.words) > 1:
                first, second, third, *_ = *pattern.words, ""
                self._by_first.setdefault(first, {}).setdefault(second, []).append((third, i))
        self._continuations: dict[str, dict[str, list[tuple[str, int]]]] = {}

    def continuations(self, word: str) -> dict[str, list[tuple[str, int]]]:
        """Those that may begin with what `word` stands for, by their second word: the third ("" if none) and the index in `patterns`."""
        found = self._continuations.get(word)
        if found is None:
            found = {}
            for original in self._originals(word):
                for second, rest in self._by_first.get(original, {}).items():
                    found.setdefault(second, []).extend(rest)
            self._continuations[word] = found
        return found


SPREAD = np.uint32(0x9E3779B1)  # Fibonacci hashing of numbers of words
FLAG_ABBREVIATION, FLAG_PART, FLAG_SPELLING = 1, 2, 4
PATTERN_KINDS = {Kind.TERM: 0, Kind.NAME: 1, Kind.COLLOCATION: 2}
PATTERN_COLUMNS = (
    "original_starts",
    "original_word",
    "original_weight",
    "original_flags",
    "first_starts",
    "opening_second",
    "opening_starts",
    "opening_number",
    "pattern_starts",
    "pattern_words",
    "pattern_gaps",
    "pattern_kind",
    "opening_filter",
)
GROUPS, VOCABULARY, PHRASES = "groups", "vocabulary", "phrases"  # names of files
LINES = GROUPS, "canonicals", "entries", VOCABULARY


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return text.split("\n") if text else []


def _both_ways(groups: list[str], columns: Mapping[str, NDArray[Any]], lowered: list[str]) -> dict[str, NDArray[Any]]:
    """The columns `back` and `similarity` of pairs, whose canonical phrases are `lowered`."""
    from jellyfish import jaro_winkler_similarity

    group_at = {spun: group for group, spun in enumerate(groups)}
    group = np.repeat(np.arange(len(groups)), np.diff(columns["starts"]))
    canonical = columns["canonical"][: len(group)]
    opposite = np.array([group_at.get(text, NO_GROUP) for text in lowered], np.int64)[canonical]
    rows = np.flatnonzero((opposite != NO_GROUP) & (np.arange(len(group)) < columns["stops"][group]))
    pairs, firsts = np.unique(group[rows] * len(groups) + opposite[rows], return_index=True)
    asked = opposite * len(groups) + group
    at = np.searchsorted(pairs, asked)
    at[at == len(pairs)] = 0
    back = np.where(pairs[at] == asked, rows[firsts][at], NO_ROW) if len(pairs) else np.full(len(group), NO_ROW)
    texts = zip(map(groups.__getitem__, group.tolist()), map(lowered.__getitem__, canonical.tolist()), strict=True)
    similarity = np.array([jaro_winkler_similarity(*pair) for pair in texts], np.float32)
    return {"back": back.astype(np.int32), "similarity": similarity}


def is_abbreviation(spun: str, canonical: str) -> bool:
    """Whether a word is but the beginning of another."""
    return len(spun) <= ABBREVIATION and canonical.startswith(spun)


def _pattern_columns(
    groups: list[str],
    columns: Mapping[str, NDArray[Any]],
    canonicals: list[str],
    patterns: list[Pattern],
    vocabulary: list[str],
) -> dict[str, NDArray[Any]]:
    """Names, terms and collocations in numbers, and what the words of a text may stand for in them.

    Words are numbered in alphabetical order. The originals of the spun phrase of group g are the rows starts[g]:starts[g + 1] of
    `original_word`, `original_weight` (ln w) and `original_flags` (FLAG_ABBREVIATION, FLAG_PART, FLAG_SPELLING). Patterns that begin with
    word w have as their second words the rows first_starts[w]:first_starts[w + 1] of `opening_second`, hashes in rising order; those that
    open as row k says are the rows opening_starts[k]:opening_starts[k + 1] of `opening_number`. The words of pattern i are
    pattern_starts[i]:pattern_starts[i + 1] of `pattern_words`, what stands before each, as in `Document.gaps`, is in `pattern_gaps`,
    its kind, for `speedups`, in `pattern_kind`. `opening_filter` has a byte for each row of `opening_second`; see `_opening_filter`.
    """
    number = {word: i for i, word in enumerate(vocabulary)}
    rows: list[tuple[int, float, int]] = []
    starts = [0]
    edges = columns["starts"].tolist()
    stops = columns["stops"].tolist()
    for spun, low, stop, high in zip(groups, edges, stops, edges[1:], strict=False):
        found: dict[str, tuple[float, int]] = {}
        for row, weight in enumerate(columns["logweight"][low:high].tolist(), low):
            text = canonicals[columns["canonical"][row]].lower()
            if text in number and text != spun:
                flags = FLAG_ABBREVIATION * is_abbreviation(spun, text) + FLAG_PART * (row >= stop)
                flags += FLAG_SPELLING * spelled_alike(spun, text)
                found.setdefault(text, (weight, flags))
        rows += [(number[text], *value) for text, value in found.items()]
        starts.append(len(rows))
    openings: dict[tuple[int, int], list[int]] = {}
    for i, pattern in enumerate(patterns):
        if len(pattern.words) > 1:
            openings.setdefault((number[pattern.words[0]], number[pattern.words[1]]), []).append(i)
    hashes = np.arange(len(number), dtype=np.uint32) * SPREAD
    hash_of = hashes.tolist()
    ordered = sorted(openings, key=lambda pair: (pair[0], hash_of[pair[1]]))
    sizes = np.bincount(np.array([first for first, _ in ordered], np.int64), minlength=len(number))
    first_starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    seconds = hashes[[second for _, second in ordered]]
    words = [[number[word] for word in pattern.words] for pattern in patterns]
    values = (
        np.array(starts, np.int32),
        np.array([row[0] for row in rows], np.int32),
        np.array([row[1] for row in rows], np.float32),
        np.array([row[2] for row in rows], np.uint8),
        first_starts,
        seconds,
        np.cumsum([0, *(len(openings[pair]) for pair in ordered)]).astype(np.int32),
        np.array([i for pair in ordered for i in openings[pair]], np.int32),
        np.cumsum([0, *map(len, words)]).astype(np.int32),
        np.array([word for row in words for word in row], np.int32),
        np.array([gap for pattern in patterns for gap in (0, *pattern.gaps)], np.uint8),
        np.array([PATTERN_KINDS[pattern.kind] for pattern in patterns], np.uint8),
        _opening_filter(seconds, first_starts),
    )
    return dict(zip(PATTERN_COLUMNS, values, strict=True))


def _opening_filter(seconds: NDArray[np.uint32], firsts: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Bits that tell whether the hash of a second word may be among those (n) that follow a first one, eight for each that does; those that
    follow the same, which begin at `firsts`, have theirs side by side."""
    sizes = np.diff(firsts)
    begins, bits = (np.repeat(8 * column.astype(np.uint64), sizes) for column in (firsts[:-1], sizes))
    ones = np.zeros(8 * len(seconds), np.bool_)
    ones[begins + (seconds * bits >> np.uint64(32))] = True
    return np.packbits(ones, bitorder="little")


def _phrases(groups: Iterable[str]) -> HashMap:
    listed = [(group, spun) for group, spun in enumerate(groups) if " " in spun]
    numbers, phrases = [group for group, _ in listed], [spun for _, spun in listed]
    found = HashMap.of_prefixes(phrases)
    return replace(found, values=np.where(found.values >= 0, np.array([*numbers, 0], np.int32)[found.values], NO_GROUP))


def _phrase_filter(groups: Iterable[str]) -> PairFilter:
    openings = [spun.split(" ")[:2] for spun in groups if " " in spun]
    return PairFilter.build(word_hashes(first for first, _ in openings), word_hashes(second for _, second in openings))
