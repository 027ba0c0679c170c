from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.document import BLOCK, JOINING, SEARCH, Document, Sentence, blocks, distinct, in_common

WORDS = [
    "word",
    "don’t",
    "it's",
    "U.S.",
    "a.m.",
    "p.c",
    "p.c\u0301",
    "Mr.",
    "5:35",
    "3rd",
    "état",
    "İ",
    "ß",
    "😀",
    "a\u0301",
    "long-term",
    "_",
]
GAPS = [" ", "  ", "\n", "\r\n", "\n\n", "! ", "? ", ". ", "… ", "—", "\u00a0", "\t", "“", "”", "."]
PIECES = st.sampled_from([*WORDS, *GAPS])
TEXTS = st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60)
RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair))), max_size=4)


def words(text: str, protected: list[tuple[int, int]] | None = None) -> list[str]:
    doc = Document(text, protected)
    return [doc.word(i) for i in range(len(doc))]


def sentences(text: str) -> list[str]:
    doc = Document(text)
    return [" ".join(doc.word(i) for i in range(s.first, s.last)) for s in doc.sentences]


@given(TEXTS)
def test_words_and_gaps_rebuild_the_text(text: str) -> None:
    doc = Document(text)
    if not len(doc):
        return
    rebuilt = (
        text[: doc.starts[0]]
        + "".join(doc[i].text + gap for i, gap in enumerate([*map(doc.gap, range(len(doc) - 1)), ""]))
        + text[doc.ends[-1] :]
    )
    assert rebuilt == text


@given(TEXTS)
def test_a_token_stands_at_its_offsets(text: str) -> None:
    doc = Document(text)
    for i in range(len(doc)):
        token = doc[i]
        assert token.text and text[token.start : token.end] == token.text == doc.word(i)


@given(TEXTS)
def test_every_word_is_in_exactly_one_sentence(text: str) -> None:
    doc = Document(text)
    assert [i for sentence in doc.sentences for i in range(sentence.first, sentence.last)] == list(range(len(doc)))


