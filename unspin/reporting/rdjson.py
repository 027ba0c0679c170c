"""The Reviewdog Diagnostic Format, rdjson, with which reviewdog comments on changes: its columns count bytes of UTF-8 from 1."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TextIO

from unspin.findings import Finding, Report, Tier
from unspin.reporting.annotation import NAME, URL, message, place
from unspin.reporting.filereport import FileReport

SEVERITIES = {Tier.SAFE: "ERROR", Tier.LIKELY: "WARNING", Tier.POSSIBLE: "INFO"}


def write(files: Iterable[FileReport], out: TextIO) -> None:
    """Write one JSON object; the findings of each file as soon as it is analysed, a line each."""
    out.write(f'{{"source": {json.dumps({"name": NAME, "url": URL})}, "diagnostics": [')
    separator = "\n"
    for file in files:
        position = BytePositions(file.report)
        for finding in file.findings:
            out.write(separator + json.dumps(_diagnostic(finding, place(file.path), position)))
            separator = ",\n"
        for note in file.notes:
            location = {"path": place(file.path), "range": {"start": {"line": note.line}}}
            out.write(separator + json.dumps({"message": note.message, "location": location, "severity": "WARNING"}))
            separator = ",\n"
    out.write("\n]}\n")


class BytePositions:
    """Lines and byte columns of the offsets of a text, which are asked for in ascending order.

    A line may be the whole document: of each only what lies behind the previous offset is encoded.
    """

    def __init__(self, report: Report):
        self._report = report
        self._line, self._offset, self._column = 1, 0, 1

    def __call__(self, offset: int) -> dict[str, int]:
        """The position of an offset that is not before the previous one."""
        line, column = self._report.position(offset)
        if line != self._line:
            self._line, self._offset, self._column = line, offset - column + 1, 1
        # A text may come from elsewhere than a file: surrogates must not stop the report.
        self._column += len(self._report.text[self._offset : offset].encode("utf-8", "surrogatepass"))
        self._offset = offset
        return {"line": line, "column": self._column}


def _diagnostic(finding: Finding, path: str, position: BytePositions) -> dict[str, Any]:
    place = {"start": position(finding.start), "end": position(finding.end)}
    return {
        "message": message(finding),
        "location": {"path": path, "range": place},
        "severity": SEVERITIES[finding.tier],
        "code": {"value": finding.code},
        "suggestions": [{"range": place, "text": suggestion.text} for suggestion in finding.suggestions],
    }
