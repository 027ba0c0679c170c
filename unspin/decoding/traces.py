"""What a blind substitution leaves behind: an article that no longer fits, and the author's own phrase elsewhere in the text."""

from __future__ import annotations

from dataclasses import dataclass
from operator import eq

import numpy as np
from numpy.typing import NDArray

from unspin import grammar
from unspin.decoding.lattice import Arcs, Channel, Stream
from unspin.document import Document, running
from unspin.native import speedups

TRACES = (
    "article",  # before the span or in it: 1 if it does not fit the next word, and would with the candidate; -1 the other way round
    "bound",  # hyphens that bind the span to the words around: part of a word is seldom replaced
    "endings",  # whether span and candidate end in the same one
    "candidate_beside",  # how often the text has the candidate beside the same neighbour elsewhere
    "span_beside",  # the same of the span
)
ENDINGS = ("ing", "ed", "ly", "s")


def traces(
    doc: Document, stream: Stream, arcs: Arcs, spun: list[str], canonical: list[str], channel: Channel
) -> NDArray[np.float32]:
    """The evidence (n, len(TRACES)) of arcs, of which these are the texts."""
    wrong, (before, behind) = _wrong_articles(doc, stream, channel), doc.hyphens
    result = np.empty((len(arcs), len(TRACES)), np.float32)
    if speedups:
        words = stream.ids, stream.at, *channel.phrases, channel.takes_an, wrong, before, behind
        columns = arcs.first, arcs.last, arcs.canonical, result, spun, canonical
        model = channel.model
        speedups.traces(*words, *columns, ENDINGS, len(model.words), model.unknown, *channel.articles)
        return result
    edges = Edges.of(stream, arcs, channel)
    alike = np.fromiter(map(eq, map(_ending, spun), map(_ending, canonical)), np.bool_, len(arcs))
    for i, column in enumerate(
        (
            _article(wrong, arcs, edges, channel),
            1 * before[arcs.first] + behind[arcs.last - 1],
            alike,
            *_beside(stream, edges, channel),
        )
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


def _ending(text: str) -> str:
    """In which of the endings a text ends, "" if in none."""
    return next(filter(text.endswith, ENDINGS), "")


def _wrong_articles(doc: Document, stream: Stream, channel: Channel) -> NDArray[np.bool_]:
    """Which words (n) are an article that does not fit the next."""
    a, an = channel.articles
    wrong = np.zeros(len(doc), np.bool_)
    words = stream.ids[stream.at[:-1]]
    for i in np.flatnonzero((words == a) | (words == an)).tolist():
        wrong[i] = grammar.indefinite_article(doc.word(i + 1)) != doc.keys[i]
    return wrong


def _article(wrong: NDArray[np.bool_], arcs: Arcs, edges: Edges, channel: Channel) -> NDArray[np.int8]:
    a, an = channel.articles
    before = running(wrong)
    result: NDArray[np.int8] = (before[arcs.last - 1] - before[np.maximum(arcs.first - 1, 0)]).astype(np.int8)
    behind_one = np.flatnonzero((edges.before == a) | (edges.before == an))
    result[behind_one] -= channel.takes_an[arcs.canonical[behind_one]] != (edges.before[behind_one] == an)
    return result


def _beside(stream: Stream, edges: Edges, channel: Channel) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """How often the text has a new neighbour's pair with the candidate (n), and how often elsewhere with the span (n)."""
    words, unknown = np.int64(len(channel.model.words)), channel.model.unknown
    text = stream.ids
    pairs = np.sort(text[:-1] * words + text[1:])
    first = np.stack((edges.before, edges.candidate_last, edges.before, edges.span_last))
    second = np.stack((edges.candidate_first, edges.after, edges.span_first, edges.after))
    asked = first * words + second
    count = np.searchsorted(pairs, asked, "right") - np.searchsorted(pairs, asked, "left")
    count[(first == unknown) | (second == unknown)] = 0
    count[2:] = np.maximum(count[2:] - 1, 0)  # elsewhere
    left, right = edges.candidate_first != edges.span_first, edges.candidate_last != edges.span_last
    return left * count[0] + right * count[1], left * count[2] + right * count[3]
