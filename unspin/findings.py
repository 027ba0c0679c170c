"""What the analysis of a text says: findings with ranked suggestions, and the edits that follow from them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NoReturn


class Tier(str, Enum):
    """How safe it is to write a finding's first suggestion.

    Tiers promise a precision, measured over all of their findings and the safer ones: safe 0.99, likely 0.895. A possible finding is
    more likely right than wrong. The confidence at which a tier begins is part of the calibration. Where a tier is wanted, its name
    does, too: `Tier("safe")`, "safe".
    """

    SAFE = "safe"
    LIKELY = "likely"
    POSSIBLE = "possible"

    def includes(self, other: Tier) -> bool:
        """Whether a finding of tier `other` is written or shown when this tier is asked for."""
        order = list(Tier)
        return order.index(other) <= order.index(self)

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise ValueError(f"{value!r} is no tier; there are {', '.join(cls)}")

    __str__ = str.__str__


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


@dataclass(frozen=True, repr=False)
class Report:
    """The analysis of one text of so many `words`.

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

    def __repr__(self) -> str:
        """In short: the text may be a book."""
        counts = f"{self.words} words, {len(self.findings)} findings"
        return f"<Report: {counts}, spin rate {self.spin_rate:.3f}, probability {self.probability:.3f}>"

    def at(self, tier: Tier | str) -> Iterator[Finding]:
        """The findings of this tier and the safer ones. ValueError if there is no such tier."""
        wanted = Tier(tier)
        return (finding for finding in self.findings if wanted.includes(finding.tier))

    def edits(self, tier: Tier | str = Tier.SAFE) -> tuple[Edit, ...]:
        """The edits of this tier and the safer ones, in order. ValueError if there is no such tier."""
        return tuple(finding.edit for finding in self.at(tier))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (both from 1, in code points) of an offset of the text."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1) without its newline. IndexError if there are fewer lines."""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] if number < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(i + 1 for i, character in enumerate(self.text) if character == "\n")]


@dataclass(frozen=True, slots=True, repr=False)
class Repair:
    """A repaired text, the edits that lead there from the text of `report`, and that report.

    `left` counts the findings of the tier that could not be written without breaking a layout.
    """

    text: str
    edits: tuple[Edit, ...]
    report: Report
    left: int = 0

    def __repr__(self) -> str:
        """In short, as that of the report."""
        return f"<Repair: {len(self.edits)} edits made, {self.left} left, of {self.report!r}>"
