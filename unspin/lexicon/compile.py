"""Entries → Lexicon: every inflected form of every entry, laid out for look-up by what stands in a text."""

from __future__ import annotations

import math
from collections.abc import Iterable

from unspin.document import Document
from unspin.lexicon.entry import Entry, Kind, NameEntry, PhraseEntry, TermEntry, WordEntry
from unspin.lexicon.inflect import TAGS, forms
from unspin.lexicon.lexicon import Lexicon, Pair, Pattern

RANK_OFFSET = 2.0  # Zipf-Mandelbrot: rank r is written in proportion to 1 / (r + 2); fitted on development pairs
PHRASE_WEIGHT = 0.15  # how readily a spinner writes a listed phrase; about the weight of a word's second synonym
ALTERNATIVE_DECAY = 0.5  # each further canonical alternative of a phrase is half as likely
TELL = "tell"
MAX_WORDS = 6  # longer phrases are not looked up


def phrase_key(text: str) -> str:
    """A phrase as the index knows it: the words of a document, joined by blanks ("long-term" → "long term")."""
    return " ".join(Document(text).keys)


def compile_entries(entries: Iterable[Entry]) -> Lexicon:
    """Inflect and index entries. Where two entries give the same pair, the heavier one stands."""
    pairs: dict[tuple[str, str], Pair] = {}
    patterns: dict[tuple[str, Kind], Pattern] = {}

    def add(spun: str, canonical: str, weight: float, entry: str, kind: Kind, tell: bool) -> None:
        key = phrase_key(spun)
        if not key or key.count(" ") >= MAX_WORDS or (key == phrase_key(canonical) and spun == canonical):
            return
        known = pairs.get((key, canonical))
        if known is None or known.logweight < math.log(weight):
            tell = tell or (known is not None and known.tell)
            pairs[key, canonical] = Pair(key, canonical, math.log(weight), entry, kind, tell)

    for entry in entries:
        match entry:
            case WordEntry():
                _add_word(entry, add)
            case PhraseEntry():
                _add_phrase(entry, add)
            case NameEntry():
                name = entry.canonical.removeprefix("The ")
                patterns[name, Kind.NAME] = Pattern(name, tuple(Document(name).keys), Kind.NAME, entry.acronym)
                for spun in entry.spun:
                    add(spun, name, PHRASE_WEIGHT, f"names: {name}", Kind.NAME, True)
            case TermEntry():
                _add_term(entry, add, patterns)
    return Lexicon.build(list(pairs.values()), list(patterns.values()))


def _add_word(entry: WordEntry, add) -> None:  # type: ignore[no-untyped-def]
    total = sum(1 / (rank + RANK_OFFSET) for rank in range(len(entry.spun)))
    canonical_forms = forms(entry.canonical, entry.pos)
    for rank, (spun, factor) in enumerate(entry.spun):
        weight = min(1.0, (factor or 1.0) / (rank + RANK_OFFSET) / total)
        name = f"{entry.pos}: {entry.canonical} ← {spun}"
        spun_forms = forms(spun, entry.pos)
        for tag in TAGS[entry.pos]:
            canonical = canonical_forms[tag][0]
            for variant, form in enumerate(spun_forms[tag]):
                if form.lower() != canonical.lower():
                    add(form, canonical, weight / (variant + 1), name, Kind.WORD, False)


def _add_phrase(entry: PhraseEntry, add) -> None:  # type: ignore[no-untyped-def]
    for rank, canonical in enumerate(entry.canonical):
        weight = PHRASE_WEIGHT * ALTERNATIVE_DECAY**rank
        add(entry.spun, canonical, weight, f"phrase: {canonical} ← {entry.spun}", Kind.PHRASE, TELL in entry.flags)


def _add_term(entry: TermEntry, add, patterns: dict[tuple[str, Kind], Pattern]) -> None:  # type: ignore[no-untyped-def]
    for form in dict.fromkeys(form for variants in forms(entry.canonical, "noun").values() for form in variants[:1]):
        patterns[form, Kind.TERM] = Pattern(form, tuple(Document(form).keys), Kind.TERM, "")
    for spun in entry.spun:
        add(spun, entry.canonical, PHRASE_WEIGHT, f"terms: {entry.canonical}", Kind.TERM, True)
