from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_engine import Unspinner
from unspin.reporting.filereport import FileReport
from unspin.reporting.junit import write


def written(*files: FileReport) -> str:
    out = io.StringIO()
    write(files, out)
    return out.getvalue()


def suite(*files: FileReport) -> ElementTree.Element:
    found = ElementTree.fromstring(written(*files).encode()).find("testsuite")
    assert found is not None
    return found


def test_the_document(file: FileReport) -> None:
    clean = FileReport("clean.txt", Unspinner().analyze("Nothing here."))
    assert written(file, clean) == (
        """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites name="unspin" tests="2" failures="1" errors="0">
  <testsuite name="unspin" tests="2" failures="1" errors="0">
    <testcase classname="unspin" name="news.txt">
      <failure type="unspin" message="3 findings (2 safe, 1 likely)">
news.txt:2:5: US101 [safe 0.99] 'primary minister' → 'prime minister'
news.txt:2:39: US201 [safe 0.99] 'Linked Press' → 'Associated Press'
news.txt:3:15: US401 [likely 0.93] 'final year' → 'last year'
</failure>
    </testcase>
    <testcase classname="unspin" name="clean.txt" />
  </testsuite>
</testsuites>
"""
    )


def test_no_files_are_no_tests() -> None:
    assert suite().attrib == {"name": "unspin", "tests": "0", "failures": "0", "errors": "0"}


def test_an_empty_document_passes() -> None:
    assert suite(FileReport("empty.txt", Unspinner().analyze(""))).attrib["failures"] == "0"


@pytest.mark.parametrize(("path", "name"), [("-", "stdin"), ('<a> & "b".txt', '<a> & "b".txt'), ("a\x00\x1b\ufffe\nb", "a\nb")])
def test_names_are_legal_xml(file: FileReport, path: str, name: str) -> None:
    assert suite(replace(file, path=path))[0].attrib["name"] == name


@given(st.text(min_size=1), st.text())
def test_every_document_is_well_formed(path: str, text: str) -> None:
    report = Unspinner().analyze("Linked Press")
    report = replace(report, findings=(replace(report.findings[0], text=text),))
    assert len(suite(FileReport(path, report))) == 1
