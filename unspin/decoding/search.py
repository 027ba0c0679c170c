"""The best reading and the posteriors of islands: places so near each other that one's words are the other's context.

A trigram model looks two words back, so two spans with two fixed words between them don't interact, and a sentence falls into islands.
An island of one place is solved in closed form (see `spin_rate`). Here are the others: a lattice whose states are the last two words,
Viterbi for the best path, forward-backward (Rabiner 1989, eq. 19-27) for each arc's posterior.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.lattice import NO_WORD, PAD, Arcs, Channel, Stream
from unspin.native import speedups

MAX_STATES = 48  # states kept at one position


@dataclass(slots=True)
class Edge:
    """One step of a lattice: from a state, over an arc (-1: the word as it stands), to a state."""

    source: int
    target: int
    arc: int
    queries: range
    prior: float
    weight: float = 0.0


@dataclass(slots=True)
class Island:
    """The lattice of the words `first` to `last`; states are numbered in topological order, 0 is the entry, the last the exit."""

    first: int
    last: int
    edges: list[Edge] = field(default_factory=list)
    n_states: int = 0


def islands_of(arcs: Arcs, index: NDArray[np.intp], stream: Stream) -> list[list[int]]:
    """Group the arcs at `index` so that between two groups at least two places are fixed; sentences are further apart than that."""
    first, last = arcs.first[index], arcs.last[index]
    starts, stops, names = stream.at[first].tolist(), (stream.at[last - 1] + 1).tolist(), index.tolist()
    groups: list[list[int]] = []
    reach = -PAD
    for i in np.lexsort((last, first)).tolist():
        if starts[i] >= reach + PAD or not groups:
            groups.append([])
        groups[-1].append(names[i])
        reach = max(reach, stops[i])
    return groups


def solve(
    groups: list[list[int]], arcs: Arcs, prior: NDArray[np.floating], beta: float, stream: Stream, channel: Channel
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Each arc's posterior (n) and whether it is on the best path (n), for the arcs in `groups`; the others' are 0 and False.

    `prior` (n): an arc's log-odds without the language model, which weighs `beta`.
    """
    posterior = np.zeros(len(arcs))
    best = np.zeros(len(arcs), np.bool_)
    if speedups:
        owner = np.where(arcs.possessive, channel.possessive_id(arcs.canonical), NO_WORD)
        ends = np.cumsum([0, *map(len, groups)]).astype(np.int32)
        members = np.array([arc for group in groups for arc in group], np.int32)
        candidates = arcs.first, arcs.last, arcs.canonical, owner, *channel.phrases, prior.astype(np.float64)
        settings = beta, MAX_STATES
        speedups.islands(*channel.model.tables, stream.ids, stream.at, *candidates, ends, members, posterior, best, *settings)
        return posterior, best
    builder = _Builder(arcs, prior, stream, channel)
    islands = [builder.build(group) for group in groups]
    logprob = builder.logprob()
    for island in islands:
        for edge in island.edges:
            edge.weight = edge.prior + beta * _sum(logprob[k] for k in edge.queries)
        _forward_backward(island, posterior)
        _viterbi(island, best)
    return posterior, best


