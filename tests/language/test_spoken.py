from __future__ import annotations

import pytest

from unspin.language.spoken import spoken


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("0", "zero"),
        ("7", "seven"),
        ("19", "nineteen"),
        ("20", "twenty"),
        ("42", "forty"),
        ("99", "ninety"),
        ("250", "hundred"),
        ("1,500", "hundred"),
        ("3.5", "three"),
        ("1st", "first"),
        ("10th", "tenth"),
        ("5:35", "five"),
        ("u.s.", "american"),
        ("mr", "mister"),
    ],
)
def test_numerals_and_abbreviations_have_a_word(key: str, word: str) -> None:
    assert spoken(key) == word


@pytest.mark.parametrize("key", ["1999", "2017", "22nd", "f-16", "house", "don't"])
def test_other_words_stand_for_themselves(key: str) -> None:
    assert spoken(key) == key
