"""The format `unspin/1`, described by schema.json. Offsets count code points from 0, lines and columns from 1."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import resources
from typing import Any, TextIO

from unspin.findings import Edit, Finding, Report
from unspin.reporting.filereport import FileReport

SCHEMA = "unspin/1"
DECIMALS = 6


def write(files: Iterable[FileReport], out: TextIO) -> None:
    """Write one JSON object; each file as soon as it is analysed, a line each."""
    out.write(f'{{"schema": "{SCHEMA}", "files": [')
    separator = "\n"
    for file in files:
        out.write(separator + dumps(file_record(file)))
        separator = ",\n"
    out.write("\n]}\n")


def dumps(record: dict[str, Any]) -> str:
    """A record on one line, readable, and writable in UTF-8 whatever bytes a file name has."""
    # Such bytes reach us as lone surrogates, which UTF-8 lacks; "\udcff" is how JSON spells one.
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def file_record(file: FileReport) -> dict[str, Any]:
    """A file as `unspin check` reports it."""
    report = file.report
    record = {
        "path": file.path,
        "spin_rate": round(report.spin_rate, DECIMALS),
        "spun": report.spun,
        "findings": [finding_record(finding, report) for finding in file.findings],
    }
    if file.notes:
        record["notes"] = [{"line": note.line, "message": note.message} for note in file.notes]
    return record


def finding_record(finding: Finding, report: Report) -> dict[str, Any]:
    """A finding with its place in the text of its report."""
    line, column = report.position(finding.start)
    evidence = finding.evidence
    return {
        "code": finding.code,
        "entry": finding.entry,
        "start": finding.start,
        "end": finding.end,
        "line": line,
        "column": column,
        "text": finding.text,
        "suggestions": [
            {"text": suggestion.text, "confidence": round(suggestion.confidence, DECIMALS)} for suggestion in finding.suggestions
        ],
        "confidence": round(finding.confidence, DECIMALS),
        "tier": finding.tier.value,
        "evidence": {
            "lm": round(evidence.lm, DECIMALS),
            "channel": round(evidence.channel, DECIMALS),
            "spin_rate": round(evidence.spin_rate, DECIMALS),
        },
    }


def edit_record(edit: Edit) -> dict[str, Any]:
    """An edit as `unspin batch` logs it: all that is needed to take it back."""
    return {
        "start": edit.start,
        "end": edit.end,
        "before": edit.before,
        "after": edit.after,
        "code": edit.code,
        "entry": edit.entry,
        "confidence": round(edit.confidence, DECIMALS),
        "tier": edit.tier.value,
    }


def schema() -> dict[str, Any]:
    """The JSON Schema of the format."""
    text = resources.files("unspin.reporting").joinpath("schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
