"""Lexicons and language models small enough to check by hand, built in memory."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np

from unspin.decoding.lattice import Channel
from unspin.language.counts import PairCounts
from unspin.language.ngrams import NGrams
from unspin.language.trigram import TrigramModel
from unspin.lexicon.compile import compile_entries
from unspin.lexicon.entry import Entry, Kind, Source
from unspin.lexicon.lexicon import Lexicon
from unspin.lexicon.load import PARSERS

Table = Mapping[str, tuple[float, float]]
"""N-gram (words in reading order, joined by blanks) → ln probability, ln back-off weight."""


def lexicon(
    words: str = "", phrases: str = "", names: str = "", terms: str = "", collocations: str = "", parts: str = ""
) -> Lexicon:
    """Compile dictionary lines, in the order of the shipped folders; fields are separated by " / " instead of tabs."""
    entries: list[Entry] = []
    kinds = (Kind.COLLOCATION, Kind.NAME, Kind.PART, Kind.PHRASE, Kind.TERM, Kind.WORD)
    for kind, text in zip(kinds, (collocations, names, parts, phrases, terms, words), strict=True):
        for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
            entries.extend(PARSERS[kind]([field.strip() for field in line.split(" / ")], Source(f"{kind.value}.tsv", number)))
    return compile_entries(entries)


def ngrams(unigrams: Table, bigrams: Table | None = None, trigrams: Mapping[str, float] | None = None) -> NGrams:
    """N-gram arrays as a model file would give them; <s> and </s> are added where missing."""
    unigrams = {"<s>": (-99.0, 0.0), "</s>": (-3.0, 0.0), **unigrams}
    bigrams, trigrams = bigrams or {}, trigrams or {}
    words = list(unigrams)
    at = {word: i for i, word in enumerate(words)}
    single, double = np.array(list(unigrams.values()), np.float32), np.array(list(bigrams.values()), np.float32).reshape(-1, 2)
    return NGrams(
        words=words,
        unigram_logprob=single[:, 0],
        unigram_backoff=single[:, 1],
        bigrams=np.array([[at[word] for word in key.split()] for key in bigrams], np.int64).reshape(-1, 2),
        bigram_logprob=double[:, 0],
        bigram_backoff=double[:, 1],
        trigrams=np.array([[at[word] for word in key.split()] for key in trigrams], np.int64).reshape(-1, 3),
        trigram_logprob=np.array(list(trigrams.values()), np.float32),
    )


def model(unigrams: Table, bigrams: Table | None = None, trigrams: Mapping[str, float] | None = None) -> TrigramModel:
    """A trigram model from its tables."""
    return TrigramModel.build(ngrams(unigrams, bigrams, trigrams), {})


def random_model(words: list[str], seed: int) -> TrigramModel:
    """A model over these words with arbitrary values; half of all bigrams and a third of their trigrams are listed."""
    chance = random.Random(seed)
    words = ["<s>", "</s>", *dict.fromkeys(words)]
    value = chance.uniform
    unigrams = {word: (value(-6, -1), value(-2, 0)) for word in words}
    bigrams = {f"{a} {b}": (value(-4, -0.1), value(-2, 0)) for a in words for b in words if chance.random() < 0.5}
    trigrams = {f"{pair} {c}": value(-3, -0.1) for pair in bigrams for c in words if chance.random() < 0.35}
    return model(unigrams, bigrams, trigrams)


def channel(lexicon: Lexicon, model: TrigramModel, pairs: Mapping[tuple[str, str], int] | None = None) -> Channel:
    """What the decoder asks for."""
    return Channel.build(lexicon, model, PairCounts.build(dict(pairs or {}), model.index))
