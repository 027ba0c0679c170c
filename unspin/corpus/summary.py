"""What a run over a corpus did, as it goes and at its end."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

EDGES = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
"""Where the bins of the spin-rate histogram end; the last one has no end."""
TOP = 20
COUNTS = "records", "edited", "edits", "spun", "dropped", "rejected", "words"


@dataclass(slots=True)
class Totals:
    """Counts over records. `edited` are records, `edits` what was edited in them; `dropped` did not stay, `rejected` could not be
    read. `spun`, `words` and `spin_rates`, a histogram over EDGES, are those of dropped records, too. `entries` says how often each
    entry of a dictionary was edited."""

    records: int = 0
    edited: int = 0
    edits: int = 0
    spun: int = 0
    dropped: int = 0
    rejected: int = 0
    words: int = 0
    spin_rates: list[int] = field(default_factory=lambda: [0] * (len(EDGES) + 1))
    entries: Counter[str] = field(default_factory=Counter)

    def count(self, log: Mapping[str, Any], words: int) -> None:
        """Count a record with this log."""
        edits = log["edits"]
        self.edits += len(edits)
        self.edited += bool(edits)
        self.spun += bool(log["spun"])
        self.words += words
        if log["spin_rate"] is not None:
            self.spin_rates[bisect_right(EDGES, log["spin_rate"])] += 1
        for edit in edits:
            self.entries[edit["entry"]] += 1

    def add(self, other: Totals) -> None:
        """Count what others counted."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.spin_rates = [mine + theirs for mine, theirs in zip(self.spin_rates, other.spin_rates, strict=True)]
        self.entries.update(other.entries)

    def remove(self, other: Totals) -> None:
        """Count no longer what others counted, which was added before."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) - getattr(other, name))
        self.spin_rates = [mine - theirs for mine, theirs in zip(self.spin_rates, other.spin_rates, strict=True)]
        self.entries -= other.entries

    def as_json(self) -> dict[str, Any]:
        """For a file; `from_json` reads it."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Totals:
        return cls(**{**record, "spin_rates": [*record["spin_rates"]], "entries": Counter(record["entries"])})


def summary(totals: Totals, seconds: float, words: int, read: int | None) -> dict[str, Any]:
    """The summary of a run: counts, histogram, the entries edited most, and throughput: the words and bytes that this run read, and not
    an earlier one that it went on with, per second."""
    bins = [f"{low:g}-{high:g}" for low, high in zip((0.0, *EDGES), EDGES, strict=False)] + [f"{EDGES[-1]:g}-1"]
    counts = {key: value for key, value in totals.as_json().items() if isinstance(value, int)}
    return {
        **counts,
        "spin_rates": dict(zip(bins, totals.spin_rates, strict=True)),
        "entries": dict(totals.entries.most_common(TOP)),
        "seconds": round(seconds, 3),
        "words_per_second": round(words / max(seconds, 1e-9)),
        "bytes_per_second": None if read is None else round(read / max(seconds, 1e-9)),
    }
