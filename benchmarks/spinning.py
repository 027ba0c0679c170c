"""Spinners made up: more spun documents to fit on than anybody has collected, by more spinners than one.

The table of one holds what the spinner of some development pairs wrote for what, the other's what our dictionaries list. As real ones do,
a simulated spinner knows only a part of a table, replaces the longest phrase that it knows, and either draws a synonym each time or keeps
to the first that it drew; that is settled for each document anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp
from random import Random

from unspin.decoding.lattice import Channel
from unspin.document import Document
from unspin.evaluation.align import GoldEdit
from unspin.evaluation.pairs import Pair
from unspin.lexicon.entry import Kind

CONSISTENT = 0.5  # of the documents are spun with one synonym for each phrase
RATE = {True: (0.3, 0.9), False: (0.1, 0.6)}
"""The share of the known phrases that is replaced, for consistent spinners and the others."""
COMMON, KNOWN_COMMON = -6.5, 0.15  # words above this log-probability are known so much more seldom: few spinners replace "the"
SYNONYMS = 1, 2, 3, 5, 8  # that a spinner by the dictionaries knows at most for a phrase
TASTE = 0.6, 1.6  # and the power of their weight by which it has come to know them
LONGEST = 4  # words


def original(pair: Pair) -> str:
    """The text before it was spun."""
    parts, position = [], 0
    for gold in pair.gold:
        parts += pair.text[position : gold.start], gold.original
        position = gold.end
    return "".join([*parts, pair.text[position:]])


@dataclass(frozen=True)
class Spinner:
    """What may be written for what, with weights, and what share of it a document's spinner knows, from and to."""

    table: Mapping[str, Mapping[str, float]]
    known: tuple[float, float]
    common: frozenset[str] = frozenset()
    draws: bool = False
    """Whether it knows only a few of the synonyms of a phrase."""

    @classmethod
    def of_pairs(cls, pairs: Iterable[Pair]) -> Spinner:
        """By what was written for what in some spun documents."""
        table: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for pair in pairs:
            for gold in pair.gold:
                spun = pair.text[gold.start : gold.end].lower()
                canonical = " ".join(Document(gold.original).keys)
                if canonical and spun and " ".join(Document(spun).keys) != canonical:
                    table[canonical][spun] = 1.0
        return cls(table, (0.5, 1.0))

    @classmethod
    def of_dictionaries(cls, channel: Channel) -> Spinner:
        """By what words and phrases the dictionaries list."""
        table: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for pair in channel.lexicon.pairs():
            canonical = " ".join(Document(pair.canonical).keys)
            if pair.kind in (Kind.WORD, Kind.PHRASE) and not pair.conditions and canonical.count(" ") < LONGEST:
                table[canonical][pair.spun] = max(table[canonical].get(pair.spun, 0.0), exp(pair.logweight))
        model = channel.model
        common = (word for word in table if " " not in word and model.unigram_logprob(model.ids([word]))[0] > COMMON)
        return cls(table, (0.1, 0.5), frozenset(common), draws=True)

    def spin(self, text: str, name: str, random: Random) -> Pair:
        """A text, spun."""
        doc, habits = Document(text), _Habits(self, random)
        joined = doc.joined.tolist()
        parts: list[str] = []
        gold: list[GoldEdit] = []
        position = length = i = 0
        while i < len(doc):
            size, options = 1, []
            for n in range(min(LONGEST, len(doc) - i), 0, -1):
                if all(joined[i : i + n - 1]) and (options := habits.options(" ".join(doc.keys[i : i + n]))):
                    size = n
                    break
            start, end = doc.starts[i], doc.ends[i + size - 1]
            i += size
            if not options or random.random() >= habits.rate:
                continue
            spun = random.choice(options)
            spun = spun[:1].upper() + spun[1:] if text[start].isupper() else spun
            if spun.lower() == text[start:end].lower():
                continue
            parts += text[position:start], spun
            length += start - position
            gold.append(GoldEdit(length, length + len(spun), text[start:end]))
            length, position = length + len(spun), end
        return Pair(name, "".join([*parts, text[position:]]), tuple(gold), clean=False)


class _Habits:
    """What the spinner of one document does."""

    def __init__(self, spinner: Spinner, random: Random):
        self._spinner, self._random = spinner, random
        self._consistent = random.random() < CONSISTENT
        self.rate = random.uniform(*RATE[self._consistent])
        self._known = random.uniform(*spinner.known)
        self._taste, self._most = random.uniform(*TASTE), random.choice(SYNONYMS)
        self._options: dict[str, list[str]] = {}

    def options(self, phrase: str) -> list[str]:
        """What it may write for a phrase; nothing if it does not know it."""
        found = self._options.get(phrase)
        if found is None:
            found = self._options[phrase] = self._drawn(phrase)
        return found

    def _drawn(self, phrase: str) -> list[str]:
        random = self._random
        weights = self._spinner.table.get(phrase)
        if weights is None or random.random() >= self._known * (KNOWN_COMMON if phrase in self._spinner.common else 1.0):
            return []
        options = list(weights)
        if self._spinner.draws:
            share = {option: weight**self._taste for option, weight in weights.items()}
            wanted, options = random.randint(1, self._most), []
            while share and len(options) < wanted:
                options += random.choices(list(share), list(share.values()))
                del share[options[-1]]
        return [random.choice(options)] if self._consistent else options
