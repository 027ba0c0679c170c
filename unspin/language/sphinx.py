"""Reader for the binary trigram files of CMU Sphinx, such as the English model inside the pocketsphinx wheel.

pocketsphinx answers one query a call; the decoder asks millions. So the whole table is read once into arrays. The layout is
that of `ngram_model_trie.c` in pocketsphinx: a header, the counts, the quantisation tables, the unigrams, two bit-packed arrays
(bigrams and trigrams, each under the *newest* word first), and the word strings.
"""

from __future__ import annotations

import math
import struct
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unspin.errors import ModelError
from unspin.language.ngrams import NGrams

HEADER = b"Trie Language Model"
QUANTISED_BITS = 16
LOG_BASE = math.log(1.0001)  # pocketsphinx keeps logarithms in this base


def default_path() -> Path:
    """The trigram model that ships inside the pocketsphinx wheel (BSD licence, 72,547 words)."""
    found = find_spec("pocketsphinx")  # importing it takes ten times as long
    if found is None or found.origin is None:
        raise ModelError("pocketsphinx, which ships the language model, is not installed")
    return Path(found.origin).parent / "model" / "en-us" / "en-us.lm.bin"


def read_sphinx(path: Path) -> NGrams:
    """Read a trigram model in CMU Sphinx' binary trie format.

    Raises ModelError when the file is not such a model or not of order three.
    """
    data = path.read_bytes()
    if not data.startswith(HEADER):
        raise ModelError(f"{path}: not a CMU Sphinx trie language model")
    try:
        return _parse(data)
    except (struct.error, ValueError, IndexError) as error:
        raise ModelError(f"{path}: damaged language model ({error})") from error


def _parse(data: bytes) -> NGrams:
    offset = len(HEADER)
    order = data[offset]
    if order != 3:
        raise ValueError(f"order {order}, expected 3")
    n_words, n_bigrams, n_trigrams = struct.unpack_from("<3I", data, offset + 1)
    offset += 1 + 3 * 4 + 4  # order, counts, type of quantisation

    levels = 1 << QUANTISED_BITS
    middle_prob, middle_backoff, longest_prob = (np.frombuffer(data, "<f4", levels, offset + 4 * levels * k) for k in range(3))
    offset += 3 * 4 * levels
    unigrams = np.frombuffer(data, np.dtype([("prob", "<f4"), ("backoff", "<f4"), ("next", "<u4")]), n_words + 1, offset)
    offset += unigrams.nbytes

    word_bits = n_words.bit_length()
    next_bits = n_trigrams.bit_length()
    bigram_bits = word_bits + 2 * QUANTISED_BITS + next_bits
    trigram_bits = word_bits + QUANTISED_BITS
    packed = np.frombuffer(data, np.uint8, offset=offset)
    trigrams_at = 8 * (((1 + n_bigrams) * bigram_bits + 7) // 8 + 8)
    words_at = offset + trigrams_at // 8 + ((1 + n_trigrams) * trigram_bits + 7) // 8 + 8

    starts = unigrams["next"].astype(np.int64)
    n_bigrams = int(starts[n_words])  # duplicates are dropped when the file is made, so the count is an upper bound
    at = np.arange(n_bigrams, dtype=np.int64) * bigram_bits
    bigram_previous = _bits(packed, at, word_bits)
    bigram_backoff = middle_backoff[_bits(packed, at + word_bits, QUANTISED_BITS)]
    bigram_prob = middle_prob[_bits(packed, at + word_bits + QUANTISED_BITS, QUANTISED_BITS)]
    trigram_start = np.append(_bits(packed, at + word_bits + 2 * QUANTISED_BITS, next_bits), n_trigrams)
    trigram_start = np.minimum.accumulate(trigram_start[::-1])[::-1]

    at = trigrams_at + np.arange(n_trigrams, dtype=np.int64) * trigram_bits
    trigram_oldest = _bits(packed, at, word_bits)
    trigram_prob = longest_prob[_bits(packed, at + word_bits, QUANTISED_BITS)]

    bigram_newest = np.repeat(np.arange(n_words), np.diff(starts[: n_words + 1]))
    parent = np.repeat(np.arange(n_bigrams), np.diff(trigram_start))
    words = data[words_at + 4 :].decode("utf-8", errors="replace").split("\0")[:n_words]
    if len(words) != n_words or len(parent) != n_trigrams:
        raise ValueError("counts do not match")
    return NGrams(
        words=words,
        unigram_logprob=_natural(unigrams["prob"][:n_words]),
        unigram_backoff=_natural(unigrams["backoff"][:n_words]),
        bigrams=np.stack([bigram_previous, bigram_newest], axis=1),
        bigram_logprob=_natural(bigram_prob),
        bigram_backoff=_natural(bigram_backoff),
        trigrams=np.stack([trigram_oldest, bigram_previous[parent], bigram_newest[parent]], axis=1),
        trigram_logprob=_natural(trigram_prob),
    )


def _natural(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return (values * LOG_BASE).astype(np.float32)


def _bits(packed: NDArray[np.uint8], position: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """Unsigned little-endian integers of `width` bits (at most 32) that start at bit `position`."""
    byte = position >> 3
    value = np.zeros(len(position), np.uint64)
    for k in range(5):
        value |= packed[byte + k].astype(np.uint64) << np.uint64(8 * k)
    shifted = value >> (position & 7).astype(np.uint64)
    return (shifted & np.uint64((1 << width) - 1)).astype(np.int64)
