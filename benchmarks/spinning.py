"""A spinner made from development pairs: more spun documents to fit on than anybody has collected.

Its table holds what the spinner of the pairs wrote for what. As real ones do, a simulated spinner knows only a part of a table, replaces
the longest phrase that it knows, and either draws a synonym each time or keeps to the first that it drew; that is settled for each
document anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from random import Random

from unspin.document import Document
from unspin.evaluation.align import GoldEdit
from unspin.evaluation.pairs import Pair

KNOWN = 0.5, 1.0  # the share of the table that a document's spinner knows
CONSISTENT = 0.5  # of the documents are spun with one synonym for each phrase
RATE = {True: (0.3, 1.0), False: (0.1, 0.6)}
"""The share of the known phrases that is replaced, for consistent spinners and the others."""


def original(pair: Pair) -> str:
    """The text before it was spun."""
    parts, position = [], 0
    for gold in pair.gold:
        parts += pair.text[position : gold.start], gold.original
        position = gold.end
    return "".join([*parts, pair.text[position:]])


class Spinner:
    """What was written for what in some spun documents, applied to other texts."""

    def __init__(self, pairs: Iterable[Pair]):
        table: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for pair in pairs:
            for gold in pair.gold:
                spun = pair.text[gold.start : gold.end].lower()
                canonical = " ".join(Document(gold.original).keys)
                if canonical and spun and " ".join(Document(spun).keys) != canonical:
                    table[canonical][spun] = None
        self._table = {canonical: list(spun) for canonical, spun in table.items()}
        self._longest = max(len(canonical.split(" ")) for canonical in self._table)

    def spin(self, text: str, name: str, random: Random) -> Pair:
        """A text, spun."""
        doc = Document(text)
        consistent = random.random() < CONSISTENT
        rate, known = random.uniform(*RATE[consistent]), random.uniform(*KNOWN)
        choice: dict[str, list[str]] = {}
        parts: list[str] = []
        gold: list[GoldEdit] = []
        position = length = i = 0
        while i < len(doc):
            size = next(
                (n for n in range(self._longest, 0, -1) if self._written(doc, i, n, choice, known, consistent, random)), 0
            )
            if size and random.random() < rate:
                start, end = doc.starts[i], doc.ends[i + size - 1]
                spun = random.choice(choice[" ".join(doc.keys[i : i + size])])
                spun = spun[:1].upper() + spun[1:] if text[start].isupper() else spun
                parts += text[position:start], spun
                length += start - position
                gold.append(GoldEdit(length, length + len(spun), text[start:end]))
                length, position = length + len(spun), end
            i += max(size, 1)
        return Pair(name, "".join([*parts, text[position:]]), tuple(gold), clean=False)

    def _written(
        self, doc: Document, i: int, n: int, choice: dict[str, list[str]], known: float, consistent: bool, random: Random
    ) -> list[str]:
        """What this document's spinner writes for the n words from i on; nothing if it does not know them."""
        if i + n > len(doc) or not all(doc.joined[i : i + n - 1]):
            return []
        phrase = " ".join(doc.keys[i : i + n])
        if phrase not in choice:
            spun = self._table.get(phrase, []) if random.random() < known else []
            choice[phrase] = [random.choice(spun)] if spun and consistent else spun
        return choice[phrase]
