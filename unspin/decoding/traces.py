"""What a blind substitution leaves behind: an article that no longer fits, and the author's own phrase elsewhere in the text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from unspin import grammar
from unspin.decoding.lattice import Arcs, Channel, Stream
from unspin.document import Document, running

TRACES = (
    "article",  # before the span or in it: 1 if it does not fit the next word, and would with the candidate; -1 the other way round
    "bound",  # hyphens that bind the span to the words around: part of a word is seldom replaced
    "endings",  # whether span and candidate end in the same one
    "candidate_beside",  # how often the text has the candidate beside the same neighbour elsewhere
    "span_beside",  # the same of the span
)
ENDINGS = ("ing", "ed", "ly", "s")
ENDINGS_CACHE = 1 << 14  # pairs of texts


def traces(
    doc: Document, stream: Stream, arcs: Arcs, spun: list[str], canonical: list[str], channel: Channel
) -> NDArray[np.float32]:
    """The evidence (n, len(TRACES)) of arcs, of which these are the texts."""
    edges = Edges.of(stream, arcs, channel)
    alike = np.fromiter(map(_alike, spun, canonical), np.bool_, len(arcs))
    result = np.empty((len(arcs), len(TRACES)), np.float32)
    for i, column in enumerate(
        (_article(doc, stream, arcs, edges, channel), _bound(doc, arcs), alike, *_beside(stream, edges, channel))
    ):
        result[:, i] = column
    return result


@dataclass(frozen=True, slots=True)
class Edges:
    """Ids (n each) of the words `before` and `after` arcs, and of the first and the last word of the candidate and of the span."""

    before: NDArray[np.int32]
    after: NDArray[np.int32]
    candidate_first: NDArray[np.int32]
    candidate_last: NDArray[np.int32]
    span_first: NDArray[np.int32]
    span_last: NDArray[np.int32]

    @classmethod
    def of(cls, stream: Stream, arcs: Arcs, channel: Channel) -> Edges:
        """The edges of arcs of a text."""
        first, last = stream.at[arcs.first], stream.at[arcs.last - 1]
        begins, ids = channel.begins, channel.ids
        candidate = ids[begins[arcs.canonical]], ids[begins[arcs.canonical + 1] - 1]
        return cls(stream.ids[first - 1], stream.ids[last + 1], *candidate, stream.ids[first], stream.ids[last])


@lru_cache(ENDINGS_CACHE)
def _alike(one: str, other: str) -> bool:
    """Whether two texts end in the same ending, or both in none."""
    return all(one.endswith(ending) == other.endswith(ending) for ending in ENDINGS)


def _article(doc: Document, stream: Stream, arcs: Arcs, edges: Edges, channel: Channel) -> NDArray[np.int8]:
    a, an = channel.articles
    wrong = np.zeros(len(doc), np.bool_)
    words = stream.ids[stream.at[:-1]]
    for i in np.flatnonzero((words == a) | (words == an)).tolist():
        wrong[i] = grammar.indefinite_article(doc.word(i + 1)) != doc.keys[i]
    before = running(wrong)
    result: NDArray[np.int8] = (before[arcs.last - 1] - before[np.maximum(arcs.first - 1, 0)]).astype(np.int8)
    behind_one = np.flatnonzero((edges.before == a) | (edges.before == an))
    result[behind_one] -= channel.takes_an[arcs.canonical[behind_one]] != (edges.before[behind_one] == an)
    return result


def _bound(doc: Document, arcs: Arcs) -> NDArray[np.int8]:
    """The hyphens right before and right behind each arc (n)."""
    starts, ends, text = doc.starts, doc.ends, doc.text
    hyphens = (
        (text[starts[first] - 1 : starts[first]] == "-") + (text[ends[last - 1] : ends[last - 1] + 1] == "-")
        for first, last in zip(arcs.first.tolist(), arcs.last.tolist(), strict=True)
    )
    return np.fromiter(hyphens, np.int8, len(arcs))


def _beside(stream: Stream, edges: Edges, channel: Channel) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """How often the text has a new neighbour's pair with the candidate (n), and how often elsewhere with the span (n)."""
    words, unknown = np.int64(len(channel.model.words)), channel.model.unknown
    text = stream.ids
    pairs = np.sort(text[:-1] * words + text[1:])

    def count(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.intp]:
        asked = first * words + second
        found = np.searchsorted(pairs, asked, "right") - np.searchsorted(pairs, asked, "left")
        return np.where((first == unknown) | (second == unknown), 0, found)

    left, right = edges.candidate_first != edges.span_first, edges.candidate_last != edges.span_last
    candidate = left * count(edges.before, edges.candidate_first) + right * count(edges.candidate_last, edges.after)
    span = left * np.maximum(count(edges.before, edges.span_first) - 1, 0)
    span += right * np.maximum(count(edges.span_last, edges.after) - 1, 0)
    return candidate, span
