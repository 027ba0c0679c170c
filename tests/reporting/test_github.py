from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_engine import Unspinner
from unspin.findings import Tier
from unspin.reporting.filereport import FileReport
from unspin.reporting.github import write


def written(*files: FileReport) -> str:
    out = io.StringIO()
    write(files, out)
    return out.getvalue()


def test_a_command_for_each_finding(file: FileReport) -> None:
    commands = written(file).splitlines()
    assert len(commands) == 3
    assert commands[2] == (
        "::warning file=news.txt,line=3,col=15,endLine=3,endColumn=25,title=unspin US401::"
        '"final year" looks spun; the author probably wrote "last year". Or "past year". Confidence 0.93 (likely).'
    )


def test_the_safer_the_more_serious(file: FileReport) -> None:
    commands = written(replace(file, tier=Tier.POSSIBLE)).splitlines()
    assert [command.split()[0] for command in commands] == ["::error", "::notice", "::error", "::warning"]


def test_nothing_without_findings() -> None:
    assert written() == ""
    assert written(FileReport("a", Unspinner().analyze(""))) == ""


@pytest.mark.parametrize(
    ("path", "escaped"),
    [("-", "stdin"), ("a b.txt", "a b.txt"), ("ü,:%.txt", "ü%2C%3A%25.txt"), ("a\r\n::error::b", "a%0D%0A%3A%3Aerror%3A%3Ab")],
)
def test_paths_are_escaped(file: FileReport, path: str, escaped: str) -> None:
    assert written(replace(file, path=path)).startswith(f"::error file={escaped},line=2,")


def test_percent_signs_of_the_text_are_escaped(file: FileReport) -> None:
    finding = replace(file.findings[0], text="50%25 primary, a: b")
    command = written(replace(file, report=replace(file.report, findings=(finding,))))
    assert '::"50%2525 primary, a: b" looks spun' in command


def test_a_span_over_several_lines_has_no_columns(file: FileReport) -> None:
    start = file.report.text.index("final\r\nyear")
    finding = replace(file.findings[-1], start=start, end=start + 11)
    command = written(replace(file, report=replace(file.report, findings=(finding,))))
    assert command.startswith("::warning file=news.txt,line=2,endLine=3,title=unspin US401::")


@given(st.text(min_size=1))
def test_no_path_breaks_a_command(path: str) -> None:
    file = FileReport(path, Unspinner().analyze("Linked Press"))
    head, message = written(file)[len("::error ") :].split("::", 1)
    assert len(head.split(",")) == 6
    assert message.endswith("(safe).\n") and message.count("\n") == 1
