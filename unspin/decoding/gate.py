"""A quick look at a text, at a fiftieth of the cost of decoding it: is there anything that deserves a closer one?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.lattice import LM, PAD, Channel
from unspin.document import running
from unspin.language.hashing import HashMap, HashTable
from unspin.language.trigram import TrigramModel
from unspin.native import speedups

PLAUSIBLE = -1.0  # nats: a candidate below this between its two neighbours is not looked at in a wider context
NOTEWORTHY = 0.25  # nats: what lies below says little
GLARING = 5.5  # nats: no word counts for more, as one does not make a spun text
SHORT = 150  # words: below this a text is decoded at once, as a mean over so few says little
BOUNDARY = ("</s>", "<s>")
MARKS = " {} {} ".format(*BOUNDARY).encode()


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
    """What a quick look shows: `words`, what the scores of the words that a candidate fits better have above NOTEWORTHY, for each word of
    the text (`density`, nats), and whether a listed tell occurs."""

    words: int
    density: float
    tell: bool

    def strong(self, density: float) -> bool:
        """Whether the text must be decoded, if from this density on texts are."""
        return self.words < SHORT or self.tell or self.density >= density


class Gate:
    """Scores each word by the best of its few likeliest one-word candidates and the two words on either side."""

    def __init__(self, channel: Channel):
        self._channel = channel
        self._model = channel.model
        self._lexicon = channel.lexicon
        self._candidates = channel.quick_ids
        self._prior = channel.quick_prior

    def look(self, text: str) -> Suspicion:
        """Look at a text; in proportion to its length, and blind to capitals, names and phrases that are no tells."""
        plain = text.replace("’", "'").encode("utf-8", "replace").translate(TABLE) + b" "
        count, tell, excess = self._look_compiled(plain) if speedups else self._look(plain)
        return Suspicion(count, excess / max(count, 1), tell)

    def _look(self, plain: bytes) -> tuple[int, bool, float]:
        """The number of words, whether a tell occurs, and the summed log-odds, between NOTEWORTHY and GLARING, that the best candidate of a
        word belongs there."""
        words = _words(plain)
        model = self._model
        n = np.int64(len(model.words))
        ids = np.fromiter(map(model.id, words), np.int64, len(words))
        count = len(words) - 2 * words.count(BOUNDARY[0])
        tell = self._has_tell(words, ids[1:] * n + ids[:-1])
        at = np.flatnonzero(self._candidates[ids, 0] != model.unknown)
        middle, left, right = ids[at], ids[at - 1], ids[at + 1]
        readings = np.concatenate([middle[:, None], self._candidates[middle]], axis=1)
        logprob = model.bigram_logprob(readings, left[:, None]) + model.bigram_logprob(right[:, None], readings)
        likely = LM * (logprob[:, 1:] - logprob[:, :1]) + self._prior[middle] > PLAUSIBLE
        word, rank = np.nonzero(likely)
        if not len(word):
            return count, tell, 0.0
        windows = ids[at[word][:, None] + np.arange(-PAD, PAD + 1)].astype(np.int32)
        kept = _in_context(model, windows)
        windows[:, PAD] = readings[word, rank + 1]
        scores = LM * (_in_context(model, windows) - kept) + self._prior[middle[word], rank]
        best = np.maximum.reduceat(scores, np.flatnonzero(np.diff(word, prepend=-1)))
        excess = running(np.maximum(np.minimum(best, np.float32(GLARING)) - np.float32(NOTEWORTHY), np.float32(0)))
        return count, tell, float(excess[-1])

    def _look_compiled(self, plain: bytes) -> tuple[int, bool, float]:
        """The same, many times as fast."""
        model, vocabulary, tells = self._model, self._model.index.by_hash, self._tell_prefixes
        return speedups.look(
            *model.tables,
            vocabulary.table.keys,
            vocabulary.values,
            tells.table.keys,
            tells.values,
            self._candidates,
            self._prior,
            plain,
            model.start,
            model.end,
            model.unknown,
            LM,
            PLAUSIBLE,
            NOTEWORTHY,
            GLARING,
        )

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
    return [*BOUNDARY, *plain.replace(b". ", MARKS).decode("ascii").split(), *BOUNDARY]


def _in_context(model: TrigramModel, windows: NDArray[np.int32]) -> NDArray[np.float32]:
    """The log-probability of a word and what it means for the two behind it, for each window of five (n, 5)."""
    word, next_one, last = model.chain(windows).T
    result: NDArray[np.float32] = (word + next_one) + last
    return result
