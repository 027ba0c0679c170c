"""Workflow commands of GitHub Actions, which shows them as annotations beside the text.

GitHub shows at most ten errors, ten warnings and ten notices of a step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TextIO

from unspin.findings import Finding, Tier
from unspin.reporting.annotation import NAME, message, place, region
from unspin.reporting.filereport import FileReport

COMMANDS = {Tier.SAFE: "error", Tier.LIKELY: "warning", Tier.POSSIBLE: "notice"}
DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
PROPERTY = {**DATA, **str.maketrans({":": "%3A", ",": "%2C"})}


def write(files: Iterable[FileReport], out: TextIO) -> None:
    """Write a command for each finding as soon as its file is analysed."""
    for file in files:
        for finding in file.findings:
            out.write(_command(finding, file) + "\n")
        for note in file.notes:
            properties = {"file": place(file.path), "line": note.line, "title": f"{NAME} comment"}
            out.write(f"::warning {_listed(properties)}::{note.message.translate(DATA)}\n")


def _command(finding: Finding, file: FileReport) -> str:
    at = region(finding, file.report)
    properties = {
        "file": place(file.path),
        "line": at.start_line,
        "col": at.start_column,
        "endLine": at.end_line,
        "endColumn": at.end_column,
        "title": f"{NAME} {finding.code}",
    }
    if at.start_line != at.end_line:  # GitHub refuses the columns of a span over several lines
        del properties["col"], properties["endColumn"]
    return f"::{COMMANDS[finding.tier]} {_listed(properties)}::{message(finding).translate(DATA)}"


def _listed(properties: Mapping[str, object]) -> str:
    return ",".join(f"{key}={str(value).translate(PROPERTY)}" for key, value in properties.items())
