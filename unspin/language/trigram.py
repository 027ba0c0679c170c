"""The default language model: trigrams with back-off in hash tables, queried by the array."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unspin.document import POSSESSIVE
from unspin.language.hashing import HashMap, Index, Lines
from unspin.language.ngrams import NGrams
from unspin.language.packed import PackedTable
from unspin.language.spoken import spoken
from unspin.native import speedups

Ids = NDArray[np.int32]

UNKNOWN_LOGPROB = -17.0  # below the rarest word of the English model (-16.2), so a known word always beats an unknown one
UNKNOWN = "<unk>"
WORDS, UNKNOWN_ID = "words", "unknown"  # names of files
STAND_INS = 1 << 12  # that are remembered
PAST = 2  # words that a trigram looks back


class TrigramModel:
    """P(word | two words before), from arrays that are mapped from disk.

    Words are ids; `unknown`, `start` and `end` are the ids of the unknown word and the sentence boundaries. The vocabulary is the
    n-gram file's, followed by words of which only a count is known (`build`, `counts`).
    """

    def __init__(self, words: list[str] | Lines, arrays: dict[str, NDArray[Any]]):
        self.words = words
        self._arrays = arrays
        self.unknown = int(arrays[UNKNOWN_ID][0])
        self.index = Index(words, HashMap.among(arrays, WORDS, self.unknown), self.unknown)
        """The ids of words."""
        self.stand_in = lru_cache(STAND_INS)(self._find_stand_in)
        """The id of what may stand for a word that the model is known not to know: see `word_id`."""
        self.start = self.index.get("<s>", self.unknown)
        self.end = self.index.get("</s>", self.unknown)
        self._n = np.int64(n := len(words))
        unigrams = np.asarray(arrays["unigrams"])
        self._unigram_logprob: NDArray[np.float32] = unigrams[:, 0]
        self._unigram_backoff: NDArray[np.float32] = unigrams[:, 1]
        self._bigrams = PackedTable(arrays["bigrams"], n * n)
        self._bigram_logprob: NDArray[np.float32] = self._bigrams.values[:, 0]
        self._bigram_backoff: NDArray[np.float32] = self._bigrams.values[:, 1]
        self._trigrams = PackedTable(arrays["trigrams"], len(self._bigrams) * n)
        self._trigram_logprob: NDArray[np.float32] = self._trigrams.values[:, 0]
        self.tables = unigrams, self._bigrams.records, self._trigrams.records
        """The model, as `speedups` takes it."""

    @classmethod
    def build(cls, ngrams: NGrams, counts: dict[str, int]) -> TrigramModel:
        """Lay out `ngrams` for look-up; words known only by their corpus count in `counts` join the unigrams.

        The counts are put on the model's scale by the median offset over the words that both know.
        """
        index = {word: i for i, word in enumerate(ngrams.words)}
        shared = [(ngrams.unigram_logprob[index[word]], n) for word, n in counts.items() if word in index]
        offset = float(np.median([logprob - np.log(n) for logprob, n in shared])) if shared else 0.0
        extra = sorted(word for word in counts if word not in index and word != UNKNOWN)
        extra_logprob = [max(UNKNOWN_LOGPROB, np.log(counts[word]) + offset) for word in extra]
        words = [*ngrams.words, *extra] + ([] if UNKNOWN in index else [UNKNOWN])
        added = len(words) - len(ngrams.words)
        unigram_logprob = np.append(ngrams.unigram_logprob, [*extra_logprob, UNKNOWN_LOGPROB][:added]).astype(np.float32)

        unigram_backoff = np.append(ngrams.unigram_backoff, np.zeros(added, np.float32)).astype(np.float32)

        n = len(words)
        oldest, middle, word = ngrams.trigrams.T
        values = np.stack([ngrams.bigram_logprob, ngrams.bigram_backoff], axis=1)
        bigrams, _ = PackedTable.build(ngrams.bigrams[:, 1] * n + ngrams.bigrams[:, 0], values, n * n)
        tails = bigrams.find(word * n + middle)
        listed = tails >= 0
        trigrams, _ = PackedTable.build((tails * n + oldest)[listed], ngrams.trigram_logprob[listed, None], len(bigrams) * n)
        arrays: dict[str, NDArray[Any]] = {
            UNKNOWN_ID: np.array([words.index(UNKNOWN)]),
            "unigrams": np.stack([unigram_logprob, unigram_backoff], axis=1),
            "bigrams": bigrams.records,
            "trigrams": trigrams.records,
        }
        if speedups:
            arrays |= HashMap.of_lines(words, -1).columns(WORDS)
        return cls(words, arrays)

    def save(self, folder: Path) -> None:
        """Write the arrays so that `load` can map them."""
        Lines.save(self.words, folder, WORDS)
        for name, array in self._arrays.items():
            np.save(folder / f"{name}.npy", array)

    @classmethod
    def load(cls, folder: Path) -> TrigramModel:
        """Map a model that `save` wrote; only the pages that queries touch come into memory."""
        arrays: dict[str, NDArray[Any]] = {path.stem: np.load(path, mmap_mode="r") for path in folder.glob("*.npy")}
        return cls(Lines.load(folder, WORDS), arrays)

    def id(self, word: str) -> int:
        """The id of a lower-case word, `unknown` if the model has never seen it."""
        return self.index.get(word, self.unknown)

    def word_id(self, key: str) -> int:
        """The id of a word of a text: if the model doesn't know it, numerals are spelled out, and a possessive counts as its noun."""
        found = self.id(key)
        return found if found != self.unknown else self.stand_in(key)

    def _find_stand_in(self, key: str) -> int:
        numeral = spoken(key)
        found = self.id(numeral) if numeral != key else self.unknown
        if found == self.unknown and key.endswith(POSSESSIVE):
            found = self.id(key[: -len(POSSESSIVE)])
        return found

    def ids(self, words: Iterable[str]) -> Ids:
        return np.array([self.id(word) for word in words], np.int32)

    def __contains__(self, word: str) -> bool:
        return word in self.index

    def unigram_logprob(self, words: Ids) -> NDArray[np.float32]:
        """ln P(word) (n) for ids (n)."""
        return self._unigram_logprob[words]

    def logprob(self, words: Ids, previous: Ids, oldest: Ids) -> NDArray[np.float32]:
        """ln P(word | oldest previous) (n), for three id arrays of shape (n): the word, the one before, the one before that."""
        return self.chain(np.stack([oldest, previous, words], axis=1))[:, 0]

    def bigram_logprob(self, words: NDArray[np.integer], previous: NDArray[np.integer]) -> NDArray[np.float32]:
        """ln P(word | previous), for two arrays of ids that broadcast to one shape."""
        pairs = words.astype(np.int64) * self._n + previous
        slots = self._bigrams.find(pairs.ravel()).reshape(pairs.shape)
        backed_off = self._unigram_backoff[previous] + self._unigram_logprob[words]
        result: NDArray[np.float32] = np.where(slots >= 0, self._bigram_logprob[slots], backed_off)
        return result

    def has_pair(self, words: NDArray[np.int32], previous: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether the model was trained on these pairs (n)."""
        return self._bigrams.find(words.astype(np.int64) * self._n + previous) >= 0

    def chain(self, sequences: Ids) -> NDArray[np.float32]:
        """ln P of each word given the two before it, for sequences of ids (n, k + 2): the first two are context only (n, k)."""
        if speedups:
            out = np.empty((len(sequences), sequences.shape[1] - PAST), np.float32)
            speedups.chain(*self.tables, np.ascontiguousarray(sequences, np.int32), out, sequences.shape[1])
            return out
        ids = sequences.astype(np.int64)
        pairs = ids[:, 1:] * self._n + ids[:, :-1]
        slots = self._bigrams.find(pairs.ravel()).reshape(pairs.shape)
        return self._chain(ids, slots)

    def _chain(self, ids: NDArray[np.int64], slots: NDArray[np.int64]) -> NDArray[np.float32]:
        """Katz' back-off: the trigram if listed; else the bigram, or else the unigram, weighted by what the histories leave."""
        seen = slots[:, 1:] >= 0
        history = slots[:, :-1]
        word, middle, oldest = ids[:, 2:], ids[:, 1:-1], ids[:, :-2]
        result = np.where(seen, self._bigram_logprob[slots[:, 1:]], self._unigram_backoff[middle] + self._unigram_logprob[word])
        known = history >= 0
        result += np.where(known, self._bigram_backoff[history], np.float32(0))
        at = np.nonzero(seen & known)
        found = self._trigrams.find(slots[:, 1:][at] * self._n + oldest[at])
        hit = found >= 0
        result[at[0][hit], at[1][hit]] = self._trigram_logprob[found[hit]]
        return result
