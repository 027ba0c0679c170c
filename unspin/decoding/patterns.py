"""Names and terms, recognised through the substitutions of their words: "Linked Press" can only be Associated Press."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unspin.decoding.lattice import Arcs
from unspin.document import Document
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import Lexicon
from unspin.native import speedups

UNLISTED = -4.0  # ln w of a substitution that no entry lists, beside the name's acronym
ACRONYM = 6.0  # what the acronym in brackets is worth as evidence, nats
SMALL_WORDS = frozenset("of the and for in on to de at by a an with".split())  # stay lower case inside a name


def find_patterns(doc: Document, lexicon: Lexicon) -> tuple[Arcs, set[int]]:
    """Arcs for names and terms of which at least one word was substituted, and the words of genuine names, which are right as they are.

    A span that is itself a known name or term is never an arc. Names match capitalised spans only. `logweight` is the sum over the
    substituted words.
    """
    arcs: list[tuple[int, int, int, float]] = []
    right: set[tuple[int, int]] = set()
    genuine: set[int] = set()
    for i, number, exact, weight in (_candidates_compiled if speedups else _candidates)(doc, lexicon):
        pattern = lexicon.patterns[number]
        span = i, i + len(pattern.words)
        if pattern.kind is Kind.NAME and not _capitalised(doc, *span):
            continue
        if not exact:
            arcs.append((*span, number, weight))
            continue
        right.add(span)
        if pattern.kind is Kind.NAME:
            genuine.update(range(*span))
    arcs += _named_by_acronym(doc, lexicon)
    arcs = [arc for arc in arcs if arc[:2] not in right]
    rows = [lexicon.first_pattern_row + number for _, _, number, _ in arcs]
    canonical = lexicon.canonical[np.array(rows, np.int64)]
    columns = [arc[0] for arc in arcs], [arc[1] for arc in arcs], rows, canonical, [arc[3] for arc in arcs]
    return Arcs.of(*columns, [False] * len(arcs)), genuine


def _candidates(doc: Document, lexicon: Lexicon) -> list[tuple[int, int, bool, float]]:
    """What the words of a text may stand for, names only behind a capital: the first word, the number of the pattern, whether it stands
    there as it is, and the summed weight of the substitutions."""
    patterns, originals, keys, joined = lexicon.patterns, lexicon.originals, doc.keys, doc.joined
    terms, names = lexicon.openings[Kind.TERM], lexicon.openings[Kind.NAME]
    found: list[tuple[int, int, bool, float]] = []
    for i in lexicon.pattern_filter.hits(doc.hashes).tolist():
        if not joined[i]:
            continue
        seconds = originals(keys[i + 1]).keys()
        thirds = originals(keys[i + 2]) if i + 2 < len(keys) else {}
        numbers: list[int] = []
        for openings in (terms, names) if doc.text[doc.starts[i]].isupper() else (terms,):
            continuations = openings.continuations(keys[i])
            for second in continuations.keys() & seconds:
                numbers += [number for third, number in continuations[second] if not third or third in thirds]
        for number in sorted(numbers):
            words = patterns[number].words
            weight = _match(doc, i, words, lexicon)
            if weight is not None:
                found.append((i, number, tuple(keys[i : i + len(words)]) == words, weight))
    return found


def _candidates_compiled(doc: Document, lexicon: Lexicon) -> list[tuple[int, int, bool, float]]:
    text = doc.text
    words = np.zeros((4, len(doc)), np.int32)
    words[0] = lexicon.pattern_words_by_hash.get(doc.fingerprints)
    words[1] = lexicon.groups_by_hash.get(doc.fingerprints)
    words[2, :-1] = doc.joined
    words[3] = [text[start].isupper() for start in doc.starts]
    words[3, list(doc.acronyms)] |= 2
    hits = lexicon.pattern_filter.hits(doc.hashes)
    n = room = 4 * len(doc)
    while n >= room:
        room = n + 1
        found, weight = np.empty((3, room), np.int32), np.empty(room, np.float64)
        n = speedups.patterns(lexicon.pattern_columns, hits, words, found, weight)
    return sorted(zip(*found[:, :n].tolist(), weight[:n].tolist(), strict=True))


def _named_by_acronym(doc: Document, lexicon: Lexicon) -> Iterator[tuple[int, int, int, float]]:
    """Names just before their acronym: in "North Atlantic Deal Association (NATO)" it decides, even for substitutions nobody listed."""
    for position in doc.acronyms:
        for number in lexicon.acronyms.get(doc.word(position), ()):
            words = lexicon.patterns[number].words
            start = position - len(words)
            if start < 0 or not doc.gaps[position - 1].strip().startswith("("):
                continue
            if not all(doc.joined[start : position - 1]) or not _capitalised(doc, start, position):
                continue
            weights = [lexicon.originals(key).get(word) for key, word in zip(doc.keys[start:], words, strict=False)]
            unlisted = weights.count(None)
            if 2 * unlisted <= len(words) and tuple(doc.keys[start:position]) != words:
                yield start, position, number, sum(weight for weight in weights if weight) + unlisted * UNLISTED + ACRONYM


def _match(doc: Document, start: int, words: tuple[str, ...], lexicon: Lexicon) -> float | None:
    """The summed ln w of the substitutions that turn the words at `start` into `words`; None if they don't."""
    stop = start + len(words)
    if stop > len(doc) or (len(words) > 2 and not all(doc.joined[start : stop - 1])):
        return None
    total = 0.0
    for position, word in enumerate(words, start):
        key = doc.keys[position]
        if key == word:
            continue
        weight = lexicon.originals(key).get(word)
        if weight is None or word.startswith(key) or position in doc.acronyms:  # "Corp" is no spun Corporation
            return None
        total += weight
    return total


def _capitalised(doc: Document, start: int, stop: int) -> bool:
    initials = ((doc.text[doc.starts[k]], doc.keys[k]) for k in range(start, stop))
    return all(initial.isupper() or initial.isdigit() or key in SMALL_WORDS for initial, key in initials)
