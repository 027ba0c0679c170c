from __future__ import annotations

import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.findings import Evidence, Finding, Suggestion, Tier
from unspin.reading.prose import Piece, Prose


def finding(prose: Prose, text: str, *suggestions: str) -> Finding:
    start = prose.text.index(text)
    ranked = tuple(Suggestion(suggestion, 0.9 / (k + 1)) for k, suggestion in enumerate(suggestions))
    return Finding("US201", "e", start, start + len(text), text, ranked, Tier.SAFE, Evidence(1.0, 1.0, 0.1))


def repaired(source: str, placed: Finding | None) -> str:
    assert placed is not None
    assert source[placed.start : placed.end] == placed.text
    return source[: placed.start] + placed.suggestions[0].text + source[placed.end :]


def test_text_without_markup_is_seen_as_it_is() -> None:
    prose = Prose("The Linked Press.")
    assert prose.text == "The Linked Press."
    assert (
        repaired("The Linked Press.", prose.place(finding(prose, "Linked Press", "Associated Press"))) == "The Associated Press."
    )


SOURCE = "The **Linked** Press met."
PIECES = [(4, 6, ""), (12, 14, "")]


def test_marks_inside_an_edit_stay_between_the_same_words() -> None:
    prose = Prose(SOURCE, PIECES)
    assert prose.text == "The Linked Press met."
    assert repaired(SOURCE, prose.place(finding(prose, "Linked Press", "Associated Press"))) == "The **Associated** Press met."


def test_a_suggestion_with_another_number_of_words_does_not_fit_between_marks() -> None:
    prose = Prose(SOURCE, PIECES)
    assert prose.place(finding(prose, "Linked Press", "Press")) is None
    placed = prose.place(finding(prose, "Linked Press", "Associated Press", "Press"))
    assert placed is not None
    assert [s.text for s in placed.suggestions] == ["Associated** Press"]


@pytest.mark.parametrize(
    ("between", "pieces", "after", "expected"),
    [
        ("&nbsp;", [(10, 16, " ")], "Associated Press", "Associated&nbsp;Press"),
        ("&nbsp;", [(10, 16, " ")], "AP", "AP"),
        ("*&nbsp;*", [(10, 11, ""), (11, 17, " "), (17, 18, "")], "Associated Press", "Associated*&nbsp;*Press"),
        ("*&nbsp;*", [(10, 11, ""), (11, 17, " "), (17, 18, "")], "AP", None),
    ],
)
def test_blanks_that_are_spelled_out_stay(between: str, pieces: list[Piece], after: str, expected: str | None) -> None:
    source = f"The Linked{between}Press met."
    prose = Prose(source, pieces)
    placed = prose.place(finding(prose, "Linked Press", after))
    assert (placed and repaired(source, placed)) == (expected and f"The {expected} met.")


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("Associated Press’s man", "The Associated Press&rsquo;s man met."),
        ("Linked Media’s man", None),
        ("Associated Press", None),
    ],
)
def test_a_word_with_an_entity_stays_or_nothing_is_written(after: str, expected: str | None) -> None:
    source = "The Linked Press&rsquo;s man met."
    prose = Prose(source, [(16, 23, "’")])
    placed = prose.place(finding(prose, "Linked Press’s man", after))
    assert (placed and repaired(source, placed)) == expected
    assert repaired(source, prose.place(finding(prose, "Linked Press", "AP"))) == "The AP&rsquo;s man met."


def test_marks_inside_a_word_are_not_disturbed() -> None:
    prose = Prose("The **L**inked Press.", [(4, 6, ""), (7, 9, "")])
    assert prose.text == "The Linked Press."
    assert prose.place(finding(prose, "Linked Press", "Associated Press")) is None


def test_marks_around_an_edit_are_not_part_of_it() -> None:
    prose = Prose("The **Linked Press**.", [(4, 6, ""), (18, 20, "")])
    placed = prose.place(finding(prose, "Linked Press", "Associated Press"))
    assert placed is not None
    assert (placed.start, placed.end) == (6, 18)


def test_escapes_are_seen_decoded_and_new_text_is_spelled_as_the_source_needs_it() -> None:
    source = "the Linked\\nPress"
    prose = Prose(source, [(10, 12, "\n")], escape=lambda text: text.replace("\n", "\\n"))
    assert prose.text == "the Linked\nPress"
    assert repaired(source, prose.place(finding(prose, "Linked\nPress", "Associated\nPress"))) == "the Associated\\nPress"


def test_hidden_ranges_are_those_of_the_visible_text() -> None:
    prose = Prose("**a** `b` c", [(0, 2, ""), (3, 5, "")], [(6, 9)])
    assert [prose.text[start:end] for start, end in prose.protected] == ["`b`"]


def test_a_text_does_not_wait_for_the_garbage_collector() -> None:
    prose = Prose("a `b`", hidden=[(2, 5)])
    alive = weakref.ref(prose)
    del prose
    assert alive() is None


def test_a_record_is_a_part_of_the_source() -> None:
    source = "id,Linked Press,x"
    prose = Prose(source, start=3, end=15)
    assert prose.text == "Linked Press"
    assert repaired(source, prose.place(finding(prose, "Linked Press", "Associated Press"))) == "id,Associated Press,x"


@given(st.text(alphabet="ab *\n", max_size=40), st.sets(st.integers(0, 39)), st.sets(st.integers(0, 39)), st.data())
def test_what_is_seen_comes_from_where_it_is_placed(source: str, holes: set[int], breaks: set[int], data: st.DataObject) -> None:
    pieces = [(i, i + 1, "") for i in holes if i < len(source)] + [(i, i, "\n\n") for i in breaks if i < len(source)]
    prose = Prose(source, sorted(pieces))
    if not prose.text:
        return
    start = data.draw(st.integers(0, len(prose.text) - 1))
    end = data.draw(st.integers(start + 1, len(prose.text)))
    text = prose.text[start:end]
    placed = prose.place(Finding("US401", "e", start, end, text, (Suggestion(text, 0.9),), Tier.SAFE, Evidence(0, 0, 0)))
    if placed is not None:
        seen = "".join(c for i, c in enumerate(source) if placed.start <= i < placed.end and i not in holes)
        assert seen == text.replace("\n\n", "") or "\n" in text
        assert placed.text == source[placed.start : placed.end]
