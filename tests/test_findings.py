from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.findings import Evidence, Finding, Repair, Report, Suggestion, Tier


def finding(start: int, text: str, after: str, tier: Tier, confidence: float = 0.9) -> Finding:
    suggestions = (Suggestion(after, confidence), Suggestion("other", confidence / 2))
    return Finding("US401", "noun: a ← b", start, start + len(text), text, suggestions, tier, Evidence(1.0, -1.0, 0.1))


TEXT = "one two three"
REPORT = Report(
    TEXT,
    3,
    0.2,
    0.7,
    (finding(0, "one", "1", Tier.POSSIBLE), finding(4, "two", "2", Tier.SAFE), finding(8, "three", "3", Tier.LIKELY)),
)


@pytest.mark.parametrize(
    ("tier", "texts"), [(Tier.SAFE, ["two"]), (Tier.LIKELY, ["two", "three"]), (Tier.POSSIBLE, ["one", "two", "three"])]
)
def test_a_tier_comes_with_the_safer_ones(tier: Tier, texts: list[str]) -> None:
    assert [found.text for found in REPORT.at(tier)] == texts


def test_the_name_of_a_tier_does_for_it() -> None:
    assert [*REPORT.at("likely")] == [*REPORT.at(Tier.LIKELY)]
    assert REPORT.edits("possible") == REPORT.edits(Tier.POSSIBLE)
    assert f"{Tier.LIKELY}" == str(Tier.LIKELY) == "likely"


def test_a_tier_that_is_none_is_told_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="'likly' is no tier; there are safe, likely, possible"):
        REPORT.at("likly")


def test_reports_and_repairs_are_short_in_print() -> None:
    assert repr(REPORT) == "<Report: 3 words, 3 findings, spin rate 0.200, probability 0.700>"
    assert repr(Repair(TEXT, REPORT.edits(), REPORT, 1)) == f"<Repair: 1 edits made, 1 left, of {REPORT!r}>"


def test_only_safe_edits_are_written_by_default() -> None:
    assert [(edit.start, edit.end, edit.before, edit.after) for edit in REPORT.edits()] == [(4, 7, "two", "2")]


def test_an_edit_writes_the_first_suggestion_and_keeps_code_entry_and_tier() -> None:
    edit = finding(4, "two", "2", Tier.LIKELY, 0.9).edit
    assert (edit.after, edit.confidence, edit.code, edit.entry, edit.tier) == ("2", 0.9, "US401", "noun: a ← b", Tier.LIKELY)


@pytest.mark.parametrize(("probability", "spun"), [(0.49, False), (0.5, True), (0.9, True)])
def test_a_document_is_spun_when_that_is_more_likely_than_not(probability: float, spun: bool) -> None:
    assert Report("", 0, 0.0, probability, ()).spun is spun


def report(text: str) -> Report:
    return Report(text, 0, 0.0, 0.0, ())


@pytest.mark.parametrize(("offset", "position"), [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (4, (3, 1)), (6, (3, 3)), (7, (3, 4))])
def test_lines_and_columns_count_from_one(offset: int, position: tuple[int, int]) -> None:
    assert report("ab\n\nc😀e").position(offset) == position


@given(st.text(alphabet="ab😀\r\n", max_size=30))
def test_a_position_leads_to_its_character(text: str) -> None:
    for offset, character in enumerate(text):
        line, column = report(text).position(offset)
        if character not in "\r\n":
            assert report(text).line(line)[column - 1] == character


def test_a_line_comes_without_its_end() -> None:
    assert [report("one\r\ntwo\nthree").line(number) for number in (1, 2, 3)] == ["one", "two", "three"]