class _Builder:
    """Builds lattices and gathers the language model's questions, to ask them all at once."""

    def __init__(self, arcs: Arcs, prior: NDArray[np.floating], stream: Stream, channel: Channel):
        self.arcs = arcs
        self.prior = prior
        self.stream = stream
        self.channel = channel
        self.ids = stream.ids
        self.queries: list[tuple[int, int, int]] = []

    def logprob(self) -> list[float]:
        if not self.queries:
            return []
        answer: list[float] = self.channel.model.chain(np.array(self.queries, np.int32)[:, ::-1])[:, 0].tolist()
        return answer

    def build(self, group: list[int]) -> Island:
        arcs, ids, at = self.arcs, self.ids, self.stream.at
        first = int(min(arcs.first[i] for i in group))
        last = int(max(arcs.last[i] for i in group))
        island = Island(first, last)
        by_start: dict[int, list[int]] = {}
        for i in group:
            by_start.setdefault(int(arcs.first[i]), []).append(i)
        start = int(at[first])
        frontier: dict[int, dict[tuple[int, int], int]] = {first: {(int(ids[start - 2]), int(ids[start - 1])): 0}}
        count = 1
        for position in range(first, last):
            states = frontier.pop(position, {})
            steps: list[tuple[int, tuple[int, ...], int]] = [(position + 1, (int(ids[at[position]]),), -1)]
            steps += [(int(arcs.last[i]), self._words(i), i) for i in by_start.get(position, ())]
            for state, source in list(states.items())[:MAX_STATES]:
                for target_position, words, arc in steps:
                    history, queries = self._ask(state, words)
                    targets = frontier.setdefault(target_position, {})
                    if history not in targets:
                        targets[history] = count
                        count += 1
                    prior = float(self.prior[arc]) if arc >= 0 else 0.0
                    island.edges.append(Edge(source, targets[history], arc, queries, prior))
        after = int(at[last - 1]) + 1
        tail = (int(ids[after]), int(ids[after + 1]))
        for state, source in frontier[last].items():
            _, queries = self._ask(state, tail)
            island.edges.append(Edge(source, count, -1, queries, 0.0))
        island.n_states = count + 1
        return island

    def _words(self, arc: int) -> tuple[int, ...]:
        canonical = self.arcs.canonical[arc]
        begin, end = self.channel.begins[canonical : canonical + 2]
        words = tuple(self.channel.ids[begin:end].tolist())
        return (*words[:-1], int(self.channel.possessive_id(canonical))) if self.arcs.possessive[arc] else words

    def _ask(self, state: tuple[int, int], words: tuple[int, ...]) -> tuple[tuple[int, int], range]:
        begin = len(self.queries)
        oldest, middle = state
        for word in words:
            self.queries.append((word, middle, oldest))
            oldest, middle = middle, word
        return (oldest, middle), range(begin, len(self.queries))


def _forward_backward(island: Island, posterior: NDArray[np.float64]) -> None:
    incoming, outgoing, order = _steps(island)
    n = island.n_states
    alpha = [-math.inf] * n
    alpha[0] = 0.0
    for state in order[1:]:
        alpha[state] = _logsum([alpha[edge.source] + edge.weight for edge in incoming[state]])
    beta = [-math.inf] * n
    beta[n - 1] = 0.0
    for state in reversed(order[:-1]):
        beta[state] = _logsum([edge.weight + beta[edge.target] for edge in outgoing[state]])
    total = alpha[n - 1]
    for edge in island.edges:
        if edge.arc >= 0:
            posterior[edge.arc] += math.exp(alpha[edge.source] + edge.weight + beta[edge.target] - total)


def _viterbi(island: Island, best: NDArray[np.bool_]) -> None:
    incoming, _, order = _steps(island)
    n = island.n_states
    value = [-math.inf] * n
    value[0] = 0.0
    through: list[Edge | None] = [None] * n
    for state in order[1:]:
        for edge in incoming[state]:
            if value[edge.source] + edge.weight > value[state]:
                value[state] = value[edge.source] + edge.weight
                through[state] = edge
    state = n - 1
    while (step := through[state]) is not None:
        if step.arc >= 0:
            best[step.arc] = True
        state = step.source


def _steps(island: Island) -> tuple[list[list[Edge]], list[list[Edge]], list[int]]:
    """Each state's edges in and out, and the states in topological order."""
    incoming: list[list[Edge]] = [[] for _ in range(island.n_states)]
    outgoing: list[list[Edge]] = [[] for _ in range(island.n_states)]
    for edge in island.edges:
        incoming[edge.target].append(edge)
        outgoing[edge.source].append(edge)
    unread = [len(edges) for edges in incoming]
    order = [0]
    for state in order:
        for edge in outgoing[state]:
            unread[edge.target] -= 1
            if not unread[edge.target]:
                order.append(edge.target)
    return incoming, outgoing, order


def _logsum(values: list[float]) -> float:
    highest = max(values, default=-math.inf)
    if highest == -math.inf:
        return highest
    return highest + math.log(_sum(math.exp(value - highest) for value in values))


def _sum(values: Iterable[float]) -> float:
    """The sum, one by one: `sum` rounds otherwise from Python 3.12 on."""
    total = 0.0
    for value in values:
        total += value
    return total
