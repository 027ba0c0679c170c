"""What is most often spun, over all files: codes, entries, and how much of the files is spun at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TextIO, TypeVar

from rich.console import Console

from unspin.findings import Tier
from unspin.reporting.filereport import FileReport
from unspin.reporting.json import DECIMALS
from unspin.reporting.text import by_tier, console_for, counted, percent, printable
from unspin.rules import RULES

MOST_ENTRIES = 10
Key = TypeVar("Key", str, tuple[str, str])


@dataclass(slots=True)
class Statistics:
    """Counts of files, and of findings by code and tier and by code and entry. `spin_rates` is the sum over the files."""

    files: int = 0
    spun: int = 0
    spin_rates: float = 0.0
    codes: Counter[tuple[str, Tier]] = field(default_factory=Counter)
    entries: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, file: FileReport) -> None:
        """Count one file and its findings."""
        self.files += 1
        self.spun += file.report.spun
        self.spin_rates += file.report.spin_rate
        for finding in file.findings:
            self.codes[finding.code, finding.tier] += 1
            self.entries[finding.code, finding.entry] += 1

    @property
    def spin_rate(self) -> float:
        """The mean spin rate of the files, long and short alike; 0 without files."""
        return self.spin_rates / self.files if self.files else 0.0


def write(files: Iterable[FileReport], out: TextIO) -> None:
    """Write the tables when all files are analysed."""
    statistics = Statistics()
    for file in files:
        statistics.add(file)
    console = console_for(out)
    if statistics.codes:
        _write_codes(statistics, console)
        console.print()
        _write_entries(statistics, console)
        console.print()
    tiers: Counter[Tier] = Counter()
    for (_, tier), count in statistics.codes.items():
        tiers[tier] += count
    spun = f"{counted(statistics.files, 'file')}, {statistics.spun:,} spun"
    console.print(f"{spun}, mean spin rate {percent(statistics.spin_rate)}: {by_tier(tiers)}", style="bold", soft_wrap=True)


def write_json(files: Iterable[FileReport], out: TextIO) -> None:
    """The same as one JSON object, with all entries."""
    statistics = Statistics()
    for file in files:
        statistics.add(file)
    codes = {
        code: {tier.value: statistics.codes[code, tier] for tier in Tier}
        for code in sorted({code for code, _ in statistics.codes})
    }
    record = {
        "files": statistics.files,
        "spun": statistics.spun,
        "spin_rate": round(statistics.spin_rate, DECIMALS),
        "codes": codes,
        "entries": [{"code": code, "entry": entry, "count": count} for (code, entry), count in _ranked(statistics.entries)],
    }
    out.write(json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _write_codes(statistics: Statistics, console: Console) -> None:
    totals: Counter[str] = Counter()
    for (code, _), count in statistics.codes.items():
        totals[code] += count
    heads = "".join(f"  {tier.value:>8}" for tier in Tier)
    console.print(f"{'count':>8}  {'code':<5}  {'name':<10}{heads}", style="bold", soft_wrap=True)
    for code, total in _ranked(totals):
        name = RULES[code].name if code in RULES else ""
        shares = "".join(f"  {statistics.codes[code, tier]:>8,}" for tier in Tier)
        console.print(f"{total:>8,}  {code:<5}  {name:<10}{shares}", soft_wrap=True)


def _write_entries(statistics: Statistics, console: Console) -> None:
    console.print(f"{'count':>8}  {'code':<5}  most frequent entries", style="bold", soft_wrap=True)
    for (code, entry), count in _ranked(statistics.entries)[:MOST_ENTRIES]:
        console.print(f"{count:>8,}  {code:<5}  {printable(entry)}", soft_wrap=True)


def _ranked(counts: Counter[Key]) -> list[tuple[Key, int]]:
    """The most frequent first, equals in order, so that two runs print the same."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
