"""What the entries do to clean text, as `benchmarks/false_alarms.py` measured it."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

FILE = "false_alarms.tsv"
FINDING, TELL = "finding", "tell"
LIMITS = {FINDING: 8.0, TELL: 5.0}
"""Times in a million clean words. An entry that fires more often needs context or a lower tier; a phrase that occurs more often is no
tell."""


@lru_cache(maxsize=1)
def rates() -> dict[tuple[str, str], float]:
    """Times in a million clean words, by what was counted and its entry; what never occurred is absent."""
    text = (resources.files("unspin.lexicon") / FILE).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {(what, entry): float(rate) for what, entry, rate in rows}


def excess(what: str, entry: str) -> float | None:
    """The measured rate of an entry that is above its limit, else None."""
    rate = rates().get((what, entry), 0.0)
    return rate if rate > LIMITS[what] else None
