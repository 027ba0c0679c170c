"""Text as the decoder sees it: words with exact offsets, cut into sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from unspin.native import speedups
from unspin.spelling import Habits

LETTERS = r"(?:[^\W\d_][\u0300-\u036f]*)+"
"""Letters, also where accents are characters of their own."""
INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
"""Soft hyphens, and what parts or joins words without a blank."""
WORD = re.compile(
    rf"(?:[^\W\d_]\.)+[^\W\d_](?:\.|(?![\w\u0300-\u036f'’{INVISIBLE}]))"  # U.S., a.m., p.c
    rf"|{LETTERS}(?:['’{INVISIBLE}]{LETTERS}|_+[^\W_]+)*"  # word, don't, country’s, snake_case
    rf"|\d+(?:[.,:/]\d+)*(?:{LETTERS})?(?:_+[^\W_]+)*"  # 2017, 5:35, 1,500.5, 3rd, 2_days
)
BREAK = re.compile(r"[.!?…][\"'”’)\]]*\s|\n[^\S\n]*\n|[.!?…]$")
PARAGRAPH = re.compile(r"\n[^\S\n]*\n")
ABBREVIATIONS = frozenset(
    (
        "mr mrs ms dr prof sen rep gov gen col lt sgt capt cmdr adm maj rev hon st mt jr sr vs etc inc ltd co corp no "
        "vol fig figs eq eqs sect chap pp al dept est approx jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun "
        "ave blvd rd intl natl univ assn bros mgmt incl excl misc"
    ).split()
)
OPENERS = frozenset(
    "the a an he she it they we i you this that these those there but and in on at for after when while if as no his her its their".split()
)
"""Words that, with a capital, open a sentence even after "U.S." or "a.m."."""
CURLY_APOSTROPHE = "’"
POSSESSIVE = "'s"
APART, JOINING = 0, 1
MARKS = {", ": 2, " & ": 3, "' ": 4, "’ ": 4, "/": 5, "": 6}
"""What may stand between two words of a name or a term, where it is neither blanks nor a hyphen, and its number; see `Document.gaps`."""
HEADLINE = 4  # words in capitals; fewer may be a list of acronyms
USUAL_GAP = 8  # code points: there are few such gaps between words, so what they mean is remembered
REPEATED = 3
MIXER = np.uint64(0x9E3779B97F4A7C15)


BLOCK = 4_200  # code points, 700 words: what is known of spun texts is known of articles of up to 900
SEARCH = 500  # how far before the end of a block a good place to cut is looked for


def blocks(text: str) -> Iterator[tuple[int, int]]:
    """Cut a long text into [start, end) blocks of much the same size, behind a sentence if there is one near, else behind a blank, else
    anywhere."""
    start = 0
    for left in range(-(-len(text) // BLOCK), 1, -1):
        end = start + (len(text) - start) // left
        low = max(start, end - SEARCH)
        tail = text[low:end]
        cuts = [match.end() for match in BREAK.finditer(tail)] or [tail.rfind(" ") + 1]
        if cuts[-1] > 0:
            end = low + cuts[-1]
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
        self.keys: list[str] = []
        read, mark = (speedups.tokens, speedups.marks) if speedups else (_tokens, _marks)
        for start, stop in self._open_ranges():
            read(text, start, stop, self.starts, self.ends, self.keys)
        self.marks = np.zeros(len(self.keys), np.uint8)
        """What is marked of each word (n); see CAPITAL and the following."""
        mark(text, self.starts, self.ends, self.marks)

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

    def gap(self, index: int) -> str:
        """What stands between a word and the next; a protected range stays in it."""
        return self.text[self.ends[index] : self.starts[index + 1]]

    @cached_property
    def spelling(self) -> Habits:
        """Whether it spells as in Britain or as in America; names don't count."""
        return Habits.of(key for key, capital in zip(self.keys, self.capitals.tolist(), strict=True) if not capital)

    @cached_property
    def curly(self) -> bool:
        """Whether its apostrophes are typographic."""
        return self.text.count(CURLY_APOSTROPHE) > self.text.count("'")

    @cached_property
    def capitals(self) -> NDArray[np.bool_]:
        """Whether each word (n) begins with a capital."""
        capitals: NDArray[np.bool_] = self.marks & CAPITAL != 0
        return capitals

    @cached_property
    def opens_name(self) -> NDArray[np.bool_]:
        """Whether a name may begin with each word (n): it has a capital or a digit in front ("14th Amendment")."""
        opens: NDArray[np.bool_] = self.marks & (CAPITAL | DIGIT) != 0
        return opens

    @cached_property
    def acronyms(self) -> list[int]:
        """The indices of words in capitals (NATO, WHO's), unless the whole text is, or the sentence, as headlines are."""
        owners = [i for i in self.possessives if len(self.keys[i]) > 3 and self.word(i)[:-1].isupper()]
        shouted = sorted({*np.flatnonzero(self.marks & SHOUTED).tolist(), *owners})
        if not shouted or self.text.isupper():
            return []
        sentences = [bisect_right(self.bounds, i) - 1 for i in shouted]
        counts = Counter(sentences).items()
        headlines = {number for number, count in counts if count >= HEADLINE and self._is_in_capitals(number)}
        return [i for i, number in zip(shouted, sentences, strict=True) if number not in headlines]

    def _is_in_capitals(self, sentence: int) -> bool:
        first, last = self.bounds[sentence], self.bounds[sentence + 1]
        return self.text[self.starts[first] : self.ends[last - 1]].isupper()

    @cached_property
    def abbreviations(self) -> list[int]:
        """The indices of abbreviations that have their full stops (Prof., No.)."""
        last_of_phrases = np.flatnonzero(self.marks & JOINED == 0).tolist()
        return [i for i in last_of_phrases if self.keys[i] in ABBREVIATIONS and self.text.startswith(".", self.ends[i])]

    @cached_property
    def possessives(self) -> list[int]:
        """The indices of words that end in 's."""
        indices: list[int] = np.flatnonzero(self.marks & OWNER).tolist()
        return indices

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each key occurs."""
        return Counter(self.keys)

    @cached_property
    def hashes(self) -> NDArray[np.uint64]:
        """A hash of each key (n), by which filters are asked."""
        return np.fromiter(map(crc32, map(str.encode, self.keys)), np.uint64, len(self.keys))

    @cached_property
    def fingerprints(self) -> NDArray[np.int64]:
        """The hash of each key (n)."""
        return hashed(self.keys)

    @cached_property
    def numbers(self) -> NDArray[np.intp]:
        """A number for each key (n), the same for the same key."""
        return numbered(self.fingerprints if speedups else self.keys)

    @cached_property
    def repeated(self) -> NDArray[np.bool_]:
        """Which words (n) stand among the same REPEATED words on either side as an earlier one: nobody writes so twice by chance."""
        if speedups:
            again = np.empty(len(self), np.bool_)
            speedups.repeated(self.fingerprints, again, REPEATED)
            return again
        ids = self.numbers.astype(np.uint64)
        padded = np.concatenate([np.zeros(REPEATED, np.uint64), ids + np.uint64(1), np.zeros(REPEATED, np.uint64)])
        window = np.zeros(len(ids), np.uint64)
        for step in range(2 * REPEATED + 1):
            window = window * MIXER + padded[step : step + len(ids)]
        highest = np.maximum.accumulate(numbered(window.tolist()))
        repeated = np.zeros(len(ids), np.bool_)
        np.equal(highest[1:], highest[:-1], out=repeated[1:])
        return repeated

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Sentences in order; every word is in exactly one."""
        return [Sentence(first, last) for first, last in pairwise(self.bounds)]

    @cached_property
    def bounds(self) -> list[int]:
        """The index of each word that opens a sentence, and behind the last one the number of words."""
        marks = self.marks[:-1]
        ends = np.flatnonzero((marks & JOINED == 0) | (marks & STOPPED != 0)).tolist()
        gaps = [self.text[self.ends[i] : self.starts[i + 1]] for i in ends]
        firsts = [i + 1 for i, gap in zip(ends, gaps, strict=True) if gap not in MARKS and self._ends_sentence(i, gap)]
        return [0, *firsts, len(self)] if len(self) else [0]

    def _ends_sentence(self, index: int, gap: str) -> bool:
        if gap == " ":  # behind an abbreviation
            return self.keys[index + 1] in OPENERS and self._opens_sentence(index + 1)
        breaks, paragraph = (_breaks if len(gap) <= USUAL_GAP else _breaks.__wrapped__)(gap)
        if not breaks or paragraph:
            return breaks
        return not (gap.startswith(".") and self.keys[index] in ABBREVIATIONS) and self._opens_sentence(index + 1)

    def _opens_sentence(self, index: int) -> bool:
        character = self.text[self.starts[index]]
        return not character.islower()

    @cached_property
    def joined(self) -> NDArray[np.bool_]:
        """Whether word i and word i + 1 can belong to one phrase (n - 1): only blanks or a hyphen between them."""
        joined: NDArray[np.bool_] = self.marks[:-1] & JOINED != 0
        return joined

    @cached_property
    def hyphens(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether a hyphen stands right before each word (n), and right behind it (n); two are a dash."""
        return self.marks & BOUND_BEFORE != 0, self.marks & BOUND_BEHIND != 0

    @cached_property
    def gaps(self) -> NDArray[np.uint8]:
        """What stands between word i and word i + 1 (n - 1): JOINING where they are joined, a number of `MARKS`, or else APART."""
        gaps = self.joined.astype(np.uint8)
        for i in np.flatnonzero(~self.joined).tolist():
            if (gap := self.gap(i)) in MARKS or "\n" in gap or "\r" in gap:
                gaps[i] = MARKS.get(gap.replace("\r", "").replace("\n", " "), APART)
        return gaps

    @cached_property
    def glued(self) -> NDArray[np.intp]:
        """The indices of words that touch another ("mp" and "3" in "mp3")."""
        touching = np.zeros(len(self) + 1, np.bool_)
        touching[1:-1] = self.gaps == MARKS[""]
        return np.flatnonzero(touching[1:] | touching[:-1])

    @cached_property
    def starts_sentence(self) -> frozenset[int]:
        """The indices of words that open a sentence."""
        return frozenset(self.bounds[:-1])


@lru_cache(1024)
def _breaks(gap: str) -> tuple[bool, bool]:
    """Whether a sentence may end between two words, and whether a paragraph does."""
    return BREAK.search(gap) is not None, PARAGRAPH.search(gap) is not None


def running(values: NDArray[Any]) -> NDArray[Any]:
    """The sums (n + 1) of what stands before each value (n), and of all; in 64 bits."""
    result = np.zeros(len(values) + 1, np.float64 if values.dtype.kind == "f" else np.int64)
    np.add.accumulate(values, dtype=result.dtype, out=result[1:])  # three times as fast as np.cumsum where there are few
    return result


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """The distinct values, in ascending order; np.unique would first load what it needs for masked arrays, and be slower where there are
    few."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def in_common(one: Sequence[str], other: Sequence[str], rest: int = 0) -> tuple[int, int]:
    """How many words two phrases share at their beginning and, of those left, at their end; so many of the shorter are the `rest`, shared
    or not."""
    most = max(min(len(one), len(other)) - rest, 0)
    head = next((i for i in range(most) if one[i] != other[i]), most)
    tail = next((i for i in range(most - head) if one[-1 - i] != other[-1 - i]), most - head)
    return head, tail


def hashed(words: list[str]) -> NDArray[np.int64]:
    """A hash of each word or phrase (n) that no two share. Needs `speedups`."""
    result = np.empty(len(words), np.int64)
    speedups.hash_words(words, result)
    return result


def numbered(things: NDArray[np.int64] | Sequence[Hashable]) -> NDArray[np.intp]:
    """A number for each thing, the same for the same, in the order in which they are first met."""
    result = np.empty(len(things), np.intp)
    if isinstance(things, np.ndarray):
        speedups.numbered(things, result)
    else:
        numbers: dict[Hashable, int] = {}
        result[:] = [numbers.setdefault(thing, len(numbers)) for thing in things]
    return result


CAPITAL, SHOUTED, OWNER, STOPPED, JOINED, DIGIT, BOUND_BEFORE, BOUND_BEHIND = 1, 2, 4, 8, 16, 32, 64, 128
"""What is marked of a word: that it begins with a capital, has no other letters (and several characters), ends in 's or in a full stop,
may belong to a phrase with the next, begins with a digit, and that a hyphen stands right before it or right behind."""


def _tokens(text: str, start: int, stop: int, starts: list[int], ends: list[int], keys: list[str]) -> None:
    """Append the words between start and stop."""
    for match in WORD.finditer(text, start, stop):
        starts.append(match.start())
        ends.append(match.end())
        keys.append(match.group().lower().replace(CURLY_APOSTROPHE, "'"))


def _marks(text: str, starts: list[int], ends: list[int], marks: NDArray[np.uint8]) -> None:
    """Mark the words (n)."""
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        word = text[start:end]
        gap = text[end : starts[i + 1]] if i + 1 < len(starts) else ""
        marks[i] = (
            CAPITAL * word[0].isupper()
            | SHOUTED * (len(word) > 1 and word.isupper())
            | OWNER * word.endswith(("'s", "'S", "’s", "’S"))
            | STOPPED * (word[-1] == ".")
            | JOINED * (gap in (" ", "-") or (gap.isspace() and gap.count("\n") < 2))
            | DIGIT * word[0].isdigit()
            | BOUND_BEFORE * (text.endswith("-", 0, start) and not text.endswith("--", 0, start))
            | BOUND_BEHIND * (text.startswith("-", end) and not text.startswith("--", end))
        )
