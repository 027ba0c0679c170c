"""Text as the decoder sees it: words with exact offsets, cut into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from unspin.native import speedups

WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., a.m.
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"  # word, don't, country’s
    r"|\d+(?:[.,:/]\d+)*(?:[^\W\d_]+)?"  # 2017, 5:35, 1,500.5, 3rd
)
BREAK = re.compile(r"[.!?…][\"'”’)\]]*\s|\n[^\S\n]*\n|[.!?…]$")
PARAGRAPH = re.compile(r"\n[^\S\n]*\n")
ABBREVIATIONS = frozenset(
    (
        "mr mrs ms dr prof sen rep gov gen col lt sgt capt cmdr adm maj rev hon st mt jr sr vs etc inc ltd co corp no "
        "vol fig eq al dept est approx jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ave "
        "blvd rd"
    ).split()
)
OPENERS = frozenset(
    "the a an he she it they we i you this that these those there but and in on at for after when while if as no his her its their".split()
)
"""Words that, with a capital, open a sentence even after "U.S." or "a.m."."""
CURLY_APOSTROPHE = "’"
POSSESSIVE = "'s"


BLOCK = 60_000  # code points, 10,000 words: enough to know a text's spin rate, and memory stays flat however long the text
SEARCH = 2_000  # how far before the end of a block a good place to cut is looked for


def blocks(text: str) -> Iterator[tuple[int, int]]:
    """Cut a long text into [start, end) blocks, behind a sentence if there is one near, else behind a blank, else anywhere."""
    start = 0
    while len(text) - start > BLOCK:
        end = start + BLOCK
        tail = text[end - SEARCH : end]
        cuts = [match.end() for match in BREAK.finditer(tail)] or [tail.rfind(" ") + 1]
        if cuts[-1] > 0:
            end += cuts[-1] - SEARCH
        yield start, end
        start = end
    yield start, len(text)


@dataclass(frozen=True, slots=True)
class Token:
    """One word; `start` and `end` are code points of the document's text, end exclusive."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """The tokens `first` to `last` (exclusive) of a document."""

    first: int
    last: int


class Document:
    """A text and its words.

    Words are kept as columns (`starts`, `ends`, `keys`), because a decoder that touches every word can't afford an object for each.
    `keys` are lower case with straight apostrophes: what dictionaries and language models are asked for.
    `protected` lists [start, end) ranges in which nothing may be changed (code, URLs); their words are invisible.
    """

    def __init__(self, text: str, protected: list[tuple[int, int]] | None = None):
        self.text = text
        self.protected = protected or []
        self.starts: list[int] = []
        self.ends: list[int] = []
        words: list[str] = []
        starts, ends = self.starts, self.ends
        for start, stop in self._open_ranges():
            if speedups:
                speedups.tokens(text, start, stop, starts, ends, words)
                continue
            for match in WORD.finditer(text, start, stop):
                low, high = match.span()
                starts.append(low)
                ends.append(high)
                words.append(match.group())
        self.keys = [word.lower() for word in words]
        if CURLY_APOSTROPHE in text:
            self.keys = [key.replace(CURLY_APOSTROPHE, "'") for key in self.keys]
        shouting = text.isupper()
        self.acronyms = frozenset(i for i, word in enumerate(words) if len(word) > 1 and word.isupper() and not shouting)
        """Words in capitals (NATO, U.S.) in a text that is not."""
        self.possessives = [i for i, key in enumerate(self.keys) if key.endswith(POSSESSIVE)]

    def _open_ranges(self) -> Iterator[tuple[int, int]]:
        position = 0
        for start, end in sorted(self.protected):
            if start > position:
                yield position, start
            position = max(position, end)
        if position < len(self.text):
            yield position, len(self.text)

    def __len__(self) -> int:
        """The number of words."""
        return len(self.keys)

    def __getitem__(self, index: int) -> Token:
        start, end = self.starts[index], self.ends[index]
        return Token(self.text[start:end], start, end)

    def word(self, index: int) -> str:
        """The word as it is written."""
        return self.text[self.starts[index] : self.ends[index]]

    @cached_property
    def capitals(self) -> NDArray[np.bool_]:
        """Whether each word (n) begins with a capital."""
        text = self.text
        return np.array([text[start].isupper() for start in self.starts], np.bool_)

    @cached_property
    def hashes(self) -> NDArray[np.uint64]:
        """A hash of each key (n), by which filters are asked."""
        return np.fromiter(map(crc32, map(str.encode, self.keys)), np.uint64, len(self.keys))

    @cached_property
    def fingerprints(self) -> NDArray[np.int64]:
        """A hash of each key (n) that no two words share. Needs `speedups`."""
        result = np.empty(len(self.keys), np.int64)
        speedups.hash_words(self.keys, result)
        return result

    @cached_property
    def gaps(self) -> list[str]:
        """What stands between word i and word i + 1 (n - 1); a protected range stays in it."""
        text = self.text
        return [text[end:start] for end, start in zip(self.ends, self.starts[1:], strict=False)]

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Sentences in order; every word is in exactly one."""
        result = []
        first = 0
        keys = self.keys
        for i, gap in enumerate(self.gaps):
            if (gap != " " or keys[i][-1] == ".") and self._ends_sentence(i, gap):
                result.append(Sentence(first, i + 1))
                first = i + 1
        if first < len(self):
            result.append(Sentence(first, len(self)))
        return result

    def _ends_sentence(self, index: int, gap: str) -> bool:
        if gap == " ":  # behind an abbreviation
            return self.keys[index + 1] in OPENERS and self._opens_sentence(index + 1)
        if not BREAK.search(gap):
            return False
        if PARAGRAPH.search(gap):
            return True
        return not (gap.startswith(".") and self.keys[index] in ABBREVIATIONS) and self._opens_sentence(index + 1)

    def _opens_sentence(self, index: int) -> bool:
        character = self.text[self.starts[index]]
        return not character.islower()

    @cached_property
    def joined(self) -> list[bool]:
        """Whether word i and word i + 1 can belong to one phrase (n - 1): only blanks or a hyphen between them."""
        return [gap == " " or gap == "-" or (gap.isspace() and gap.count("\n") < 2) for gap in self.gaps]

    @cached_property
    def starts_sentence(self) -> frozenset[int]:
        """The indices of words that open a sentence."""
        return frozenset(sentence.first for sentence in self.sentences)
