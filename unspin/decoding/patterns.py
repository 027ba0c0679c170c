"""Names and terms, recognised through the substitutions of their words: "Linked Press" can only be Associated Press."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.lattice import Arcs, Listed
from unspin.document import APART, POSSESSIVE, Document, hashed
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import KINDS, NO_GROUP, PATTERN_COLUMNS, Lexicon, Pattern, is_abbreviation
from unspin.native import speedups
from unspin.spelling import spelled_alike

PATTERN_STARTS = PATTERN_COLUMNS.index("pattern_starts")
MATCH = np.dtype(
    [("weight", np.float64), *((name, np.int32) for name in ("start", "number", "replaced", "first", "last", "owner"))]
)
"""How `speedups.patterns` tells what words may stand for."""
UNLISTED = -4.0  # ln w of a substitution that no entry lists, beside the name's acronym
CONTEXT = 3  # words on either side of a phrase that may belong to the same name or term
OWNED = 8  # and words before what ends in 's, as many as all but a few names have
ACRONYM = 6.0  # what the acronym in brackets is worth as evidence, nats
TITLES = frozenset("mr mrs ms miss dr prof sir".split())  # what follows is a person's name
SMALL_WORDS = frozenset("of the and for in on to de at by a an with".split())  # stay lower case inside a name


def find_patterns(
    doc: Document,
    listed: Listed,
    lexicon: Lexicon,
    usual: NDArray[np.bool_] | None = None,
    common: NDArray[np.bool_] | None = None,
) -> tuple[Arcs, set[int]]:
    """Arcs for names, terms and collocations of which at least one word was substituted, and the words of genuine names, which are right
    as they are.

    A span that is itself a known pattern, in British or American spelling, is never an arc, nor is one for another name than a listed
    tell says. Names match capitalised words only; of a phrase that stands for one, the first ("American Coronary heart Affiliation").
    `logweight` is the sum over the substituted words, `replaced` their number. `usual` (n - 1) says which words make a pair with the next
    that people write: there, one word at most is taken for a substitute, and beside it none for another spelling. `common` (n) words are
    never taken for one.
    """
    if not len(doc):
        return Arcs.of(*[()] * 6), set()
    groups, pairs = listed.groups.copy(), np.zeros(len(doc), np.bool_)
    if common is not None:
        groups[common] = NO_GROUP
    if usual is not None:
        pairs[:-1] = usual
    columns = (_matches_compiled if speedups else _matches)(doc, listed, groups, pairs, lexicon)
    first, last, number, _, replaced, _ = columns
    genuine: set[int] = set()
    if not TITLES.isdisjoint(doc.keys):
        genuine.update(i + 1 for i, key in enumerate(doc.keys[:-1]) if key in TITLES and _capitalised_pair(doc, i))
    kept = np.flatnonzero(replaced == 0)
    for k in kept[_are_names(number[kept], lexicon)].tolist():
        genuine.update(range(first[k], last[k]))
    if named := [*_named_by_acronym(doc, lexicon)]:
        added = zip(*named, strict=True)
        columns = [np.append(column, np.array(more, column.dtype)) for column, more in zip(columns, added, strict=True)]
        first, last, number, _, replaced, _ = columns
    open_to_change = replaced > 0
    span = first.astype(np.int64) << 32 | last
    settled = np.sort(span[~open_to_change])
    if len(settled):
        nearest = np.searchsorted(settled, span).clip(max=len(settled) - 1)
        open_to_change &= settled[nearest] != span
    if told := _told_names(doc, listed, lexicon):
        names = lexicon.canonical[lexicon.first_pattern_row :][number]
        for k in np.flatnonzero(np.isin(span, [*told])).tolist():
            open_to_change[k] &= names[k] in told[int(span[k])]
    at = np.flatnonzero(open_to_change)
    first, last, number, weight, replaced, owner = (column.take(at) for column in columns)
    rows = lexicon.first_pattern_row + number
    return Arcs.of(first, last, rows, lexicon.canonical[rows], weight, owner, replaced), genuine


def _are_names(number: NDArray[np.int32], lexicon: Lexicon) -> NDArray[np.bool_]:
    """Which patterns (n) are names."""
    names: NDArray[np.bool_] = lexicon.kind[lexicon.first_pattern_row + number] == KINDS.index(Kind.NAME)
    return names


def _told_names(doc: Document, listed: Listed, lexicon: Lexicon) -> dict[int, set[int]]:
    """Spans (first << 32 | last) of which listed tells say what names, by their numbers in `canonicals`, they stand for: "United Countries"
    is United Nations, even if United States would read better."""
    found: dict[int, set[int]] = {}
    for first, last, group in listed.phrases[doc.capitals[listed.phrases[:, 0]]].tolist():
        start = lexicon.starts.item(group)
        for row in np.flatnonzero(lexicon.tell[start : lexicon.starts.item(group + 1)]).tolist():
            if lexicon.text(name := lexicon.canonical.item(start + row))[:1].isupper():
                found.setdefault(first << 32 | last, set()).add(name)
    return found


@dataclass(frozen=True, slots=True)
class Readings:
    """The words of a document, and behind them its listed phrases, each read as one word between its neighbours: a spinner may write
    several words for one ("transfer getting to know" for transfer learning).

    As columns of length n: `group` of the lexicon, `first` and `last` (exclusive) in the document, `gap`, what stands before the next, as
    in `Document.gaps`, APART where the next does not belong to it, `usual`, whether people write such a pair, whether it has a `capital` or
    a digit in front, whether it is an `acronym`, and `phrase`, the place of the phrase in whose surroundings it stands, -1 in the document
    itself; and whether it is an `owner`, a word or phrase without its 's, behind which nothing is read. `hits` are the places where a
    pattern may begin.
    """

    group: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    gap: NDArray[np.uint8]
    usual: NDArray[np.bool_]
    capital: NDArray[np.bool_]
    acronym: NDArray[np.bool_]
    phrase: NDArray[np.int64]
    owner: NDArray[np.bool_]
    hits: NDArray[np.int64]

    @classmethod
    def of(cls, doc: Document, listed: Listed, words: NDArray[np.int32], pairs: NDArray[np.bool_], lexicon: Lexicon) -> Readings:
        """The readings of a document, whose words (n) have these groups and make usual `pairs` with the next."""
        n = len(doc)
        capital, acronym, gaps = doc.opens_name, np.zeros(n, np.bool_), np.full(n, APART, np.uint8)
        acronym[doc.acronyms] = True
        gaps[: n - 1] = doc.gaps
        phrases = listed.phrases[lexicon.stands_in_patterns[listed.phrases[:, 2]]]
        start, stop, group = np.concatenate([phrases, listed.owners]).T.astype(np.int64)
        owner = np.arange(len(start)) >= len(phrases)
        goes_on = np.concatenate([np.zeros(OWNED, np.bool_), gaps != APART, np.zeros(CONTEXT, np.bool_)])
        before, behind = np.arange(OWNED), np.arange(CONTEXT)
        left = np.logical_and.accumulate(goes_on[start[:, None] + OWNED - 1 - before], axis=1).sum(axis=1)
        left[~owner] = left[~owner].clip(max=CONTEXT)
        right = np.logical_and.accumulate(goes_on[stop[:, None] + OWNED - 1 + behind], axis=1).sum(axis=1)
        right[owner] = 0
        kept = left + right > 0
        start, stop, group, owner, left, right = (column[kept] for column in (start, stop, group, owner, left, right))
        sizes = left + 1 + right
        begins = n + np.cumsum(sizes) - sizes
        place = begins + left
        step = np.arange(n, n + sizes.sum()) - np.repeat(place, sizes)
        first = np.concatenate([np.arange(n), np.where(step <= 0, np.repeat(start, sizes), np.repeat(stop, sizes) - 1) + step])
        last = first + 1
        last[place] = stop
        groups, usual, acronyms, gap = words[first], pairs[first], acronym[first], gaps[last - 1]
        groups[place] = group
        several = place[stop > start + 1]
        usual[several] = usual[several - 1] = acronyms[several] = False
        gap[begins + sizes - 1] = APART
        owners = np.zeros(len(first), np.bool_)
        owners[place] = owner
        phrase = np.concatenate([np.full(n, -1), np.repeat(place, sizes)])
        openings = [place[(left >= k) & (owner | (k == 1))] - k for k in range(1, OWNED + 1)]
        hits = np.sort(np.concatenate([np.arange(n), place, *openings]))
        return cls(groups, first, last, gap, usual, capital[first], acronyms, phrase, owners, hits)

    def keys(self, doc: Document) -> list[str]:
        """The words and phrases, as they are listed."""
        spans = zip(self.first.tolist(), self.last.tolist(), self.owner.tolist(), strict=True)
        return [" ".join(doc.keys[first:last])[: -len(POSSESSIVE) if owner else None] for first, last, owner in spans]


Matches = list[NDArray[Any]]
"""Of patterns (n): the first word and the last (exclusive), the number, the summed weight of the substitutions, how many of the words are
replaced, and whether the last is without an 's."""


