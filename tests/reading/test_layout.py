from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fake_engine import Unspinner
from unspin.findings import Edit, Tier
from unspin.linting.config import Settings
from unspin.linting.linter import Linter
from unspin.patching import apply
from unspin.reading.layout import laid_out
from unspin.reading.source import Source

SETTINGS = Settings()


def fixed(text: str, path: str = "a.rst") -> tuple[str, int]:
    """The repaired text, and how many findings were left."""
    linter = Linter(Unspinner)
    repair = linter.repair(Source(path, text), SETTINGS, Tier.LIKELY)
    again = linter.repair(Source(path, repair.text), SETTINGS, Tier.LIKELY)
    assert (again.text, again.left) == (repair.text, repair.left)
    return repair.text, repair.left


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Linked Press\n============\n\nText\n", "Associated Press\n================\n\nText\n"),
        ("Linked Press\r\n--------------\r\n", "Associated Press\r\n----------------\r\n"),
        ("Linked Press\n====================\n", "Associated Press\n====================\n"),
        ("============\nLinked Press\n============\n", "================\nAssociated Press\n================\n"),
        (
            "The Linked Press in final year\n******************************\n",
            "The Associated Press in last year\n*********************************\n",
        ),
        ("final year\n==========\n", "last year\n==========\n"),
        ("東京 Linked Press\n=================\n", "東京 Associated Press\n=====================\n"),
        ("Cafe\u0301 Linked Press\n=================\n", "Cafe\u0301 Associated Press\n=====================\n"),
        ("1. Linked Press\n===============\n", "1. Associated Press\n===================\n"),
        ("The Linked Press\n--\n", "The Associated Press\n--\n"),
        ("At the\nLinked Press\n------------\n", "At the\nAssociated Press\n------------\n"),
        ("Text\n\n----\n\nLinked Press\n++++++++++++\n", "Text\n\n----\n\nAssociated Press\n++++++++++++++++\n"),
    ],
)
def test_title_lines_grow_with_their_titles(before: str, after: str) -> None:
    assert fixed(before) == (after, 0)


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        (
            "+--------------+------+\n| Linked Press | a    |\n+--------------+------+\n",
            "+--------------+------+\n| Linked Press | a    |\n+--------------+------+\n",
            1,
        ),
        (
            "+-------------------+------------+\n| Linked Press      | final year |\n+-------------------+------------+\n",
            "+-------------------+------------+\n| Associated Press  | last year  |\n+-------------------+------------+\n",
            0,
        ),
        (
            "+------------------+-----+\n| Linked Press     | 1   |\n| in the final     | 2   |\n+------------------+-----+\n",
            "+------------------+-----+\n| Associated Press | 1   |\n| in the final     | 2   |\n+------------------+-----+\n",
            0,
        ),
        (
            "+----------------------+\n| Linked Press    |up| |\n| Linked Press     |up||\n+----------------------+\n",
            "+----------------------+\n| Linked Press    |up| |\n| Associated Press |up||\n+----------------------+\n",
            1,
        ),
        (
            "============  =====\nLinked Press  x\n============  =====\n",
            "============  =====\nLinked Press  x\n============  =====\n",
            1,
        ),
        (
            "==================  ============\nLinked Press        Linked Press\n==================  ============\n",
            "==================  ============\nAssociated Press    Associated Press\n==================  ============\n",
            0,
        ),
        (
            "====  ============  ===\na     b             c\n      Linked Press\n====  ============  ===\n",
            "====  ============  ===\na     b             c\n      Linked Press\n====  ============  ===\n",
            1,
        ),
    ],
)
def test_columns_of_tables_stay_where_they_are(before: str, after: str, left: int) -> None:
    assert fixed(before) == (after, left)


def test_other_formats_are_not_measured() -> None:
    table = "| a | Linked Press |\n|---|--------------|\n| b | final year |\n"
    assert fixed(table, "a.md") == (table.replace("Linked", "Associated").replace("final", "last"), 0)
    assert fixed("Linked Press\n============\n", "a.txt")[0] == "Associated Press\n============\n"


@pytest.mark.parametrize(
    ("text", "before", "after", "expected"),
    [
        ("It was referred\nto as the show.", "referred\nto as", "called", "It was called\nthe show."),
        ("- It was referred\r\n  to as the show.", "referred\r\n  to as", "called", "- It was called\r\n  the show."),
        ("It was referred\nto as “the show”.", "referred\nto as", "called", "It was called “the show”."),
        ("It was referred\nto as - well.", "referred\nto as", "called", "It was called - well."),
        ("It was referred\nto as\nthe show.", "referred\nto as", "called", "It was called\nthe show."),
        ("It has time\nand again been", "has time\nand again", "has\nrepeatedly", "It has\nrepeatedly been"),
    ],
)
@pytest.mark.parametrize("path", ["a.txt", "a.md", "a.rst"])
def test_a_line_ends_behind_a_phrase_that_has_no_place_for_it(
    text: str, before: str, after: str, expected: str, path: str
) -> None:
    start = text.index(before)
    edit = Edit(start, start + len(before), before, after, "US101", "phrases: a", 1.0, Tier.SAFE)
    assert apply(text, laid_out(Source(path, text), [edit])) == expected


@pytest.mark.parametrize(
    ("text", "after", "path"),
    [
        ("It was *referred\nto as* the show.", "It was *called*\nthe show.", "a.md"),
        ("It was [referred\nto as](https://x.org) the show.", "It was [called](https://x.org) the show.", "a.md"),
        ("It was **referred\nto as** the show.", "It was **called**\nthe show.", "a.rst"),
        ("It was <b><i>referred\nto as</i></b> the show.", "It was <b><i>called</i></b>\nthe show.", "a.html"),
        ("It was referred\nto as&nbsp;the show.", "It was called&nbsp;the\nshow.", "a.html"),
        ("It was referred\nto as&nbsp;the</b> show.", "It was called&nbsp;the</b>\nshow.", "a.html"),
        ("It was referred\nto as&nbsp;&amp; so.", "It was called&nbsp;&amp; so.", "a.html"),
    ],
)
def test_a_line_ends_behind_inline_marks_and_bound_words(text: str, after: str, path: str) -> None:
    start = text.index("referred")
    edit = Edit(start, start + 14, "referred\nto as", "called", "US101", "phrases: a", 1.0, Tier.SAFE)
    assert apply(text, laid_out(Source(path, text), [edit])) == after


def test_no_line_ends_in_what_is_protected() -> None:
    text = "It was referred\nto as the show."
    edit = Edit(7, 21, text[7:21], "called", "US101", "phrases: a", 1.0, Tier.SAFE)
    assert apply(text, laid_out(Source("a.txt", text), [edit], [(20, 24)])) == "It was called the show."


def test_what_was_accepted_by_a_person_is_laid_out_too() -> None:
    source = Source("a.rst", "Linked Press\n============\n")
    (finding,) = Linter(Unspinner).check(source, SETTINGS).report.findings
    edits = laid_out(source, [replace(finding.edit, after="The Wire Service")])
    assert [(edit.before, edit.after) for edit in edits] == [("Linked Press", "The Wire Service"), ("=", "=====")]
