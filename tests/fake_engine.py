"""A stand-in for the engine: a handful of phrases, found by their letters. Fast, and its answers are known."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from unspin.findings import Evidence, Finding, Repair, Report, Suggestion, Tier
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import Pair
from unspin.patching import apply
from unspin.reading.protect import Protected

PHRASES = {
    "Linked Press": ("US201", ("Associated Press",), 0.995, Tier.SAFE),
    "primary minister": ("US101", ("prime minister", "first minister"), 0.99, Tier.SAFE),
    "final year": ("US401", ("last year", "past year"), 0.93, Tier.LIKELY),
    "mentioned": ("US401", ("said",), 0.6, Tier.POSSIBLE),
}
CODES = {Kind.PHRASE: "US101", Kind.NAME: "US201", Kind.TERM: "US301", Kind.WORD: "US401"}


@dataclass
class FakeLexicon:
    def listed(self, spun: str, canonical: str) -> tuple[int, int, float] | None:
        found = [pair for pair in self.pairs(spun) if pair.canonical.lower() == canonical]
        return (0, 1, found[0].logweight) if found else None

    def lists(self, canonical: str) -> bool:
        return any(pair.canonical == canonical for pair in self.pairs())

    def pairs(self, spun: str | None = None) -> Iterator[Pair]:
        for phrase, (_, canonicals, _, _) in PHRASES.items():
            for canonical in canonicals:
                if spun in (None, phrase.lower()):
                    yield Pair(phrase.lower(), canonical, math.log(0.25), f"phrases: {canonical}", Kind.PHRASE, False)


class Unspinner:
    """What the command line asks of the engine."""

    judge = None
    created: ClassVar[list[tuple[Sequence[Path], Path | None]]] = []

    def __init__(
        self, dictionaries: Sequence[Path] = (), model: Path | None = None, progress: Callable[[str], None] | None = None
    ):
        self.created.append((tuple(dictionaries), model))
        self.lexicon = FakeLexicon()

    def analyze(self, text: str, protected: Sequence[tuple[int, int]] | None = None) -> Report:
        words = len(text.split())
        hidden = Protected(text) if protected is None else protected
        found = [
            Finding(
                code,
                f"phrases: {canonicals[0]}",
                match.start(),
                match.end(),
                match.group(),
                tuple(Suggestion(canonical, confidence / (1 + i)) for i, canonical in enumerate(canonicals)),
                tier,
                Evidence(3.7, -1.2, 0.05),
            )
            for phrase, (code, canonicals, confidence, tier) in PHRASES.items()
            for match in re.finditer(rf"\b{phrase}\b", text)
            if not any(start < match.end() and match.start() < end for start, end in hidden)
        ]
        rate = len(found) / words if words else 0.0
        return Report(text, words, rate, 0.97 if found else 0.01, tuple(sorted(found, key=lambda finding: finding.start)))

    def repair(
        self,
        text: str,
        tier: Tier = Tier.SAFE,
        protected: Sequence[tuple[int, int]] | None = None,
        report: Report | None = None,
    ) -> Repair:
        report = report or self.analyze(text, protected)
        return Repair(apply(text, report.edits(tier)), report.edits(tier), report)

    def lookup(self, phrase: str) -> list[Pair]:
        return list(self.lexicon.pairs(phrase.lower()))
