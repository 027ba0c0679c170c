"""What a reporter is given for each file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from unspin.findings import Finding, Report, Tier


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said of a comment to ignore, on this line (from 1): that it is malformed, or silences nothing."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """The analysis of one file, called `path` by the user, of which the findings of `tier` and the safer ones are shown."""

    path: str
    report: Report
    tier: Tier = Tier.LIKELY
    notes: tuple[Note, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings to show, in order."""
        return tuple(self.report.at(self.tier))

    @property
    def tiers(self) -> Counter[Tier]:
        """How many findings are shown of each tier."""
        return Counter(finding.tier for finding in self.findings)
