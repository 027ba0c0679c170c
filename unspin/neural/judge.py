"""A second opinion: a neural model reads each contested place with and without the edit, and trees weigh its votes with all that the first
engine knows of the candidate."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.calibration import Forest, Scale
from unspin.decoding.decoder import Decoding
from unspin.decoding.features import FIRST, OWN, narrowed, own, texts
from unspin.decoding.gate import SHORT
from unspin.decoding.lattice import Arcs, Channel
from unspin.decoding.selection import RATE_FLOOR, Spans, select, substituted_share
from unspin.document import Document
from unspin.lexicon.lexicon import Lexicon
from unspin.neural.causal import CausalModel
from unspin.rewriting import Rewriter

FILE, TREES = "rescoring.json", "rescoring.npz"
VOTES = (
    "confidence",  # of the first engine, log-odds
    "gain",  # log-likelihood ratio of the neural model, nats: that of the place itself and of the words after it
    "place_gain",
    "after_gain",
    "stands",  # the log-likelihood of the place as it stands, nats
    "reads",  # and of the candidate
    "fluency",  # how probable the text is as it stands, nats by character
    "spin_rate",  # log, by the first engine's confidences
    "lead",  # gain ahead of the next candidate of the place
    "growth",  # characters more than the text as it stands, by ten
)
OTHERS = (
    "pair_judged",  # other places of the text that were judged for the same pair
    "pair_gain",  # their mean gain
    "text_gain",  # the mean gain of all other candidates that were judged
    "text_improved",  # the share of them that read clearly better
)
NAMES = (*VOTES, *FIRST, *OWN, *OTHERS)
MONOTONIC = frozenset(("confidence", "gain", "place_gain", "after_gain", "spin_rate", "lead"))
"""Votes of which more can only mean more confidence."""
CONTESTED, CONTESTED_IN_SHORT = 0.15, 0.1  # confidence from which a place is judged
CERTAIN = 0.9  # and from which its rivals are not
RIVALS = 2  # candidates of a place that are judged
WORTH_JUDGING = 0.04  # a rival's confidence
SETTLED = 0.65  # other edits of this confidence are made in the context first
BEFORE, AFTER = 8, 4  # words of context
REACH = 300, 150  # code points in which they are looked for
LIMIT = 200  # places in one block of text; of more, the least confident are not judged, and don't stand
NO_RIVAL = 20.0  # nats
LARGEST_GAIN = 15.0  # nats; a greater one is no more evidence for other places
IMPROVED = 2.0  # nats
WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Place:
    """One contested place: its candidates, best first, as arcs and as texts, and the words around it."""

    arcs: tuple[int, ...]
    readings: tuple[str, ...]
    stands: str
    before: str
    after: str

    @property
    def texts(self) -> list[tuple[str, str, str]]:
        """The place as it stands and then with each candidate, between the words before and after."""
        return [(self.before, reading, self.after) for reading in (self.stands, *self.readings)]


@dataclass(frozen=True, slots=True)
class Rescoring:
    """The trees over NAMES, and what their confidences mean."""

    forest: Forest
    scale: Scale


@dataclass(slots=True)
class Judge:
    """Judges with the model in `folder`, which is loaded at the first contested place. `decisions` counts candidates judged, `seconds`
    how long that took, in all threads."""

    folder: Path
    decisions: int = 0
    seconds: float = 0.0
    _model: CausalModel | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def model(self) -> CausalModel:
        """The neural model. ModelError if it cannot be loaded."""
        with self._lock:
            if self._model is None:
                self._model = CausalModel(self.folder)
            return self._model

    @property
    def scale(self) -> Scale:
        """What the confidences mean."""
        return load().scale

    def judged(
        self, doc: Document, decoding: Decoding, evidence: NDArray[np.float32], confidence: NDArray[np.float64], channel: Channel
    ) -> NDArray[np.float64]:
        """Confidences (n) after the second opinion on a decoding's arcs, of which the first look has `evidence` (n, len(FIRST)).
        Candidates that were not asked about don't stand."""
        arcs = decoding.arcs
        result = np.zeros(len(arcs))
        index, rows = self.evidence(doc, decoding, evidence, confidence, channel)
        if not len(index):
            return result
        result[index] = load().forest.confidence(rows)
        spans = [*zip(arcs.first.tolist(), arcs.last.tolist(), strict=True)]
        best: dict[tuple[int, int], float] = {}
        for i in index.tolist():
            best[spans[i]] = max(result[i], best.get(spans[i], 0.0))
        for i in np.setdiff1d(np.arange(len(arcs)), index).tolist():  # rivals of a judged place are shown, but cannot win
            if (value := best.get(spans[i])) is not None:
                result[i] = min(confidence[i], 0.99 * value)
        return result

    def evidence(
        self, doc: Document, decoding: Decoding, evidence: NDArray[np.float32], confidence: NDArray[np.float64], channel: Channel
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """The arcs judged (m), and all that is known of each (m, len(NAMES))."""
        found = places(doc, decoding.arcs, confidence, channel.lexicon)
        if not found:
            return np.zeros(0, np.intp), np.zeros((0, len(NAMES)), np.float32)
        index, votes = self.votes(found, confidence, substituted_share(decoding, confidence))
        arcs = narrowed(doc, decoding.arcs.take(index), channel.lexicon)
        spun, canonical = texts(doc, arcs, channel.lexicon)
        gain = np.clip(votes[:, VOTES.index("gain")], -LARGEST_GAIN, LARGEST_GAIN)
        parts = votes, evidence[index], own(decoding, arcs, spun, canonical, doc, channel), _others(spun, canonical, gain)
        return index, np.concatenate(parts, axis=1).astype(np.float32)

    def votes(
        self, found: Sequence[Place], confidence: NDArray[np.float64], spin_rate: float
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """The arcs judged (m), and what both models say of each (m, len(VOTES))."""
        from time import perf_counter

        started = perf_counter()
        logprob = iter(self.model.logprob([text for place in found for text in place.texts]).tolist())
        took = perf_counter() - started
        index: list[int] = []
        rows: list[tuple[float, ...]] = []
        for place in found:
            before, stands, after = next(logprob)
            fluency = (before + stands + after) / max(len(place.before + place.stands + place.after), 1)
            readings = [(middle, rest) for _, middle, rest in (next(logprob) for _ in place.arcs)]
            gains = [middle - stands + rest - after for middle, rest in readings]
            for k, (arc, reading, (middle, rest)) in enumerate(zip(place.arcs, place.readings, readings, strict=True)):
                first = float(np.clip(confidence[arc], 1e-4, 1 - 1e-4))
                lead = gains[k] - max((gain for j, gain in enumerate(gains) if j != k), default=-NO_RIVAL)
                growth = (len(reading) - len(place.stands)) / 10
                heard = gains[k], middle - stands, rest - after, stands, middle
                index.append(arc)
                rows.append((np.log(first / (1 - first)), *heard, fluency, np.log(spin_rate + RATE_FLOOR), lead, growth))
        with self._lock:
            self.seconds += took
            self.decisions += len(index)
        return np.array(index, np.intp), np.array(rows)


def _others(spun: list[str], canonical: list[str], gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """The evidence (m, len(OTHERS)) that the gains (m) of pairs of texts are for each other."""
    numbers: dict[tuple[str, str], int] = {}
    pair = np.array([numbers.setdefault(texts, len(numbers)) for texts in zip(spun, canonical, strict=True)])
    count, total = np.bincount(pair)[pair] - 1, np.bincount(pair, gain)[pair] - gain
    improved = (gain > IMPROVED).astype(np.float64)
    columns = count, total / np.maximum(count, 1), (gain.sum() - gain) / len(gain), (improved.sum() - improved) / len(gain)
    return np.stack(columns, axis=1)


def places(doc: Document, arcs: Arcs, confidence: NDArray[np.float64], lexicon: Lexicon) -> list[Place]:
    """What is worth asking about, the most confident places first."""
    chosen = select(arcs, confidence, CONTESTED if len(doc) >= SHORT else CONTESTED_IN_SHORT)[:LIMIT]
    rewriter = Rewriter(doc, Spans.of(arcs), lexicon)
    edits = {i: rewriter.rewrite(i) for i in chosen}
    settled = sorted(edits[i] for i in chosen if confidence[i] >= SETTLED)
    spans: dict[tuple[int, int], list[int]] = {(int(arcs.first[i]), int(arcs.last[i])): [] for i in chosen}
    for i in np.argsort(-confidence, kind="stable").tolist():
        if (span := (int(arcs.first[i]), int(arcs.last[i]))) in spans:
            spans[span].append(i)
    result = []
    for i in chosen:
        start, end, _ = edits[i]
        candidates: list[tuple[int, str]] = []
        for j in spans[int(arcs.first[i]), int(arcs.last[i])][: RIVALS if confidence[i] < CERTAIN else 1]:
            low, high, reading = rewriter.rewrite(j)
            if (low, high) == (start, end) and confidence[j] >= WORTH_JUDGING:
                candidates.append((j, reading))
        before = _edited(doc.text, max(0, start - REACH[0]), start, settled)
        after = _edited(doc.text, end, min(len(doc.text), end + REACH[1]), settled)
        numbers, readings = zip(*candidates, strict=True)
        result.append(Place(numbers, readings, doc.text[start:end], _last_words(before), _first_words(after)))
    return result


def _edited(text: str, start: int, end: int, edits: Sequence[tuple[int, int, str]]) -> str:
    """A part of the text with the edits that lie in it."""
    parts: list[str] = []
    position = start
    for low, high, after in edits:
        if start <= low and high <= end and low >= position:
            parts += text[position:low], after
            position = high
    return "".join([*parts, text[position:end]])


def _last_words(text: str) -> str:
    words = [*WORD.finditer(text)]
    return text[words[-BEFORE].start() :] if len(words) > BEFORE else text


def _first_words(text: str) -> str:
    words = [*WORD.finditer(text)]
    return text[: words[AFTER - 1].end()] if len(words) > AFTER else text


@lru_cache(maxsize=1)
def load() -> Rescoring:
    """The rescoring that ships with unspin. ValueError if it was fitted for other evidence than this version gathers."""
    folder = resources.files("unspin.neural")
    data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    if tuple(data["evidence"]) != NAMES:
        raise ValueError("the rescoring was fitted for other evidence; run benchmarks/fit_rescoring.py")
    with (folder / TREES).open("rb") as file, np.load(file) as trees:
        forest = Forest.of("rescoring", {name: trees[name] for name in trees.files})
    return Rescoring(forest, Scale.of(data))
