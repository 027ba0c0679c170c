"""A quick look at a text, at a tenth of the cost of decoding it: is there anything that deserves a closer one?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.lattice import LM, Channel
from unspin.language.hashing import HashMap, HashTable
from unspin.native import speedups

GLARING = 5.5  # nats: so odd that the text must be decoded; and no word counts for more, as one does not make a spun text
NOTEWORTHY = 0.5  # nats: what lies below says little about the spin rate
SHORT = 150  # words: below this a text is decoded at once, as a mean over so few says little
MARKS = b" </s> <s> "


def _table() -> bytes:
    """ASCII letters in lower case, digits and apostrophes as they are, ends of sentences as a full stop, all else as a blank."""
    table = bytearray(b" " * 256)
    for code in range(128):
        character = chr(code)
        if character.isalnum() or character == "'":
            table[code] = ord(character.lower())
        elif character in ".!?":
            table[code] = ord(".")
    return bytes(table)


TABLE = _table()


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a quick look shows: `words`, the summed score of the words that a candidate fits better, for each word of the text (`density`),
    the same of what lies above NOTEWORTHY, the highest score of any word (nats), and whether a listed tell occurs."""

    words: int
    density: float
    noteworthy: float
    highest: float
    tell: bool

    def strong(self, density: float) -> bool:
        """Whether the text must be decoded, if from this density on texts are."""
        return self.words < SHORT or self.tell or self.highest >= GLARING or self.density >= density


class Gate:
    """Scores each word by the best of its few likeliest one-word candidates and the two words beside it."""

    def __init__(self, channel: Channel):
        self._channel = channel
        self._model = channel.model
        self._lexicon = channel.lexicon
        self._candidates = channel.quick_ids
        self._prior = channel.quick_prior
        self._eligible = self._candidates[:, 0] != channel.model.unknown

    def look(self, text: str) -> Suspicion:
        """Look at a text; in proportion to its length, and blind to capitals, names and phrases that are no tells."""
        plain = text.replace("’", "'").encode("utf-8", "replace").translate(TABLE) + b" "
        count, tell, score = self._look_compiled(plain) if speedups else self._look(plain)
        if not len(score):
            return Suspicion(count, 0.0, 0.0, -np.inf, tell)
        density, noteworthy = (
            float(np.minimum(np.maximum(score - low, 0), GLARING - low).sum()) / max(count, 1) for low in (0.0, NOTEWORTHY)
        )
        return Suspicion(count, density, noteworthy, float(score.max()), tell)

    def _look(self, plain: bytes) -> tuple[int, bool, NDArray[np.float32]]:
        """The number of words, whether a tell occurs, and the log-odds of each word with candidates that the best of them belongs there."""
        words = _words(plain)
        model = self._model
        n = np.int64(len(model.words))
        ids = np.fromiter(map(model.id, words), np.int64, len(words))
        count = len(words) - 2 * int(np.count_nonzero(ids == model.end))
        tell = self._has_tell(words, ids[1:] * n + ids[:-1])
        at = np.flatnonzero(self._eligible[ids[1:-1]]) + 1
        if not len(at):
            return count, tell, np.zeros(0, np.float32)
        middle, left, right = ids[at], ids[at - 1], ids[at + 1]
        readings = np.concatenate([middle[:, None], self._candidates[middle]], axis=1)
        logprob = model.bigram_logprob(readings, left[:, None]) + model.bigram_logprob(right[:, None], readings)
        return count, tell, (LM * (logprob[:, 1:] - logprob[:, :1]) + self._prior[middle]).max(axis=1)

    def _look_compiled(self, plain: bytes) -> tuple[int, bool, NDArray[np.float32]]:
        """The same, ten times as fast."""
        model, vocabulary, tells = self._model, self._model.index.by_hash, self._tell_prefixes
        ids, hashes = np.empty(len(plain) + 4, np.int32), np.empty(len(plain), np.int64)
        boundary = model.end, model.start
        n = speedups.read(
            vocabulary.table.keys, vocabulary.values, plain, ids[2:-2], hashes, model.start, model.end, model.unknown
        )
        ids[:2], ids[n + 2 : n + 4] = boundary, boundary
        ids = ids[: n + 4]
        count = len(ids) - 2 * int(np.count_nonzero(ids == model.end))
        tell = speedups.occurs(tells.table.keys, tells.values, hashes[:n])
        score = np.empty(len(ids), np.float32)
        tables = *model.tables, self._candidates, self._prior
        return count, tell, score[: speedups.odds(*tables, ids, score, LM, model.unknown)]

    @cached_property
    def _tell_prefixes(self) -> HashMap:
        return self._channel.tells or HashMap.of_prefixes(self._lexicon.tells())

    def _has_tell(self, words: list[str], pairs: NDArray[np.int64]) -> bool:
        table, tails = self._tells
        for i in np.flatnonzero(table.find(pairs) >= 0).tolist():
            for tail in tails.get((words[i], words[i + 1]), ()):
                if tuple(words[i + 2 : i + 2 + len(tail)]) == tail:
                    return True
        return False

    @cached_property
    def _tells(self) -> tuple[HashTable, dict[tuple[str, str], list[tuple[str, ...]]]]:
        """The listed tells of several words: the model's pairs that open one, and by these two words how they go on."""
        model = self._model
        tails: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        for tell in self._lexicon.tells():
            first, second, *rest = tell.split(" ")
            tails.setdefault((first, second), []).append(tuple(rest))
        pairs = {model.id(second) * len(model.words) + model.id(first) for first, second in tails}
        return HashTable.build(np.array(sorted(pairs), np.int64))[0], tails


def _words(plain: bytes) -> list[str]:
    """Words with sentence marks between them, as a language model reads them; cruder than `Document`, and fifty times as fast."""
    return f"</s> <s> {plain.replace(b'. ', MARKS).decode('ascii')} </s> <s>".split()
