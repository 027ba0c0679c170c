from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fake_engine import PHRASES, Unspinner
from unspin.findings import Tier
from unspin.linting.config import Settings
from unspin.linting.linter import Linter
from unspin.linting.results import Results
from unspin.reading.source import Source

TEXT = "The Linked Press met the primary minister final year.\n"
SETTINGS = Settings()


def linter(results: Results | None = None) -> Linter:
    return Linter(Unspinner, "engine", results)


def found(text: str, settings: Settings = SETTINGS, path: str = "x.txt") -> list[str]:
    return [finding.text for finding in linter().check(Source(path, text), settings).report.findings]


def test_codes_are_selected_and_ignored() -> None:
    assert found(TEXT, replace(SETTINGS, select=("US2", "US4"))) == ["Linked Press", "final year"]
    assert found(TEXT, replace(SETTINGS, ignore=("US201",))) == ["primary minister", "final year"]


@pytest.mark.parametrize("word", ["LINKED  press", "phrases: Associated Press"])
def test_words_and_entries_to_ignore(word: str) -> None:
    assert found(TEXT, replace(SETTINGS, ignore_words=(word,))) == ["primary minister", "final year"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("x.jsonl", '{"text": "The Linked\\u0020Press met."}'),
        ("x.csv", "text\nThe Linked Press met.\n"),
        ("x.html", "The <b>Linked</b>&nbsp;Press met."),
        ("x.md", "The [Linked *Press*](http://x) met."),
    ],
)
def test_what_is_to_be_ignored_is_what_a_reader_sees(path: str, text: str) -> None:
    assert len(found(text, path=path)) == 1
    assert found(text, replace(SETTINGS, ignore_words=("linked press",)), path) == []
    assert found(text, replace(SETTINGS, ignore_regex=(re.compile(r"Linked\sPress"),)), path) == []


def test_comments_silence_findings_and_are_not_read_themselves() -> None:
    checked = linter().check(Source("x.md", 'Linked Press <!-- unspin: ignore["linked press"] -->\n'), SETTINGS)
    assert checked.report.findings == checked.unused == ()


def test_markup_with_comments_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    monkeypatch.setattr("unspin.reading.markup.markdown.read_markdown", lambda text, parts: parsed.append(text))
    text = "A Linked Press that no other test reads <!-- unspin: ignore -->\n"
    linter().check(Source("x.md", text), SETTINGS)
    assert parsed == [text]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("x.md", "The *Linked* Press met."),
        ("x.html", "The <b>Linked</b>&nbsp;Press met."),
        ("x.rst", "The **Linked** Press met."),
    ],
)
def test_comments_name_what_a_reader_sees(path: str, text: str) -> None:
    assert len(found(text, path=path)) == 1
    for rule, left in (("linked press", 0), ("linked", 1), ("press", 1)):
        comment = f'.. unspin: ignore-next-line["{rule}"]' if path == "x.rst" else f'<!-- unspin: ignore-next-line["{rule}"] -->'
        assert len(found(f"{comment}\n\n{text}", path=path)) == left


def test_a_comment_is_not_unused_because_other_codes_are_looked_for() -> None:
    source = Source("x.md", "Linked Press <!-- unspin: ignore[US201] -->\n")
    assert linter().check(source, replace(SETTINGS, select=("US4",))).unused == ()
    assert len(linter().check(source, replace(SETTINGS, ignore_words=("phrases: Associated Press",))).unused) == 1


def test_findings_are_placed_in_the_source() -> None:
    report = linter().check(Source("x.md", "# A\n\nThe *Linked* Press\n"), SETTINGS).report
    (finding,) = report.findings
    assert report.text[finding.start : finding.end] == finding.text == "Linked* Press"
    assert report.position(finding.start) == (3, 6)


def test_the_records_of_a_table_make_one_report() -> None:
    text = '{"text": "Linked Press"}\n{"text": "Nothing, nothing"}\n'
    report = linter().check(Source("x.jsonl", text), SETTINGS).report
    assert [report.position(finding.start) for finding in report.findings] == [(1, 11)]
    assert (report.words, report.spin_rate) == (4, 0.25)


def test_a_repair_leaves_nothing_of_its_tier_and_keeps_markup() -> None:
    source = Source("x.md", "The **Linked** Press and `Linked Press` final year.\n")
    repair = linter().repair(source, SETTINGS, Tier.SAFE)
    assert repair.text == "The **Associated** Press and `Linked Press` final year.\n"
    assert linter().repair(replace(source, text=repair.text), SETTINGS, Tier.SAFE).edits == ()


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("x.txt", "referred\nto as the 1 show", "called the 1 show"),
        ("x.html", "referred\nto as<b> the</b> 1 show", "called<b> the</b> 1 show"),
        ("x.csv", 'text\n"referred\nto as the 1 show"\n', 'text\n"called the 1 show"\n'),
    ],
)
def test_a_blank_that_the_settings_leave_alone_becomes_no_line_end(
    path: str, text: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PHRASES, r"referred\nto as", ("US101", ("called",), 0.99, Tier.SAFE))
    settings = replace(SETTINGS, ignore_regex=(re.compile(r" the 1"),))
    assert linter().repair(Source(path, text), settings, Tier.SAFE).text == expected
    assert linter().repair(Source(path, text), SETTINGS, Tier.SAFE).text == expected.replace(" the", "\nthe")


def test_only_what_is_selected_is_repaired() -> None:
    settings = replace(SETTINGS, select=("US1",))
    assert linter().repair(Source("x", TEXT), settings, Tier.LIKELY).text == TEXT.replace("primary", "prime")


class Counting(Unspinner):
    calls = 0

    def analyze(self, *arguments: object) -> object:  # type: ignore[override]
        Counting.calls += 1
        return super().analyze(*arguments)  # type: ignore[arg-type]


def test_what_was_analysed_before_is_not_analysed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counting, "calls", 0)
    source = Source("x.txt", TEXT)
    reports = [
        Linter(Counting, key, Results(tmp_path)).check(source, settings).report
        for key, settings in [
            ("engine", SETTINGS),
            ("engine", replace(SETTINGS, select=("US",), tier=Tier.SAFE)),
            ("other", SETTINGS),
            ("engine", replace(SETTINGS, skip_quotes=True)),
        ]
    ]
    assert Counting.calls == 3
    assert reports[0] == reports[1]


@pytest.mark.parametrize(
    "change",
    [
        {"skip_quotes": True},
        {"ignore_words": ("Linked Press",)},
        {"ignore_regex": (re.compile("Linked"),)},
        {"ignore_regex": (re.compile("Linked", re.IGNORECASE),)},
        {"fields": ("body",)},
    ],
)
def test_settings_that_decide_what_is_read_are_part_of_the_key(tmp_path: Path, change: dict[str, object]) -> None:
    source, results = Source("x.txt", TEXT), Results(tmp_path)
    linter(results).check(source, SETTINGS)
    assert linter(results).known(source, SETTINGS)
    assert linter(results).known(replace(source, path="x.md"), SETTINGS) is None
    assert linter(results).known(source, replace(SETTINGS, **change)) is None  # type: ignore[arg-type]
