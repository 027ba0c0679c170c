from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from unspin.evaluation.align import align


def edits(spun: str, original: str) -> list[tuple[str, str]]:
    return [(spun[gold.start : gold.end], gold.original) for gold in align(spun, original)]


def test_words_are_aligned() -> None:
    spun = "The Linked Press mentioned it final year."
    assert edits(spun, "The Associated Press said it last year.") == [
        ("Linked", "Associated"),
        ("mentioned", "said"),
        ("final", "last"),
    ]


def test_neighbouring_words_are_edits_of_their_own() -> None:
    assert edits("he mentioned final year", "he said last year") == [("mentioned", "said"), ("final", "last")]


def test_equal_texts_and_other_blanks_have_no_edits() -> None:
    assert align("a b\nc", "a  b c") == []


def test_insertions_and_deletions_take_a_neighbour() -> None:
    assert edits("He is in a position to go", "He can go") == [("is in a position to", "can")]
    assert edits("permit for this", "permit this") == [("permit for", "permit")]
    assert edits("allow this", "allow for this") == [("allow", "allow for")]
    assert edits("press", "the press") == [("press", "the press")]


words = st.lists(st.sampled_from(["the", "press", "said", "last", "final", "year", ".", ","])).map(" ".join)


@given(words, words)
def test_the_edits_lead_to_the_original(spun: str, original: str) -> None:
    if not spun or not original:
        return
    gold = align(spun, original)
    result = spun
    for edit in reversed(gold):
        result = result[: edit.start] + edit.original + result[edit.end :]
    assert result.split() == original.split()
    assert all(edit.start < edit.end for edit in gold)
    assert all(left.end <= right.start for left, right in itertools.pairwise(gold))
