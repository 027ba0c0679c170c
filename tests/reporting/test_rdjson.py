from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_engine import Unspinner
from unspin.findings import Report, Suggestion, Tier
from unspin.reporting.filereport import FileReport
from unspin.reporting.rdjson import BytePositions, write


def written(*files: FileReport) -> Any:
    out = io.StringIO()
    write(files, out)
    return json.loads(out.getvalue())


def test_a_diagnostic_as_reviewdog_reads_it(file: FileReport) -> None:
    place = {"start": {"line": 3, "column": 15}, "end": {"line": 3, "column": 25}}
    assert written(file)["diagnostics"][2] == {
        "message": '"final year" looks spun; the author probably wrote "last year". Or "past year". Confidence 0.93 (likely).',
        "location": {"path": "news.txt", "range": place},
        "severity": "WARNING",
        "code": {"value": "US401"},
        "suggestions": [{"range": place, "text": "last year"}, {"range": place, "text": "past year"}],
    }


def test_the_source_is_named(file: FileReport) -> None:
    assert written(file)["source"]["name"] == "unspin"


def test_the_safer_the_more_serious(file: FileReport) -> None:
    severities = [diagnostic["severity"] for diagnostic in written(replace(file, tier=Tier.POSSIBLE))["diagnostics"]]
    assert severities == ["ERROR", "INFO", "ERROR", "WARNING"]


def test_no_diagnostics_without_findings() -> None:
    assert written()["diagnostics"] == []
    assert written(FileReport("a", Unspinner().analyze("")))["diagnostics"] == []


def test_columns_count_bytes() -> None:
    file = FileReport("x", Unspinner().analyze("\n“🚀” Linked Press"))
    assert written(file)["diagnostics"][0]["location"]["range"] == {
        "start": {"line": 2, "column": 12},
        "end": {"line": 2, "column": 24},
    }


def test_each_file_has_its_own_columns(file: FileReport) -> None:
    first = FileReport("a", Unspinner().analyze("ééé Linked Press"))
    second = FileReport("b", Unspinner().analyze("é Linked Press"))
    starts = [diagnostic["location"]["range"]["start"] for diagnostic in written(first, second)["diagnostics"]]
    assert starts == [{"line": 1, "column": 8}, {"line": 1, "column": 4}]


@pytest.mark.parametrize(("path", "placed"), [("-", "stdin"), ("./a b/ü.txt", "a b/ü.txt")])
def test_paths_are_those_of_the_repository(file: FileReport, path: str, placed: str) -> None:
    assert written(replace(file, path=path))["diagnostics"][0]["location"]["path"] == placed


def test_a_suggestion_keeps_its_line_breaks(file: FileReport) -> None:
    finding = replace(file.findings[0], suggestions=(Suggestion("prime\r\nminister", 0.9),))
    data = written(replace(file, report=replace(file.report, findings=(finding,))))
    assert data["diagnostics"][0]["suggestions"][0]["text"] == "prime\r\nminister"


@given(st.text(st.sampled_from("aé🚀\n\r"), max_size=40), st.lists(st.integers(0, 40), max_size=8))
def test_columns_are_the_bytes_before_them_on_their_line(text: str, offsets: list[int]) -> None:
    position = BytePositions(Report(text, 1, 0.0, 0.0, ()))
    for offset in sorted(min(offset, len(text)) for offset in offsets):
        before = text[:offset].encode()
        assert position(offset) == {"line": before.count(b"\n") + 1, "column": len(before) - (before.rfind(b"\n") + 1) + 1}
