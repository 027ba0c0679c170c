from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.fake_engine import Unspinner
from unspin.findings import Evidence, Report, Tier
from unspin.reporting.filereport import FileReport
from unspin.reporting.text import excerpt, finding_lines, percent, printable, why, write


def written(*files: FileReport) -> str:
    stream = io.StringIO()
    write(files, stream)
    return stream.getvalue()


def test_the_span_is_underlined(file: FileReport) -> None:
    lines = written(file).splitlines()
    assert lines[:3] == [
        "news.txt:2:5 US101 safe",
        " 2 │ The primary minister mentioned to the Linked Press that final",
        "   │     ^^^^^^^^^^^^^^^^ prime minister 99.0 %",
    ]
    assert lines[3] == "   = or: first minister 50 %"


def test_no_colors_without_a_terminal(file: FileReport) -> None:
    assert "\x1b" not in written(file)


def test_the_totals_come_last(file: FileReport) -> None:
    clean = FileReport("clean.txt", Unspinner().analyze("Nothing here."))
    last = written(file, clean).splitlines()[-1]
    assert last == "2 files, 1 spun: 3 findings (2 safe, 1 likely); `unspin fix` writes the 2 safe"


def test_a_clean_file_takes_one_line() -> None:
    assert written(FileReport("x", Unspinner().analyze("Nothing here."))) == "1 file, 0 spun: no findings\n"


def test_a_spun_file_is_named_for_findings_of_less_safe_tiers_but_not_for_none() -> None:
    report = Unspinner().analyze("The final year was mentioned.")
    assert written(FileReport("x", report, Tier.SAFE)).startswith("x: spun, spin rate 40 %, no findings\n")
    assert written(FileReport("x", replace(report, findings=()))) == "1 file, 1 spun: no findings\n"


def test_wide_characters_do_not_shift_the_underline() -> None:
    file = FileReport("x", Unspinner().analyze("日本 Linked Press"))
    line, underline = written(file).splitlines()[1:3]
    assert cell_len(line[: line.index("Linked")]) == underline.index("^")


def test_a_terminal_is_not_given_commands() -> None:
    file = FileReport("a\x1b[2Jb", Unspinner().analyze("x\x1b]0;evil\x07\u202e\tLinked Press"))
    assert not {"\x1b", "\x07", "\u202e", "\t"} & set(written(file))


def test_a_span_over_two_lines_shows_the_first(file: FileReport) -> None:
    finding = replace(file.findings[0], start=63, end=74)
    lines = [line.plain for line in finding_lines(finding, file, 100)]
    assert lines[1].endswith("that final")
    assert lines[2].strip().startswith("│") and "^^^^^ " in lines[2]


@given(st.text(), st.text(min_size=1), st.text(), st.integers(20, 200))
def test_an_excerpt_fits_its_width(before: str, span: str, after: str, width: int) -> None:
    report = Report(before + span + after, 1, 0.0, 0.0, ())
    parts = excerpt(report, len(before), len(before + span), width)
    assert cell_len("".join(parts)) <= width


def test_an_excerpt_of_a_long_line_keeps_the_span() -> None:
    report = Report("word " * 100 + "SPAN" + " word" * 100, 1, 0.0, 0.0, ())
    before, span, after = excerpt(report, 500, 504, 40)
    assert span == "SPAN"
    assert before.startswith("…") and after.endswith("…")
    assert len(before + span + after) > 35


@pytest.mark.parametrize(("share", "shown"), [(1.0, "99.9 %"), (0.9951, "99.5 %"), (0.99, "99.0 %"), (0.9, "90 %"), (0.0, "0 %")])
def test_nothing_is_certain(share: float, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("lm", "words"), [(3.0, "20 times better"), (-1.0, "2.7 times worse"), (0.1, "as well as"), (900.0, "over a million times")]
)
def test_evidence_in_words(lm: float, words: str) -> None:
    assert words in why(Evidence(lm, -1.0, 0.05))


def test_printable_leaves_text_alone() -> None:
    assert printable("naïve “日本” — 🚀") == "naïve “日本” — 🚀"
