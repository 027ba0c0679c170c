from __future__ import annotations

from dataclasses import replace
from pathlib import PureWindowsPath

import pytest

from tests.fake_engine import Unspinner
from unspin.findings import Report, Suggestion
from unspin.reporting.annotation import Region, certainty, message, place, region
from unspin.reporting.filereport import FileReport


def test_a_message_says_what_stood_there_and_how_sure_we_are(file: FileReport) -> None:
    said = '"final year" looks spun; the author probably wrote "last year". Or "past year". Confidence 0.93 (likely).'
    assert message(file.findings[-1]) == said


def test_a_message_without_alternatives(file: FileReport) -> None:
    said = '"Linked Press" looks spun; the author probably wrote "Associated Press". Confidence 0.99 (safe).'
    assert message(file.findings[1]) == said


def test_a_message_is_one_line_without_commands(file: FileReport) -> None:
    finding = replace(file.findings[-1], text="final\r\nyear\x1b[2J", suggestions=(Suggestion("last\nyear", 0.9),))
    assert message(finding).startswith('"final year�[2J" looks spun; the author probably wrote "last year".')


def test_a_deletion_writes_nothing(file: FileReport) -> None:
    finding = replace(file.findings[0], suggestions=(Suggestion("", 0.9),))
    assert "the author probably wrote nothing." in message(finding)


def test_a_region_may_cover_several_lines() -> None:
    text = "é\r\nb\nc"
    finding = replace(Unspinner().analyze("final year").findings[0], start=0, end=5, text=text[:5])
    assert region(finding, Report(text, 3, 0.0, 0.0, ())) == Region(1, 1, 3, 1)


@pytest.mark.parametrize(
    ("path", "placed"),
    [("-", "stdin"), ("a.txt", "a.txt"), ("./a b/ü.txt", "a b/ü.txt"), ("/tmp//a", "/tmp/a"), ("bad\udcffname", "bad�name")],
)
def test_a_place_has_one_spelling(path: str, placed: str) -> None:
    assert place(path) == placed


def test_backslashes_of_windows_become_slashes() -> None:
    assert place(r".\docs\a b.txt", PureWindowsPath) == "docs/a b.txt"


@pytest.mark.parametrize(("share", "shown"), [(1.0, "0.99"), (0.999, "0.99"), (0.985, "0.98"), (0.5, "0.50"), (0.0, "0.00")])
def test_nothing_is_certain(share: float, shown: str) -> None:
    assert certainty(share) == shown
