from __future__ import annotations

import io
from dataclasses import replace

from tests.fake_engine import Unspinner
from unspin.findings import Tier
from unspin.reporting.filereport import FileReport
from unspin.reporting.statistics import write


def written(*files: FileReport) -> str:
    out = io.StringIO()
    write(files, out)
    return out.getvalue()


def analysed(text: str, tier: Tier = Tier.POSSIBLE) -> FileReport:
    return FileReport("x", Unspinner().analyze(text), tier)


def test_the_tables() -> None:
    files = analysed("final year and Linked Press."), analysed("They mentioned final year."), analysed("Nothing here.")
    assert written(*files) == (
        """\
   count  code   name            safe    likely  possible
       3  US401  word               0         2         1
       1  US201  name               1         0         0

   count  code   most frequent entries
       2  US401  phrases: last year
       1  US201  phrases: Associated Press
       1  US401  phrases: said

3 files, 2 spun, mean spin rate 30 %: 4 findings (1 safe, 2 likely, 1 possible)
"""
    )


def test_no_tables_without_findings() -> None:
    assert written() == "0 files, 0 spun, mean spin rate 0 %: no findings\n"
    assert written(analysed("")) == "1 file, 0 spun, mean spin rate 0 %: no findings\n"


def test_only_findings_of_the_tier_count() -> None:
    assert "1 finding (1 safe)" in written(analysed("Linked Press mentioned final year", Tier.SAFE))


def test_ten_entries_at_most() -> None:
    file = analysed("Linked Press " * 12)
    findings = tuple(replace(finding, entry=f"entry {number:02}") for number, finding in enumerate(file.report.findings))
    lines = written(replace(file, report=replace(file.report, findings=findings))).splitlines()
    assert [line.split()[-1] for line in lines if "entry" in line] == [f"{number:02}" for number in range(10)]


def test_an_entry_cannot_command_a_terminal(file: FileReport) -> None:
    finding = replace(file.findings[0], entry="evil\x1b[2J")
    assert "\x1b" not in written(replace(file, report=replace(file.report, findings=(finding,))))
