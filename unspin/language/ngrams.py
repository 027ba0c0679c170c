"""N-gram statistics as plain arrays: what every model file is read into."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class NGrams:
    """A back-off model of order three (Katz 1987), natural logarithms throughout.

    `bigrams` has shape (n, 2) and `trigrams` shape (m, 3); both hold word ids in reading order, and an id is an index
    into `words`. Back-off weights belong to the context: `bigram_backoff[i]` is the weight of the history `bigrams[i]`.
    """

    words: list[str]
    unigram_logprob: NDArray[np.float32]
    unigram_backoff: NDArray[np.float32]
    bigrams: NDArray[np.int64]
    bigram_logprob: NDArray[np.float32]
    bigram_backoff: NDArray[np.float32]
    trigrams: NDArray[np.int64]
    trigram_logprob: NDArray[np.float32]
