"""JSON Lines: the findings of the format `unspin/1`, one to a line, each with the path of its file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from unspin.reporting.filereport import FileReport
from unspin.reporting.json import dumps, finding_record


def write(files: Iterable[FileReport], out: TextIO) -> None:
    """Write the findings of each file as soon as it is analysed; nothing for a file without findings."""
    for file in files:
        for finding in file.findings:
            out.write(dumps({"path": file.path, **finding_record(finding, file.report)}) + "\n")
