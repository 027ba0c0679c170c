"""A candidate → what to write where: its canonical text fitted into the sentence."""

from __future__ import annotations

from unspin import grammar
from unspin.decoding.lattice import Arcs
from unspin.document import CURLY_APOSTROPHE, POSSESSIVE, Document
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import KINDS, Lexicon

NAME = KINDS.index(Kind.NAME)


def rewrite(doc: Document, arcs: Arcs, arc: int, lexicon: Lexicon) -> tuple[int, int, str]:
    """Start, end and replacement of one arc, with case, separators, apostrophes and a preceding "a" or "an" mended."""
    first, last = int(arcs.first[arc]), int(arcs.last[arc])
    start, end = doc.starts[first], doc.ends[last - 1]
    if arcs.possessive[arc]:
        end -= len(POSSESSIVE)
    spun = doc.text[start:end]
    canonical = _as_joined(lexicon.text(int(arcs.canonical[arc])), spun, int(arcs.row[arc]), lexicon)
    if doc.curly:
        canonical = canonical.replace("'", CURLY_APOSTROPHE)
    if lexicon.kind[arcs.row[arc]] == NAME and not spun.isupper():
        after = canonical if "-" in spun or "-" in canonical else grammar.keep_separators(canonical, spun)
    else:
        after = grammar.keep_separators(grammar.match_case(canonical, spun, first in doc.starts_sentence), spun)
    if not first or doc.keys[first - 1] not in ("a", "an") or not doc.joined[first - 1]:
        return start, end, after
    article = grammar.indefinite_article(canonical)
    if article == doc.keys[first - 1]:
        return start, end, after
    article = grammar.match_case(article, doc.word(first - 1)[0], opens_sentence=True)
    return doc.starts[first - 1], end, f"{article}{doc.text[doc.ends[first - 1] : start]}{after}"


def _as_joined(canonical: str, spun: str, row: int, lexicon: Lexicon) -> str:
    """A canonical phrase with hyphens if what it replaces has one and the phrase is listed with them, too ("short-time period")."""
    if "-" not in spun or " " not in canonical or row >= lexicon.first_pattern_row:
        return canonical
    hyphenated = canonical.replace(" ", "-")
    return hyphenated if hyphenated in lexicon.alternatives(row) else canonical
