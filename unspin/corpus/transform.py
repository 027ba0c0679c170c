"""What every engine does to a text, whatever machine it runs on: repair it, and log what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unspin.findings import Repair, Tier
from unspin.reporting.json import DECIMALS, edit_record

if TYPE_CHECKING:
    from unspin.unspinner import Unspinner

KEY = "unspin"
"""The field of a record that holds the log."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A repaired text and its log: `spin_rate`, `spun`, `edits` with offsets into the input text, `findings`."""

    text: str
    log: dict[str, Any]
    words: int


@dataclass(frozen=True, slots=True)
class Transform:
    """Repairs texts with one configuration. Pickles as its settings; each process loads the engine once, at its first text."""

    tier: Tier = Tier.SAFE
    dictionaries: Sequence[Path] = ()
    model: Path | None = None

    @property
    def unspinner(self) -> Unspinner:
        """The engine of this process. DictionaryError or ModelError."""
        from unspin.engines import engine

        return engine(tuple(self.dictionaries), self.model)

    @property
    def state(self) -> str:
        """A key that changes when a dictionary or the model does. DictionaryError or ModelError."""
        from unspin import cache, engines

        return cache.fingerprint(engines.sources(self.dictionaries, self.model))

    def __call__(self, text: str) -> Outcome:
        """Repair a text."""
        repair = self.unspinner.repair(text, self.tier)
        return Outcome(repair.text, log(repair), repair.report.words)

    def proposed(self, text: str) -> Outcome:
        """Repair a text. The log also holds, as `at`, the edits with each safer tier for which they are not just those of its own among
        `edits`: later passes read what the earlier ones of a tier wrote."""
        unspinner = self.unspinner
        repair = unspinner.repair(text, self.tier)
        record = log(repair)
        at = {}
        for tier in Tier if repair.report.edits(self.tier) else ():
            if tier is not self.tier and self.tier.includes(tier):
                safer = unspinner.repair(text, tier, report=repair.report).edits
                if safer != tuple(edit for edit in repair.edits if tier.includes(edit.tier)):
                    at[tier.value] = [edit_record(edit) for edit in safer]
        return Outcome(repair.text, {**record, "at": at} if at else record, repair.report.words)


def log(repair: Repair) -> dict[str, Any]:
    """What the record's "unspin" field says; `findings` counts those of all tiers."""
    report = repair.report
    return {
        "spin_rate": round(report.spin_rate, DECIMALS),
        "spun": report.spun,
        "edits": [edit_record(edit) for edit in repair.edits],
        "findings": len(report.findings),
    }
