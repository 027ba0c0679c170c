"""Entries → Lexicon: every inflected form of every entry, laid out for look-up by what stands in a text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from unspin.document import APART, JOINING, Document
from unspin.lexicon.entry import Entry, Kind, NameEntry, PhraseEntry, TermEntry, WordEntry
from unspin.lexicon.inflect import TAGS, forms, is_base_verb, is_uncounted
from unspin.lexicon.lexicon import MAX_SPUN, Lexicon, Pair, Pattern
from unspin.spelling import spelled_alike

RANK_OFFSET = 2.0  # Zipf-Mandelbrot: rank r is written in proportion to 1 / (r + 2); fitted on development pairs
PHRASE_WEIGHT = 0.15  # how readily a spinner writes a listed phrase; about the weight of a word's second synonym
ALTERNATIVE_DECAY = 0.5  # each further canonical alternative of a phrase is half as likely
UNMATCHED = 255  # what stands between words of a name that is not looked for ("Mad Max: Fury Road"), and of no text
TELL, EXACT = "tell", "exact"


def phrase_key(text: str) -> str:
    """A phrase as the index knows it: the words of a document, joined by blanks ("long-term" → "long term")."""
    return text.lower() if _is_plain(text) else " ".join(Document(text).keys)


def pattern_of(canonical: str, kind: Kind, acronym: str = "") -> Pattern:
    """The pattern of a name, a term or a collocation."""
    if _is_plain(canonical):
        words = canonical.lower().split(" ")
        return Pattern(canonical, tuple(words), kind, acronym, (JOINING,) * (len(words) - 1))
    doc = Document(canonical)
    gaps = tuple(UNMATCHED if gap == APART else gap for gap in doc.gaps.tolist())
    return Pattern(canonical, tuple(doc.keys), kind, acronym, gaps)


def _is_plain(text: str) -> bool:
    """Whether there are but letters and blanks, as in most phrases; a Document costs thirty times as much."""
    return text.isascii() and text.replace(" ", "").isalpha()


def compiled_names(entry: Entry) -> list[str]:
    """What findings call the substitutions of an entry, in its order."""
    match entry:
        case WordEntry():
            return [f"{entry.pos}: {entry.canonical} ← {spun}" for spun, _ in entry.spun]
        case PhraseEntry():
            return [f"phrase: {canonical} ← {entry.spun}" for canonical in entry.canonical]
        case NameEntry():
            return [f"name: {entry.canonical.removeprefix('The ')}"]
        case TermEntry():
            return [f"{entry.kind.value.removesuffix('s')}: {entry.canonical}"]


def compile_entries(entries: Iterable[Entry], base: Lexicon | None = None) -> Lexicon:
    """Inflect and index entries, beside those of a lexicon that is compiled already. Where two entries give the same pair, the heavier one
    stands."""
    compiler = _Compiler()
    if base is not None:
        compiler.pairs = {(pair.spun, pair.canonical): pair for pair in base.pairs()}
        compiler.patterns = {(pattern.canonical, pattern.kind): pattern for pattern in base.patterns}
    for entry in entries:
        match entry:
            case WordEntry():
                compiler.word(entry)
            case PhraseEntry():
                compiler.phrase(entry)
            case NameEntry():
                compiler.name(entry)
            case TermEntry():
                compiler.term(entry)
    return Lexicon.build(list(compiler.pairs.values()), list(compiler.patterns.values()))


class _Compiler:
    def __init__(self) -> None:
        self.pairs: dict[tuple[str, str], Pair] = {}
        self.patterns: dict[tuple[str, Kind], Pattern] = {}

    def word(self, entry: WordEntry) -> None:
        total = sum(1 / (rank + RANK_OFFSET) for rank in range(len(entry.spun)))
        canonical_forms = forms(entry.canonical, entry.pos)
        for rank, ((spun, factor), name) in enumerate(zip(entry.spun, compiled_names(entry), strict=True)):
            weight = min(1.0, (factor or 1.0) / (rank + RANK_OFFSET) / total)
            spun_forms = forms(spun, entry.pos)
            for tag in TAGS[entry.pos]:
                canonical = canonical_forms[tag][0]
                for variant, form in enumerate(spun_forms[tag]):
                    if form.lower() != canonical.lower():
                        self._add(form, canonical, weight / (variant + 1), name, entry.kind)
            if entry.pos == "noun" and is_uncounted(spun) and canonical_forms["NNS"][0].lower() != spun.lower():
                self._add(spun, canonical_forms["NNS"][0], weight, name, entry.kind)

    def phrase(self, entry: PhraseEntry) -> None:
        for rank, (canonical, name) in enumerate(zip(entry.canonical, compiled_names(entry), strict=True)):
            weight = PHRASE_WEIGHT * ALTERNATIVE_DECAY**rank
            for spun_form, canonical_form in self._phrase_forms(entry, canonical):
                self._add(spun_form, canonical_form, weight, name, Kind.PHRASE, TELL in entry.flags, entry.flags - {TELL, EXACT})

    def _phrase_forms(self, entry: PhraseEntry, canonical: str) -> Iterator[tuple[str, str]]:
        """The phrase as it stands; a verb phrase in its other forms, too, where both sides begin with the verb's base form."""
        yield entry.spun, canonical
        if entry.note == "verb" and EXACT not in entry.flags and is_base_verb(entry.spun) and is_base_verb(canonical):
            spun_forms, canonical_forms = forms(entry.spun, "verb"), forms(canonical, "verb")
            for tag in TAGS["verb"]:
                yield spun_forms[tag][0], canonical_forms[tag][0]

    def name(self, entry: NameEntry) -> None:
        name = entry.canonical.removeprefix("The ")
        self.patterns[name, Kind.NAME] = pattern_of(name, Kind.NAME, entry.acronym)
        for spun in entry.spun:
            self._add(spun, name, PHRASE_WEIGHT, compiled_names(entry)[0], Kind.NAME, tell=True)

    def term(self, entry: TermEntry) -> None:
        for form in dict.fromkeys(variants[0] for variants in forms(entry.canonical, "noun").values()):
            if entry.kind is Kind.TERM or (form, Kind.TERM) not in self.patterns:
                self.patterns[form, entry.kind] = pattern_of(form, entry.kind)
            if entry.kind is Kind.TERM:
                self.patterns.pop((form, Kind.COLLOCATION), None)
        for spun in entry.spun:
            self._add(spun, entry.canonical, PHRASE_WEIGHT, compiled_names(entry)[0], entry.kind, tell=True)

    def _add(
        self,
        spun: str,
        canonical: str,
        weight: float,
        entry: str,
        kind: Kind,
        tell: bool = False,
        conditions: frozenset[str] = frozenset(),
    ) -> None:
        key = phrase_key(spun)
        if not key or key.count(" ") >= MAX_SPUN or spun == canonical:
            return
        if kind is Kind.WORD and spelled_alike(key, canonical.lower()):
            kind = Kind.PART  # other words of a name or a term may be replaced beside it
        logweight = math.log(weight)
        known = self.pairs.get((key, canonical))
        if known is not None and (known.kind is Kind.PART) != (kind is Kind.PART):  # what holds anywhere holds in parts, too
            if kind is Kind.PART:
                return
            known = None
        if known is None or known.logweight < logweight:
            tell = tell or (known is not None and known.tell)
            self.pairs[key, canonical] = Pair(key, canonical, logweight, entry, kind, tell, conditions)
        elif tell:
            self.pairs[key, canonical] = replace(known, tell=True)
