"""A candidate → what to write where: its canonical text fitted into the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from unspin import grammar
from unspin.decoding.lattice import Arcs
from unspin.decoding.patterns import SMALL_WORDS
from unspin.decoding.selection import Rest, Spans
from unspin.document import CURLY_APOSTROPHE, POSSESSIVE, Document
from unspin.language.spoken import ORDINALS
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import KINDS, Lexicon
from unspin.native import speedups
from unspin.spelling import WORD, has_other_spelling, other_spelling

NAME = KINDS.index(Kind.NAME)
WORD_IN_PHRASE = re.compile(r"[^\s-]+")
INTO_QUOTE = re.compile(r"\s+[\"'“‘(\[]")
BARE_POSSESSIVE = re.compile(r"['’]\s+\w")
OPENING_QUOTE = re.compile(r"(?<!\w)['‘](?!\s)")
PLURAL = re.compile(r"[^\W\d_siu]s", re.IGNORECASE)  # not "boss", "virus" and "crisis", which take 's
ORDINAL = re.compile(r"\b\d+(?:st|nd|rd|th)\b")
LETTERS = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")
BINDING = frozenset("-'’")
ODD, LOWER, CAPITAL, MIXED = range(4)
"""What a candidate replaces; see `forms`."""
ARTICLES = "a", "an"


class Rewriter:
    """Fits the candidates of a text into it."""

    def __init__(self, doc: Document, spans: Spans, lexicon: Lexicon):
        self._doc, self._spans, self._lexicon = doc, spans, lexicon
        self._forms = forms(doc, spans.arcs).tolist()

    def rewrite(self, arc: int) -> tuple[int, int, str]:
        """Start, end and replacement of one arc, with case, separators, line ends, apostrophes and a preceding "a" or "an" mended."""
        start, end, after = self._fitted(arc)
        if " " in after:
            after = grammar.keep_line_end(after, self._doc.text[start:end])
        return start, end, after

    def rewrite_rest(self, rest: Rest) -> Iterator[tuple[int, int, str]]:
        """Start, end and replacement of what is left to do of an arc beside others; nothing if that would stay as it is, or lies between
        others and it is not plain which words of the candidate belong there."""
        doc, spans = self._doc, self._spans
        low, high, after = self._fitted(rest.arc)
        words = [*WORD_IN_PHRASE.finditer(after)]
        before, behind = rest.first - spans.first[rest.arc], spans.last[rest.arc] - rest.last
        article = low < doc.starts[rest.first - before]
        if not before:
            part = words[: rest.last - rest.first + article]
        elif not behind or len(words) == before + rest.last - rest.first + behind + article:
            part = words[len(words) - behind - (rest.last - rest.first) : len(words) - behind]
        else:
            return
        start, end = doc.starts[rest.first] if before else low, doc.ends[rest.last - 1] if behind else high
        if doc.text[start:end] != (new := after[part[0].start() : part[-1].end()]):
            yield start, end, grammar.keep_line_end(new, doc.text[start:end])

    def _fitted(self, arc: int) -> tuple[int, int, str]:
        """Start, end and replacement, with line ends only where as many words are written as are replaced."""
        doc, first, last = self._doc, self._spans.first[arc], self._spans.last[arc]
        start, end = doc.starts[first], doc.ends[last - 1]
        if after := self._as_listed(arc, start, end):
            canonical = after
        else:
            end, canonical, after = self._mended(arc)
        if doc.keys[first - 1] in ARTICLES and (article := _other_article(doc, first, canonical, after)) is not None:
            return doc.starts[first - 1], end, f"{article}{doc.text[doc.ends[first - 1] : start]}{after}"
        return start, end, after

    def _as_listed(self, arc: int, start: int, end: int) -> str:
        """The candidate where there is nothing to mend but the first letter, as there mostly is not; "" elsewhere."""
        form = self._forms[arc]
        if form == ODD or not (canonical := self._lexicon.plain[self._spans.canonical[arc]]):
            return ""
        if form == LOWER or self._lexicon.kind.item(self._spans.row[arc]) == NAME:
            return canonical
        alike = form == CAPITAL and canonical.isascii() and canonical.isalpha() and canonical.islower()
        return canonical.capitalize() if alike and canonical != self._doc.keys[self._spans.first[arc]] else ""

    def _mended(self, arc: int) -> tuple[int, str, str]:
        """The end of what is replaced, the candidate, and what is written of it, but for an article before."""
        doc, lexicon = self._doc, self._lexicon
        first, last, row, possessive = (
            column[arc] for column in (self._spans.first, self._spans.last, self._spans.row, self._spans.possessive)
        )
        start, end = doc.starts[first], doc.ends[last - 1]
        if possessive:
            end -= len(POSSESSIVE)
        spun = doc.text[start:end]
        canonical = lexicon.text(self._spans.canonical[arc])
        if doc.text.startswith(".", end):
            canonical = canonical.removesuffix(".")
        behind_hyphen = bool(doc.hyphens[0][first])
        is_name = lexicon.kind.item(row) == NAME
        if (behind_hyphen or "-" in spun) and " " in canonical and lexicon.lists(with_hyphens := canonical.replace(" ", "-")):
            canonical = with_hyphens
        elif row >= lexicon.first_pattern_row and not (
            is_name or behind_hyphen or "-" in spun or _lost_hyphen(canonical, last - first)
        ):
            canonical = canonical.replace("-", " ")
        canonical = _spelled(canonical, spun, doc, is_name)
        if is_name:
            canonical = _with_digits(canonical, spun)
        if doc.curly:
            canonical = canonical.replace("'", CURLY_APOSTROPHE)
        after = canonical
        if not is_name or spun.isupper():
            if not spun.islower():
                runs_on = _runs_on(doc, first)
                if spun[0].isupper() and spun[1:].islower() and (runs_on or _runs_into_capital(doc, last)):
                    canonical = _as_listed_name(canonical, lexicon)
                after = grammar.match_case(canonical, spun, first in doc.starts_sentence, runs_on)
                if spun == "A" and _shouts(doc, last):
                    after = canonical.upper()
            if not behind_hyphen or "-" not in after:
                after = grammar.keep_separators(after, spun)
        elif "-" not in spun and "-" not in canonical:
            after = grammar.keep_separators(canonical, spun)
        if not after.endswith(("s", "S")) and _owns(doc, start, end):
            end, after = end + 1, after + doc.text[end] + ("S" if spun.isupper() else "s")
        elif doc.keys[last - 1] == grammar.EX and last < len(doc) and doc.gap(last - 1) == "-":
            end, after = end + 1, after + " "
        elif possessive and PLURAL.fullmatch(after[-2:]):
            end, after = end + len(POSSESSIVE), after + doc.text[end]
        return end, canonical, after


def forms(doc: Document, arcs: Arcs) -> NDArray[np.uint8]:
    """Of each arc (n), what it replaces: words of small letters (LOWER), one word with a capital (CAPITAL), or words of letters of both
    kinds (MIXED), with blanks between them and no hyphen or apostrophe beside them; or anything else (ODD)."""
    result = np.empty(len(arcs), np.uint8)
    if speedups:
        speedups.forms(doc.text, doc.starts, doc.ends, arcs.first, arcs.last, arcs.possessive, result)
        return result
    columns = arcs.first.tolist(), arcs.last.tolist(), arcs.possessive.tolist()
    for i, (first, last, possessive) in enumerate(zip(*columns, strict=True)):
        start, end = doc.starts[first], doc.ends[last - 1]
        bound = possessive or doc.text[max(start - 1, 0)] == "-" or doc.text[end : end + 1] in BINDING
        result[i] = ODD if bound else _form(doc.text[start:end])
    return result


def _form(spun: str) -> int:
    if not LETTERS.fullmatch(spun) or spun.isupper():
        return ODD
    return LOWER if spun.islower() else CAPITAL if " " not in spun and spun[1:].islower() else MIXED


def _other_article(doc: Document, index: int, canonical: str, after: str) -> str | None:
    """What the "a" or "an" before a word must become where `canonical`, written as `after`, takes its place; None if it may
    stay, as it does before a word that stays ("an MRI experiment", "an MRI scan")."""
    if not index:
        return None
    if not doc.joined[index - 1] and not INTO_QUOTE.fullmatch(doc.gap(index - 1)):
        return None
    article = grammar.indefinite_article(canonical)
    if article == doc.keys[index - 1] or grammar.SEPARATORS.split(canonical.lower())[0] == doc.keys[index]:
        return None
    if doc.word(index - 1).isupper() and doc.word(index).isupper() and after.isupper():
        return article.upper()
    return grammar.match_case(article, doc.word(index - 1)[0], opens_sentence=True)


def _owns(doc: Document, start: int, end: int) -> bool:
    """Whether the apostrophe behind a plural is that of the possessive ("the kids' books"): it may end a quotation that begins before."""
    if doc.text[end - 1] not in "sS" or not BARE_POSSESSIVE.match(doc.text, end):
        return False
    return not OPENING_QUOTE.search(doc.text, doc.text.rfind("\n\n", 0, start) + 1, start)


def _lost_hyphen(term: str, words: int) -> bool:
    """Whether a compound in front of another word was replaced by more words, and its hyphen with it ("lengthy time period trends")."""
    return " " in term and len(grammar.SEPARATORS.split(term)) < words


def _runs_on(doc: Document, index: int) -> bool:
    """Whether a word stands within a sentence, with nothing but a blank behind the one before."""
    return index > 0 and index not in doc.starts_sentence and doc.gap(index - 1) == " " and doc.text[doc.starts[index] - 2] != "."


def _runs_into_capital(doc: Document, index: int) -> bool:
    """Whether a word has a capital, and nothing but a blank parts it from the one before."""
    return index < len(doc) and bool(doc.capitals[index]) and doc.gap(index - 1) == " "


def _shouts(doc: Document, index: int) -> bool:
    """Whether a word is in capitals as others around it are."""
    return index < len(doc) and len(doc.keys[index]) > 1 and doc.word(index).isupper() and index not in doc.acronyms


def _as_listed_name(phrase: str, lexicon: Lexicon) -> str:
    """A phrase with the capitals of the name that is listed with its words, if one is ("Prime Minister")."""
    name = " ".join(word if word in SMALL_WORDS else word.capitalize() for word in phrase.split(" "))
    return name if lexicon.lists(name) else phrase


def _spelled(canonical: str, spun: str, doc: Document, is_name: bool) -> str:
    """A canonical phrase as the text spells. What stands there in the other spelling stays ("knowledge centre" → "data centre"), other
    words go by the text's habits, but for those of names."""
    if not has_other_spelling(canonical):
        return canonical
    kept = set(WORD.findall(spun.lower()))

    def spell(match: re.Match[str]) -> str:
        word = match[0]
        other = other_spelling(word.lower())
        if other is not None and other in kept:
            return other.capitalize() if word[0].isupper() else other
        return word if is_name or not word.islower() else doc.spelling.spell(word)

    return WORD.sub(spell, canonical)


def _with_digits(name: str, spun: str) -> str:
    """A name with the digits that the text has for an ordinal ("9th Circuit Courtroom", "9th Circuit Court")."""
    for digits in ORDINAL.findall(spun):
        name = name.replace(ORDINALS.get(digits, digits).capitalize(), digits)
    return name