@given(TEXTS, RANGES)
def test_no_word_touches_a_protected_range(text: str, protected: list[tuple[int, int]]) -> None:
    doc = Document(text, protected)
    for start, end in zip(doc.starts, doc.ends, strict=True):
        assert not any(low < end and start < high for low, high in protected if low < high)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the U.S. economy", ["the", "U.S.", "economy"]),
        ("five p.c of the U.S.A and U.S.Steel", ["five", "p.c", "of", "the", "U.S.A", "and", "U.S.", "Steel"]),
        ("see a.b's, a.b_c, main.c", ["see", "a", "b's", "a", "b_c", "main", "c"]),
        ("at 5:35 a.m. sharp", ["at", "5:35", "a.m.", "sharp"]),
        ("Mr. Smith", ["Mr", "Smith"]),
        ("1,500.5 euros, the 3rd", ["1,500.5", "euros", "the", "3rd"]),
        ("a long-term plan", ["a", "long", "term", "plan"]),
        ("the country’s men don't", ["the", "country’s", "men", "don't"]),
        ("“Quoted,” she said.", ["Quoted", "she", "said"]),
        ("_use_ snake_case__2's 3rd_day", ["use", "snake_case__2's", "3rd_day"]),
        ("a cafe\u0301's re\u0301sume\u0301", ["a", "cafe\u0301's", "re\u0301sume\u0301"]),
        ("fi\u00adnal\u00ad ye\u200bar\ufeff", ["fi\u00adnal", "ye\u200bar"]),
        ("état d’âme", ["état", "d’âme"]),
        ("one\r\ntwo", ["one", "two"]),
        ("", []),
        (" — … ", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_keys_are_lower_case_with_straight_apostrophes() -> None:
    assert Document("The Country’s DON'T").keys == ["the", "country's", "don't"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. We left.", ["It rained", "We left"]),
        ("Did it rain? We left!", ["Did it rain", "We left"]),
        ("He said: “It rained.” We left.", ["He said It rained", "We left"]),
        ("It rained… We left.", ["It rained", "We left"]),
        ("Mr. Smith met Dr. Jones.", ["Mr Smith met Dr Jones"]),
        ("The U.S. Senate met.", ["The U.S. Senate met"]),
        ("We met at 9 a.m. in town.", ["We met at 9 a.m. in town"]),
        ("We met at 9 a.m. The bus left.", ["We met at 9 a.m.", "The bus left"]),
        ("He left the U.S. He is back.", ["He left the U.S.", "He is back"]),
        ("He flew from Hanford Intl. Airport.", ["He flew from Hanford Intl Airport"]),
        ("It costs 3.5 euros.", ["It costs 3.5 euros"]),
        ("A title\n\nwe left", ["A title", "we left"]),
        ("A title\r\n\r\nwe left", ["A title", "we left"]),
        ("A title\n \t\nwe left", ["A title", "we left"]),
        ("A wrapped\nline", ["A wrapped line"]),
        ("A wrapped\r\nline", ["A wrapped line"]),
        ("It rained.\nWe left.", ["It rained", "We left"]),
        ("He asked why? and left.", ["He asked why and left"]),
        ("It rained. 5 men left.", ["It rained", "5 men left"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_the_first_words_of_sentences_are_known() -> None:
    assert Document("It rained. We left.").starts_sentence == {0, 2}


def test_a_text_without_words_has_no_sentence() -> None:
    assert Document("…").sentences == []


@pytest.mark.parametrize("gap", [" ", "-", "\n", "\r\n", "  "])
def test_blanks_and_hyphens_join_words_to_phrases(gap: str) -> None:
    assert Document(f"supply{gap}chain").joined.tolist() == [True]


@pytest.mark.parametrize("gap", [", ", ". ", " - ", " “", "\n\n", " (", "—", "/"])
def test_punctuation_and_paragraphs_part_words(gap: str) -> None:
    assert Document(f"supply{gap}chain").joined.tolist() == [False]


@pytest.mark.parametrize("gap", [", ", ",\n", ",\r\n", " & ", "' ", "’ ", "/"])
def test_between_the_words_of_names_may_stand_what_parts_others(gap: str) -> None:
    names = Document("Alcohol, Tobacco & Firearms' A/B")
    assert Document(f"supply{gap}chain").gaps.tolist()[0] in names.gaps.tolist()
    assert Document("supply chain").gaps.tolist() == [JOINING]


@pytest.mark.parametrize("gap", [". ", " , ", ",\n\n", "; ", " (", "—"])
def test_nothing_else_stands_between_the_words_of_names(gap: str) -> None:
    assert Document(f"supply{gap}chain").gaps.tolist() == [0]


def test_protected_words_are_invisible() -> None:
    assert words("see https://a.org/b now", [(4, 19)]) == ["see", "now"]


def test_protected_ranges_may_come_in_any_order_and_overlap() -> None:
    assert words("one two three four", [(8, 13), (4, 10)]) == ["one", "four"]


def test_a_protected_range_parts_the_words_around_it() -> None:
    assert Document("supply `x` chain", [(7, 10)]).joined.tolist() == [False]


def test_a_protected_range_cuts_a_word() -> None:
    assert words("superman", [(0, 5)]) == ["man"]


def test_acronyms_are_words_in_capitals() -> None:
    doc = Document("NATO met the U.S. I Am A Man, WHO's and IT’s A's: It's")
    assert [doc.word(i) for i in doc.acronyms] == ["NATO", "U.S.", "WHO's", "IT’s"]


def test_a_headline_in_capitals_has_no_acronyms() -> None:
    doc = Document("THE PRESS MET IN 2 PLACES\n\nNATO met. UN, IMF, WHO\n\nTHE PRESS MET the UN.")
    assert [doc.word(i) for i in doc.acronyms] == ["NATO", "UN", "IMF", "WHO", "THE", "PRESS", "MET", "UN"]


def test_letters_and_digits_touch() -> None:
    doc = Document("An mp3 player, 2nd-hand, of Q4's best")
    assert [doc.word(i) for i in doc.glued] == ["mp", "3", "Q", "4"]


def test_abbreviations_have_full_stops() -> None:
    assert Document("Prof. A of the dept met No. 5, est. 1990, see Sect. 3").abbreviations == [0, 6, 8, 11]


def test_a_text_all_in_capitals_has_no_acronyms() -> None:
    assert not Document("THE PRESS MET").acronyms


def test_a_sentence_is_a_range_of_words() -> None:
    assert Document("It rained. We left.").sentences == [Sentence(0, 2), Sentence(2, 4)]


def test_what_stands_among_the_same_words_as_before_is_repeated() -> None:
    doc = Document("one two three four five six seven. Nine one two three four five six seven.")
    assert [doc.word(i) for i in np.flatnonzero(doc.repeated)] == ["four"]
    assert not Document("so it was and so it was not").repeated.any()
    assert not len(Document("").repeated)


@given(st.lists(st.sampled_from(["A sentence of some words. ", "word ", "x" * 700, "\n\n", "No end"]), max_size=120).map("".join))
def test_blocks_are_a_partition_into_much_the_same_sizes(text: str) -> None:
    found = [*blocks(text)]
    assert "".join(text[start:end] for start, end in found) == text
    assert len(found) == max(1, -(-len(text) // BLOCK))
    assert all(BLOCK / 2 - SEARCH <= end - start <= BLOCK + SEARCH for start, end in found) or len(found) == 1


def test_blocks_end_behind_a_sentence() -> None:
    text = "This sentence has some seven words here. " * 500
    found = [*blocks(text)]
    assert len(found) == 5
    assert all(text[:end].endswith(". ") for _, end in found)


def test_a_text_without_blanks_is_cut_anywhere() -> None:
    assert [*blocks("x" * (2 * BLOCK))] == [(0, BLOCK), (BLOCK, 2 * BLOCK)]


@pytest.mark.parametrize(
    ("one", "other", "rest", "expected"),
    [
        ("deep neural network", "deep brain network", 0, (1, 1)),
        ("deep neural network", "deep network", 0, (1, 1)),
        ("deep network", "deep network", 0, (2, 0)),
        ("deep network", "deep network", 1, (1, 0)),
        ("a a a", "a a", 1, (1, 0)),
        ("area", "region", 1, (0, 0)),
        ("", "region", 1, (0, 0)),
    ],
)
def test_words_in_common(one: str, other: str, rest: int, expected: tuple[int, int]) -> None:
    assert in_common(one.split(), other.split(), rest) == expected


def test_distinct_values_ascend() -> None:
    assert distinct(np.array([3, -1, 3, 2, 2])).tolist() == [-1, 2, 3]
    assert distinct(np.array([], np.int64)).tolist() == []