def _matches(doc: Document, listed: Listed, groups: NDArray[np.int32], pairs: NDArray[np.bool_], lexicon: Lexicon) -> Matches:
    """What the words of a text may stand for, where they have these groups (n) and make usual `pairs` with the next (n)."""
    words = Readings.of(doc, listed, groups, pairs, lexicon)
    start, number, replaced, weight = _candidates(doc, words, lexicon)
    starts = lexicon.pattern_columns[PATTERN_STARTS]
    final = start + starts[number + 1] - starts[number] - 1
    phrase = words.phrase[start]
    whole = (phrase < 0) | ((start <= phrase) & (phrase <= final))
    for k in np.flatnonzero(_are_names(number, lexicon) & whole).tolist():
        whole[k] = _capitalised(doc, words.first[start[k] : final[k] + 1].tolist())
    first, last = (column.astype(np.int32) for column in (words.first[start], words.last[final]))
    return [column[whole] for column in (first, last, number, weight, replaced, words.owner[final])]


def _matches_compiled(
    doc: Document, listed: Listed, groups: NDArray[np.int32], pairs: NDArray[np.bool_], lexicon: Lexicon
) -> Matches:
    gaps, flags = np.full(len(doc), APART, np.uint8), 1 * doc.opens_name.view(np.uint8)
    gaps[:-1] = doc.gaps
    flags[doc.acronyms] |= 2
    flags += 4 * pairs.view(np.uint8)
    vocabulary = lexicon.pattern_words.by_hash
    read = listed.phrases, listed.owners, groups, gaps, flags, doc.fingerprints, _small_words(), doc.keys
    data = speedups.patterns(lexicon.pattern_columns, vocabulary.table.keys, vocabulary.values, *read, OWNED, CONTEXT)
    found = np.frombuffer(data, MATCH)
    return [found[name] for name in ("first", "last", "number", "weight", "replaced", "owner")]


