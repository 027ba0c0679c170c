"""SARIF 2.1.0 (OASIS), the exchange format of code scanning: findings with their places, rules, fixes and fingerprints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import Any, TextIO
from urllib.parse import quote

from unspin import __version__
from unspin.findings import Finding, Report, Tier
from unspin.reading.source import STDIN
from unspin.reporting.annotation import NAME, STDIN_NAME, URL, message, one_line, region
from unspin.reporting.filereport import FileReport, Note
from unspin.reporting.json import DECIMALS
from unspin.rules import RULES, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
VERSION = "2.1.0"
ROOT = "%SRCROOT%"
FINGERPRINT = "unspin/v1"
LEVELS = {Tier.SAFE: "error", Tier.LIKELY: "warning", Tier.POSSIBLE: "note"}
INDEXES = {code: index for index, code in enumerate(RULES)}
UNKNOWN = -1  # SARIF's own default for an index

Fingerprint = Callable[[Finding, Report, str], str]


def write(files: Iterable[FileReport], out: TextIO) -> None:
    """Write one log with one run; the findings of each file as soon as it is analysed, a line each, and the files at the end."""
    from unspin.linting.baseline import fingerprint

    root = Path.cwd()
    locations: dict[tuple[str, str | None], dict[str, Any]] = {}
    out.write(f'{{"$schema": {json.dumps(SCHEMA)}, "version": "{VERSION}", "runs": [{{\n')
    out.write(f'"tool": {json.dumps(_tool())},\n"columnKind": "unicodeCodePoints",\n')
    out.write(f'"originalUriBaseIds": {json.dumps(_bases())},\n"results": [')
    separator = "\n"
    notifications = []
    for file in files:
        location = artifact_location(file.path, root)
        key = location["uri"], location.get("uriBaseId")
        location = locations.setdefault(key, {**location, "index": len(locations)})
        for finding in file.findings:
            out.write(separator + json.dumps(_result(finding, file, location, fingerprint)))
            separator = ",\n"
        notifications += [_notification(note, location) for note in file.notes]
    if notifications:
        invocation = {"executionSuccessful": True, "toolExecutionNotifications": notifications}
        out.write(f'\n],\n"invocations": [{json.dumps(invocation)}')
    out.write('\n],\n"artifacts": [')
    separator = "\n"
    for location in locations.values():
        out.write(separator + json.dumps({"location": location, "roles": ["analysisTarget"]}))
        separator = ",\n"
    out.write("\n]}]}\n")


def artifact_location(path: str, root: Path) -> dict[str, Any]:
    """Where a file is: below `root` relative to it, elsewhere absolute. Standard input is "stdin" and nowhere."""
    if path == STDIN:
        return {"uri": STDIN_NAME}
    file = Path(path)
    # A relative URI must not climb out of its base, and one that says "a/../b" would name the same file in two ways.
    if ".." in file.parts:
        file = (root / file).parent.resolve() / file.name
    if file.is_absolute():
        if not file.is_relative_to(root):
            return {"uri": file.as_uri()}
        file = file.relative_to(root)
    return {"uri": relative_uri(file), "uriBaseId": ROOT}


def relative_uri(path: PurePath) -> str:
    """A relative path as URI reference: slashes, and all that is not plain ASCII percent-encoded, byte for byte."""
    return quote(path.as_posix(), errors="surrogateescape")


def _tool() -> dict[str, Any]:
    return {
        "driver": {
            "name": NAME,
            "version": __version__,
            "informationUri": URL,
            "rules": [_descriptor(rule) for rule in RULES.values()],
        }
    }


def _descriptor(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": f"{rule.what} {rule.why}"},
        "help": {"text": _help(rule), "markdown": _help(rule, "**", "\n\n")},
        "defaultConfiguration": {"level": LEVELS[Tier.LIKELY]},
    }


def _help(rule: Rule, emphasis: str = "", separator: str = "\n") -> str:
    sections = {
        "Why it matters": rule.why,
        "Spun": rule.spun,
        "Repaired": rule.repaired,
        "Genuine": rule.genuine,
        "How safe the fix is": rule.safety,
    }
    return separator.join(f"{emphasis}{title}:{emphasis} {text}" for title, text in sections.items())


def _bases() -> dict[str, Any]:
    return {ROOT: {"description": {"text": "The folder in which unspin was run."}}}


def _result(finding: Finding, file: FileReport, location: dict[str, Any], fingerprint: Fingerprint) -> dict[str, Any]:
    place = _region(finding, file.report)
    return {
        "ruleId": finding.code,
        "ruleIndex": INDEXES.get(finding.code, UNKNOWN),
        "level": LEVELS[finding.tier],
        "message": {"text": _literal(message(finding))},
        "locations": [{"physicalLocation": {"artifactLocation": location, "region": place}}],
        "fixes": [_fix(finding, location, place)],
        "rank": round(finding.confidence * 100, DECIMALS),
        "partialFingerprints": {FINGERPRINT: fingerprint(finding, file.report, file.path)},
        "properties": {
            "confidence": round(finding.confidence, DECIMALS),
            "tier": finding.tier.value,
            "spinRate": round(file.report.spin_rate, DECIMALS),
        },
    }


def _notification(note: Note, location: dict[str, Any]) -> dict[str, Any]:
    place = {"physicalLocation": {"artifactLocation": location, "region": {"startLine": note.line}}}
    return {"level": "warning", "message": {"text": _literal(note.message)}, "locations": [place]}


def _region(finding: Finding, report: Report) -> dict[str, int]:
    at = region(finding, report)
    return {
        "startLine": at.start_line,
        "startColumn": at.start_column,
        "endLine": at.end_line,
        "endColumn": at.end_column,
        "charOffset": finding.start,
        "charLength": finding.end - finding.start,
    }


def _fix(finding: Finding, location: dict[str, Any], place: dict[str, int]) -> dict[str, Any]:
    text = finding.suggestions[0].text
    description = f'Write "{one_line(text)}".' if text else "Delete it."
    replacement = {"deletedRegion": place, "insertedContent": {"text": text}}
    return {
        "description": {"text": _literal(description)},
        "artifactChanges": [{"artifactLocation": location, "replacements": [replacement]}],
    }


def _literal(text: str) -> str:
    """Text in which no viewer sees a placeholder (section 3.11.5)."""
    return text.replace("{", "{{").replace("}", "}}")
