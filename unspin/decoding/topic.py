"""What a text is about: whether a candidate is nearer to the words around it than what stands there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.decoder import Decoding
from unspin.decoding.lattice import MAX_CANONICAL, Arcs, Channel
from unspin.language.vectors import STEP
from unspin.native import speedups

WINDOWS = {"2": 2, "4": 4, "12": 12, "40": 40, "text": None}
"""Words on either side that topic is judged by; None is all there are."""
TOPIC = tuple(f"{what}_{window}" for window in WINDOWS for what in ("topic", "topic_gain"))
"""How near the span's words are to those around it, and how much nearer the candidate's are; see `unspin.language.vectors`."""
COMMON_WORD, RARE_WORD = -6.0, 4.0  # log-probability from which a word says nothing of the topic, and how far below it says most
STEPS_OF_WEIGHT = 4  # by nat; in whole numbers sums are the same in any order


def topic(decoding: Decoding, arcs: Arcs, channel: Channel) -> NDArray[np.float32]:
    """The evidence (n, len(TOPIC)) of what the words around arcs are about: cosines with the mean of their vectors, in which rare words
    weigh most. 0 if one of the texts has no vector."""
    ids = decoding.stream.ids[decoding.stream.at]
    weight = np.rint(
        STEPS_OF_WEIGHT * np.minimum(np.maximum(COMMON_WORD - channel.model.unigram_logprob(ids), 0), RARE_WORD)
    ).astype(np.int64)
    reaches = [len(ids) if reach is None else reach for reach in WINDOWS.values()]
    if speedups:
        result = np.empty((len(arcs), len(TOPIC)), np.float32)
        vectors = channel.vectors, channel.has_vector, *channel.phrases
        spans = arcs.first, arcs.last, arcs.canonical
        speedups.topic(*vectors, ids, weight, *spans, np.array(reaches, np.int32), result, STEP)
        return result
    of_text = channel.vectors[ids].astype(np.int64)
    around, inside, number = (_running(rows) for rows in (of_text * weight[:, None], of_text, channel.has_vector[ids][:, None]))
    first, last = arcs.first, arcs.last
    spun, spun_words = inside[last] - inside[first], (number[last] - number[first])[:, 0]
    words = channel.words(arcs.canonical)
    counted = (np.arange(MAX_CANONICAL) < channel.length[arcs.canonical][:, None]) & channel.has_vector[words]
    canonical = (channel.vectors[words] * counted[:, :, None].astype(np.int64)).sum(axis=1)
    canonical_words = counted.sum(axis=1)
    known = (spun_words > 0) & (canonical_words > 0)
    columns = []
    for reach in reaches:
        low, high = np.maximum(first - reach, 0), np.minimum(last + reach, len(ids))
        context = (around[high] - around[low]) - (around[last] - around[first])
        length = np.sqrt((context * context).sum(axis=1).astype(np.float64))
        known_here = known & (length > 0)
        length[~known_here] = 1.0
        fit, other_fit = (
            STEP * ((vector * context).sum(axis=1).astype(np.float64) / (np.maximum(n, 1) * length))
            for vector, n in ((spun, spun_words), (canonical, canonical_words))
        )
        columns += [np.where(known_here, fit, 0.0), np.where(known_here, other_fit - fit, 0.0)]
    return np.stack(columns, axis=1).astype(np.float32)


def _running(rows: NDArray[Any]) -> NDArray[np.int64]:
    """The sums (n + 1, columns) of the rows before each."""
    result = np.zeros((len(rows) + 1, rows.shape[1]), np.int64)
    np.cumsum(rows, axis=0, out=result[1:])
    return result