@cache
def _small_words() -> NDArray[np.int64]:
    return hashed([*SMALL_WORDS])


def _candidates(
    doc: Document, words: Readings, lexicon: Lexicon
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """What the words of a text may stand for, names only behind a capital: the first word, the number of the pattern, how many of its
    words are replaced, and the summed weight of the substitutions (n each)."""
    originals, keys = lexicon.originals, words.keys(doc)
    others, names = lexicon.openings[Kind.TERM], lexicon.openings[Kind.NAME]
    found: list[tuple[int, int, int, float]] = []
    for i in words.hits.tolist():
        if words.gap[i] == APART:
            continue
        seconds = originals(keys[i + 1]).keys()
        thirds = originals(keys[i + 2]) if i + 2 < len(keys) else {}
        numbers: list[int] = []
        for openings in (others, names) if words.capital[i] else (others,):
            continuations = openings.continuations(keys[i])
            for second in continuations.keys() & seconds:
                numbers += [number for third, number in continuations[second] if not third or third in thirds]
        for number in sorted(numbers):
            match = _match(words, keys, i, lexicon.patterns[number], lexicon)
            if match is not None:
                found.append((i, number, *match))
    found.sort()
    start, which, replaced = np.array([row[:3] for row in found], np.int32).reshape(-1, 3).T
    return start, which, replaced, np.array([row[3] for row in found], np.float64)


def _named_by_acronym(doc: Document, lexicon: Lexicon) -> Iterator[tuple[int, int, int, float, int, bool]]:
    """Names just before their acronym: in "North Atlantic Deal Association (NATO)" it decides, even for substitutions nobody listed."""
    for position in doc.acronyms:
        if not position or not _in_brackets(doc, position):
            continue
        for number in lexicon.acronyms.get(doc.word(position), ()):
            pattern = lexicon.pattern(number)
            words = pattern.words
            start = position - len(words)
            if start < 0:
                continue
            if tuple(doc.gaps[start : position - 1].tolist()) != pattern.gaps or not _capitalised(doc, range(start, position)):
                continue
            keys, owned = _owned(doc.keys[start:position], words)
            weights = [lexicon.originals(key).get(word) for key, word in zip(keys, words, strict=True)]
            unlisted = weights.count(None)
            if 2 * unlisted <= len(words) and not all(map(spelled_alike, keys, words)):
                listed = [weight for weight in weights if weight]
                yield start, position, number, sum(listed) + unlisted * UNLISTED + ACRONYM, len(listed) + unlisted, owned


def _owned(keys: list[str], name: tuple[str, ...]) -> tuple[list[str], bool]:
    """Keys without the 's at their end, if there is one that does not belong to the name, and whether there is."""
    owned = keys[-1].endswith(POSSESSIVE) and not name[-1].endswith(POSSESSIVE)
    return [*keys[:-1], keys[-1].removesuffix(POSSESSIVE)] if owned else keys, owned


def _in_brackets(doc: Document, position: int) -> bool:
    """Whether a bracket opens before a word."""
    return doc.gap(position - 1).strip().startswith("(")


def named_before_acronym(doc: Document, arcs: Arcs, lexicon: Lexicon) -> dict[int, bool]:
    """The arcs for names that stand before their acronym in brackets, and whether all their substitutions are listed."""
    found: dict[int, bool] = {}
    brackets = {position for position in doc.acronyms if position and _in_brackets(doc, position)}
    if not brackets:
        return found
    for i in np.flatnonzero(lexicon.kind[arcs.row] == KINDS.index(Kind.NAME)).tolist():
        first, last, number = int(arcs.first[i]), int(arcs.last[i]), int(arcs.row[i]) - lexicon.first_pattern_row
        if number < 0 or last not in brackets:
            continue
        pattern = lexicon.pattern(number)
        keys, _ = _owned(doc.keys[first:last], pattern.words)
        if pattern.acronym != doc.word(last) or len(keys) != len(pattern.words):
            continue
        found[i] = all(word in lexicon.originals(key) for key, word in zip(keys, pattern.words, strict=True))
    return found


def _match(text: Readings, keys: list[str], start: int, pattern: Pattern, lexicon: Lexicon) -> tuple[int, float] | None:
    """How many substitutions turn the words at `start` into the pattern, and their summed ln w; None if none do."""
    size = len(pattern.words)
    stop = start + size
    if stop > len(keys) or tuple(text.gap[start : stop - 1].tolist()) != pattern.gaps:
        return None
    loose = pattern.kind is Kind.COLLOCATION
    most = size if not loose else 1 if size < 4 else size // 2
    replaced, total = 0, 0.0
    for position, word in enumerate(pattern.words, start):
        key = keys[position]
        if key == word:
            continue
        weight = lexicon.originals(key).get(word)
        if weight is None or text.acronym[position] or text.group[position] == NO_GROUP:
            return None
        if position == start + 1 and replaced and text.usual[start]:
            return None
        if spelled_alike(key, word):
            continue
        replaced += 1
        if is_abbreviation(key, word) or replaced > most or (loose and lexicon.is_part(key, word)):
            return None
        total += weight
    return replaced, total


def _capitalised_pair(doc: Document, index: int) -> bool:
    """Whether a word and the next have capitals, and nothing parts them but a full stop ("Dr. Strange")."""
    return bool(doc.capitals[index : index + 2].all()) and doc.gap(index) in (" ", ". ")


def _capitalised(doc: Document, indices: Iterable[int]) -> bool:
    """Whether each of these words has a capital, or a digit, in front, but for small ones."""
    return all(doc.opens_name[k] or doc.keys[k] in SMALL_WORDS for k in indices)
