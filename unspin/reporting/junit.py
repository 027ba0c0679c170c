"""JUnit XML, which shows each file as a test in the reports of continuous integration: files with findings fail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TextIO
from xml.etree import ElementTree

from unspin.reporting.annotation import NAME, place
from unspin.reporting.concise import finding_line
from unspin.reporting.filereport import FileReport
from unspin.reporting.text import by_tier, printable

ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def write(files: Iterable[FileReport], out: TextIO) -> None:
    """Write the document when all files are analysed: its head says how many there are."""
    reports = [*files]
    cases = [_case(file) for file in reports]
    attributes = {
        "name": NAME,
        "tests": str(len(cases)),
        "failures": str(sum(bool(file.findings) for file in reports)),
        "errors": "0",
    }
    suites = ElementTree.Element("testsuites", attributes)
    ElementTree.SubElement(suites, "testsuite", attributes).extend(cases)
    ElementTree.indent(suites)
    out.write('<?xml version="1.0" encoding="utf-8"?>\n')
    out.write(ElementTree.tostring(suites, encoding="unicode") + "\n")


def _case(file: FileReport) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=NAME, name=_legal(place(file.path)))
    if findings := file.findings:
        failure = ElementTree.SubElement(case, "failure", type=NAME, message=by_tier(file.tiers))
        failure.text = _legal("".join(f"\n{finding_line(finding, file)}" for finding in findings) + "\n")
    if file.notes:
        output = ElementTree.SubElement(case, "system-err")
        output.text = _legal("".join(f"\n{printable(file.path)}:{note.line}: {note.message}" for note in file.notes) + "\n")
    return case


def _legal(text: str) -> str:
    return ILLEGAL.sub("", text)
