"""Names and terms, recognised through the substitutions of their words: "Linked Press" can only be Associated Press."""

from __future__ import annotations

from unspin.decoding.lattice import Arcs
from unspin.document import Document
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import Lexicon

SMALL_WORDS = frozenset("of the and for in on to de at by a an with".split())  # stay lower case inside a name


def find_patterns(doc: Document, lexicon: Lexicon) -> tuple[Arcs, set[int]]:
    """Arcs for names and terms of which at least one word was substituted, and the words of genuine names, which are right as they are.

    A span that is itself a known name or term is never an arc. Names match capitalised spans only. `logweight` is the sum over the
    substituted words.
    """
    openings, patterns = lexicon.openings, lexicon.patterns
    keys, joined = doc.keys, doc.joined
    arcs: list[tuple[int, int, int, float]] = []
    genuine: set[int] = set()
    originals = lexicon.originals
    for i in range(len(keys) - 1):
        if not joined[i]:
            continue
        firsts = originals(keys[i]).keys() & openings.keys()
        if not firsts:
            continue
        seconds = originals(keys[i + 1]).keys()
        for first in firsts:
            for second in openings[first].keys() & seconds:
                for number in openings[first][second]:
                    pattern = patterns[number]
                    n = len(pattern.words)
                    weight = _match(doc, i, pattern.words, lexicon)
                    if weight is None or pattern.kind is Kind.NAME and not _capitalised(doc, i, n):
                        continue
                    if weight == 0.0:
                        if pattern.kind is Kind.NAME:
                            genuine.update(range(i, i + n))
                        arcs = [arc for arc in arcs if arc[:2] != (i, i + n)]
                        arcs.append((i, i + n, -1, 0.0))
                    elif (i, i + n, -1, 0.0) not in arcs:
                        arcs.append((i, i + n, number, weight))
    arcs = [arc for arc in arcs if arc[2] >= 0]
    rows = [lexicon.first_pattern_row + number for _, _, number, _ in arcs]
    canonical = lexicon.canonical[rows] if rows else []
    columns = [arc[0] for arc in arcs], [arc[1] for arc in arcs], rows, canonical, [arc[3] for arc in arcs]
    return Arcs.of(*columns, [False] * len(arcs)), genuine


def _match(doc: Document, start: int, words: tuple[str, ...], lexicon: Lexicon) -> float | None:
    """The summed ln w of the substitutions that turn the words at `start` into `words`; None if they don't."""
    if start + len(words) > len(doc) or not all(doc.joined[start : start + len(words) - 1]):
        return None
    total = 0.0
    for key, word in zip(doc.keys[start:], words, strict=False):
        weight = lexicon.originals(key).get(word)
        if weight is None or key != word and word.startswith(key):  # "Corp" for Corporation is an abbreviation
            return None
        total += weight
    return total


def _capitalised(doc: Document, start: int, length: int) -> bool:
    return all(
        doc.text[doc.starts[k]].isupper() or doc.text[doc.starts[k]].isdigit() or doc.keys[k] in SMALL_WORDS
        for k in range(start, start + length)
    )
