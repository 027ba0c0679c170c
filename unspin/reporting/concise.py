"""A line for each finding, as compilers write it: editors and `grep` know the form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from unspin.findings import Finding
from unspin.reporting.annotation import certainty, one_line
from unspin.reporting.filereport import FileReport
from unspin.reporting.text import printable


def write(files: Iterable[FileReport], out: TextIO) -> None:
    """Write the findings of each file as soon as it is analysed; nothing for a file without findings."""
    for file in files:
        for finding in file.findings:
            out.write(finding_line(finding, file) + "\n")


def finding_line(finding: Finding, file: FileReport) -> str:
    """`path:line:column: code [tier confidence] 'text' → 'suggestion'`"""
    line, column = file.report.position(finding.start)
    rating = f"[{finding.tier.value} {certainty(finding.confidence)}]"
    swap = f"'{one_line(finding.text)}' → '{one_line(finding.suggestions[0].text)}'"
    return f"{printable(file.path)}:{line}:{column}: {finding.code} {rating} {swap}"
