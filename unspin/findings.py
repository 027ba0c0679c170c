"""What the analysis of a text says: findings with ranked suggestions, and the edits that follow from them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property


class Tier(str, Enum):
    """How safe it is to write a finding's first suggestion.

    Tiers promise a precision, measured over all of their findings and the safer ones: safe 0.98, likely 0.90. A possible finding is
    more likely right than wrong. The confidence at which a tier begins is part of the calibration.
    """

    SAFE = "safe"
    LIKELY = "likely"
    POSSIBLE = "possible"

    def includes(self, other: Tier) -> bool:
        """Whether a finding of tier `other` is written or shown when this tier is asked for."""
        order = list(Tier)
        return order.index(other) <= order.index(self)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A canonical rewrite of a finding's span, in the case of the text, with its probability of being the original."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a span was judged spun: log-likelihood ratios (nats) of the first suggestion against the text as it stands.

    `lm`: the language model's; `channel`: how readily spinners write the span for it; `spin_rate`: of the document.
    """

    lm: float
    channel: float
    spin_rate: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A span judged spun. `start` and `end` are code points of the text; `suggestions` are ranked, at least one."""

    code: str
    entry: str
    start: int
    end: int
    text: str
    suggestions: tuple[Suggestion, ...]
    tier: Tier
    evidence: Evidence

    @property
    def confidence(self) -> float:
        """The probability that the first suggestion is what the author wrote."""
        return self.suggestions[0].confidence

    @property
    def edit(self) -> Edit:
        """The edit that writes the first suggestion."""
        return Edit(self.start, self.end, self.text, self.suggestions[0].text, self.code, self.entry, self.confidence, self.tier)


@dataclass(frozen=True, slots=True)
class Edit:
    """The replacement of `before` at [start, end) by `after`."""

    start: int
    end: int
    before: str
    after: str
    code: str
    entry: str
    confidence: float
    tier: Tier


@dataclass(frozen=True)
class Report:
    """The analysis of one text.

    `spin_rate` is the estimated share of spinnable words that were substituted (0-1), `probability` that the document is spun at
    all (0-1). Findings are in order and never overlap.
    """

    text: str
    words: int
    spin_rate: float
    probability: float
    findings: tuple[Finding, ...]

    @property
    def spun(self) -> bool:
        """Whether the document is more likely spun than not."""
        return self.probability >= 0.5

    def at(self, tier: Tier) -> Iterator[Finding]:
        """The findings of this tier and the safer ones."""
        return (finding for finding in self.findings if tier.includes(finding.tier))

    def edits(self, tier: Tier = Tier.SAFE) -> tuple[Edit, ...]:
        """The edits of this tier and the safer ones, in order."""
        return tuple(finding.edit for finding in self.at(tier))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (both from 1, in code points) of an offset."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1) without its newline."""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] if number < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(i + 1 for i, character in enumerate(self.text) if character == "\n")]


@dataclass(frozen=True, slots=True)
class Repair:
    """A repaired text, the edits that lead there from the text of `report`, and that report.

    `left` counts the findings of the tier that could not be written without breaking a layout.
    """

    text: str
    edits: tuple[Edit, ...]
    report: Report
    left: int = 0
