"""Where lines begin, and how far they are indented."""

from __future__ import annotations

from unspin.reading.markup.lines import indents, line_starts


def test_starts_count_the_newlines() -> None:
    assert line_starts(["ab", "", "c"]) == [0, 3, 4, 6]
    assert line_starts(["ab"], offset=10) == [10, 13]
    assert line_starts([], offset=10) == [10]


def test_a_tab_goes_to_the_next_stop() -> None:
    lines, blanks = ["a", "  a", "\ta", "  \ta", "\t a\tb"], [0, 2, 1, 3, 2]
    assert indents(lines, blanks, tab=8) == [0, 2, 8, 8, 9]
    assert indents(lines, blanks, tab=4) == [0, 2, 4, 4, 5]
