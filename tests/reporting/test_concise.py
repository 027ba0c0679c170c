from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from tests.fake_engine import Unspinner
from unspin.findings import Suggestion
from unspin.reporting.concise import finding_line, write
from unspin.reporting.filereport import FileReport


def written(*files: FileReport) -> str:
    out = io.StringIO()
    write(files, out)
    return out.getvalue()


def test_one_line_for_each_finding(file: FileReport) -> None:
    assert written(file).splitlines() == [
        "news.txt:2:5: US101 [safe 0.99] 'primary minister' → 'prime minister'",
        "news.txt:2:39: US201 [safe 0.99] 'Linked Press' → 'Associated Press'",
        "news.txt:3:15: US401 [likely 0.93] 'final year' → 'last year'",
    ]


def test_nothing_without_findings() -> None:
    assert written() == ""
    assert written(FileReport("a", Unspinner().analyze("")), FileReport("b", Unspinner().analyze("Nothing here."))) == ""


def test_standard_input_keeps_its_name(file: FileReport) -> None:
    assert written(replace(file, path="-")).startswith("-:2:5: US101")


def test_a_file_is_printed_before_the_next_is_analysed(file: FileReport) -> None:
    out = io.StringIO()

    def files() -> Iterator[FileReport]:
        yield file
        assert "last year" in out.getvalue()

    write(files(), out)


def test_a_finding_over_several_lines_takes_one(file: FileReport) -> None:
    finding = replace(file.findings[0], text="primary\r\n  minister", suggestions=(Suggestion("prime\nminister", 0.9),))
    assert finding_line(finding, file).endswith("'primary minister' → 'prime minister'")


def test_a_terminal_is_not_given_commands() -> None:
    file = FileReport("a\x1b[2J\nb", Unspinner().analyze("\x1b]0;evil\x07 Linked Press"))
    assert written(file).startswith("a�[2J b:1:")
    assert written(file).count("\n") == 1
