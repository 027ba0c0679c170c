"""Figures over many documents: precision, recall and F0.5 with confidence intervals, false alarms, AUC, reliability."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from unspin.evaluation.matching import match
from unspin.evaluation.pairs import Pair
from unspin.findings import Report, Tier

SEED = 20170405
RESAMPLES = 1000
CONFIDENCE = 0.95
BETA = 0.5  # precision counts twice as much as recall: a wrong repair damages a text, a missed one leaves it as it was
BINS = (0.0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)

Floats = NDArray[np.float64]
Figure = Callable[[Floats], Floats]
"""Sums over documents (n, k) → figures (n)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % bootstrap interval over documents; nan where it is undefined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Under one criterion: `right` of `edits` edits are correct, `reached` of `gold` gold edits were reached."""

    edits: int
    right: int
    gold: int
    reached: int
    precision: Estimate
    recall: Estimate
    f: Estimate


@dataclass(frozen=True, slots=True)
class Bin:
    """The findings whose confidence lies in [low, high): how confident they were, and how many were right."""

    low: float
    high: float
    findings: int
    confidence: float
    exact: float


@dataclass(frozen=True, slots=True)
class Counts:
    """One document at one tier, as (edits, right, gold, reached) under the exact and the detection criterion."""

    exact: tuple[int, int, int, int]
    detection: tuple[int, int, int, int]


@dataclass
class Evaluation:
    """Collects analysed documents, then answers for the figures."""

    documents: int = 0
    clean_documents: int = 0
    clean_words: int = 0
    _counts: dict[Tier, list[Counts]] = field(default_factory=lambda: defaultdict(list))
    _alarms: dict[Tier, list[int]] = field(default_factory=lambda: defaultdict(list))
    _clean_sizes: list[int] = field(default_factory=list)
    _codes: dict[tuple[Tier, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    _rates: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    _confidences: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, pair: Pair, report: Report) -> None:
        """Count one document."""
        self._rates[pair.clean].append(report.spin_rate)
        if pair.clean:
            self.clean_documents += 1
            self.clean_words += report.words
            self._clean_sizes.append(report.words)
            for tier in Tier:
                self._alarms[tier].append(len(report.edits(tier)))
            return
        self.documents += 1
        for tier in Tier:
            edits = report.edits(tier)
            found = match(report.text, edits, pair.gold)
            gold = len(pair.gold)
            self._counts[tier].append(
                Counts(
                    (len(edits), sum(found.exact), gold, sum(found.restored)),
                    (len(edits), sum(found.detected), gold, sum(found.found)),
                )
            )
            for edit, exact, detected in zip(edits, found.exact, found.detected, strict=True):
                code = self._codes[tier, edit.code]
                code[0] += 1
                code[1] += exact
                code[2] += detected
            if tier is Tier.POSSIBLE:
                self._confidences += ((edit.confidence, exact) for edit, exact in zip(edits, found.exact, strict=True))

    def exact(self, tier: Tier) -> Quality:
        """Edits of the tier and the safer ones: do they restore the original wording?"""
        return _quality([counts.exact for counts in self._counts[tier]])

    def detection(self, tier: Tier) -> Quality:
        """Edits of the tier and the safer ones: do they point at spun text?"""
        return _quality([counts.detection for counts in self._counts[tier]])

    def codes(self, tier: Tier) -> dict[str, tuple[int, int, int]]:
        """(edits, exact, detected) by code, at a tier. Gold edits have no code, so there is no recall."""
        return {code: (c[0], c[1], c[2]) for (at, code), c in sorted(self._codes.items()) if at is tier}

    def alarms(self, tier: Tier) -> tuple[int, Estimate]:
        """False alarms on clean documents: how many, and how many in 100,000 words."""
        table = np.array([self._alarms[tier], self._clean_sizes], np.float64).T.reshape(-1, 2)
        return int(table[:, 0].sum()), _estimate(table, lambda sums: 1e5 * _ratio(sums[:, 0], sums[:, 1]))

    def auc(self) -> float:
        """The probability that a spun document has a higher spin rate than a clean one; nan without both."""
        return auc(self._rates[False], self._rates[True])

    def reliability(self) -> list[Bin]:
        """Confidence against the share of exact edits, on spun documents, over all tiers; empty bins are left out."""
        bins = []
        for low, high in pairwise(BINS):
            inside = [(c, exact) for c, exact in self._confidences if low <= c < high or (c == high == 1.0)]
            if inside:
                confidence, exact = np.mean(np.array(inside, np.float64), axis=0)
                bins.append(Bin(low, high, len(inside), float(confidence), float(exact)))
        return bins


def auc(positive: Sequence[float] | Floats, negative: Sequence[float] | Floats) -> float:
    """Area under the ROC curve by the Mann-Whitney statistic; ties count half. Nan without any of either."""
    if not len(positive) or not len(negative):
        return float("nan")
    ordered = np.sort(np.array(negative, np.float64))
    values = np.array(positive, np.float64)
    below, not_above = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return float(np.mean(below + not_above) / (2 * len(ordered)))


def _quality(rows: Sequence[tuple[int, int, int, int]]) -> Quality:
    table = np.array(rows, np.float64).reshape(-1, 4)
    edits, right, gold, reached = (int(total) for total in table.sum(axis=0))
    return Quality(
        edits,
        right,
        gold,
        reached,
        _estimate(table, lambda sums: _ratio(sums[:, 1], sums[:, 0])),
        _estimate(table, lambda sums: _ratio(sums[:, 3], sums[:, 2])),
        _estimate(table, _f),
    )


def _f(sums: Floats) -> Floats:
    """F-beta of sums (n, 4): van Rijsbergen 1979. 0 when nothing was right, also when nothing was edited."""
    precision = np.nan_to_num(_ratio(sums[:, 1], sums[:, 0]))
    recall = _ratio(sums[:, 3], sums[:, 2])
    divisor = BETA**2 * precision + recall
    return np.where(divisor > 0, (1 + BETA**2) * precision * recall / np.where(divisor > 0, divisor, 1), recall * 0)


def _ratio(part: Floats, whole: Floats) -> Floats:
    result: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return result


def _estimate(table: Floats, figure: Figure) -> Estimate:
    """The figure of all documents (rows), and its percentile interval over resamples of them (Efron 1979)."""
    if not len(table):
        return Estimate(float("nan"), float("nan"), float("nan"))
    value = float(figure(table.sum(axis=0, keepdims=True))[0])
    random = np.random.default_rng(SEED)
    share = np.full(len(table), 1 / len(table))
    sums = np.array([random.multinomial(len(table), share) @ table for _ in range(RESAMPLES)])
    resampled = figure(sums)
    resampled = resampled[~np.isnan(resampled)]
    if not len(resampled):
        return Estimate(value, float("nan"), float("nan"))
    low, high = np.quantile(resampled, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(value, float(low), float(high))
