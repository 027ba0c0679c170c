"""A second opinion: a neural model reads each contested place with and without the edit, and both models' votes are combined."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.lattice import Arcs
from unspin.decoding.selection import RATE_FLOOR, select
from unspin.document import Document
from unspin.lexicon.lexicon import Lexicon
from unspin.neural.causal import CausalModel
from unspin.rewriting import rewrite

FILE = "rescoring.json"
NAMES = (
    "confidence",  # of the first model, log-odds
    "gain",  # log-likelihood ratio of the neural model, nats
    "fluency",  # how probable the text is as it stands, nats by character
    "spin_rate",  # log
    "lead",  # gain ahead of the next candidate of the place
    "growth",  # characters more than the text as it stands, by ten
)
CONTESTED = 0.1  # confidence from which a place is judged
CERTAIN = 0.9  # and from which its rivals are not
RIVALS = 2  # candidates of a place that are judged
SETTLED = 0.65  # other edits of this confidence are made in the context first
BEFORE, AFTER = 8, 5  # words of context
REACH = 300, 150  # code points in which they are looked for
LIMIT = 1000  # places in one block of text; of more, the least confident are not judged, and don't stand
NO_RIVAL = 20.0  # nats
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
    def texts(self) -> tuple[str, ...]:
        """The place as it stands and then with each candidate, in its context."""
        return tuple(self.before + reading + self.after for reading in (self.stands, *self.readings))


@dataclass(frozen=True, slots=True)
class Weights:
    """The log-linear combination, and the cuts of the tiers for it."""

    bias: float
    by_name: Mapping[str, float]
    cuts: dict[str, float]

    def confidence(self, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability (n) that a candidate is right, for evidence of shape (n, len(NAMES))."""
        logit = self.bias + evidence @ np.array([self.by_name[name] for name in NAMES])
        result: NDArray[np.float64] = 1 / (1 + np.exp(-logit))
        return result


@dataclass(slots=True)
class Judge:
    """Judges with the model in `folder`, which is loaded at the first contested place. `decisions` counts candidates judged."""

    folder: Path
    decisions: int = 0
    seconds: float = 0.0
    _model: CausalModel | None = field(default=None, repr=False)

    @property
    def model(self) -> CausalModel:
        """The neural model. ModelError if it cannot be loaded."""
        if self._model is None:
            self._model = CausalModel(self.folder)
        return self._model

    @property
    def cuts(self) -> dict[str, float]:
        """The confidence from which each tier begins."""
        return load().cuts

    def judged(
        self, doc: Document, arcs: Arcs, confidence: NDArray[np.float64], spin_rate: float, lexicon: Lexicon
    ) -> NDArray[np.float64]:
        """Confidences (n) after the second opinion. Candidates that were not asked about don't stand."""
        found = places(doc, arcs, confidence, lexicon)
        result = np.zeros(len(arcs))
        if not found:
            return result
        index, evidence = self.evidence(found, confidence, spin_rate)
        result[index] = load().confidence(evidence)
        best = {place.arcs[0]: max(result[list(place.arcs)]) for place in found}
        by_span = {(int(arcs.first[i]), int(arcs.last[i])): value for i, value in best.items()}
        asked = set(index)
        for i in range(len(arcs)):  # rivals of a judged place are shown, but cannot win
            value = by_span.get((int(arcs.first[i]), int(arcs.last[i])))
            if value is not None and i not in asked:
                result[i] = min(confidence[i], 0.99 * value)
        return result

    def evidence(
        self, found: Sequence[Place], confidence: NDArray[np.float64], spin_rate: float
    ) -> tuple[list[int], NDArray[np.float64]]:
        """The arcs judged (n), and what both models say of each (n, len(NAMES))."""
        from time import perf_counter

        started = perf_counter()
        logprob = iter(self.model.logprob([text for place in found for text in place.texts]))
        self.seconds += perf_counter() - started
        index: list[int] = []
        rows: list[list[float]] = []
        for place in found:
            stands = float(next(logprob))
            gains = [float(next(logprob)) - stands for _ in place.arcs]
            fluency = stands / max(len(place.texts[0]), 1)
            for k, (arc, reading) in enumerate(zip(place.arcs, place.readings, strict=True)):
                first = float(np.clip(confidence[arc], 1e-4, 1 - 1e-4))
                lead = gains[k] - max((gain for j, gain in enumerate(gains) if j != k), default=-NO_RIVAL)
                index.append(arc)
                rows.append(
                    [
                        np.log(first / (1 - first)),
                        gains[k],
                        fluency,
                        np.log(spin_rate + RATE_FLOOR),
                        lead,
                        (len(reading) - len(place.stands)) / 10,
                    ]
                )
        self.decisions += len(index)
        return index, np.array(rows)


def places(doc: Document, arcs: Arcs, confidence: NDArray[np.float64], lexicon: Lexicon) -> list[Place]:
    """What is worth asking about, the most confident places first."""
    chosen = select(arcs, confidence, CONTESTED)[:LIMIT]
    edits = {i: rewrite(doc, arcs, i, lexicon) for i in chosen}
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
            low, high, reading = rewrite(doc, arcs, j, lexicon)
            if (low, high) == (start, end):
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
def load() -> Weights:
    """The weights that ship with unspin."""
    data = json.loads((resources.files("unspin.neural") / FILE).read_text(encoding="utf-8"))
    if tuple(data["weights"]) != NAMES:
        raise ValueError("the rescoring was fitted for other evidence; run benchmarks/fit_rescoring.py")
    return Weights(data["bias"], data["weights"], data["cuts"])
