"""Numerals as a language model of spoken words knows them."""

from __future__ import annotations

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "6th": "sixth", "7th": "seventh",
            "8th": "eighth", "9th": "ninth", "10th": "tenth"}  # fmt: skip
YEARS = range(1700, 2100)
ABBREVIATIONS = {"u.s.": "american", "u.k.": "british", "u.n.": "u.n.", "mr": "mister", "dr": "doctor"}


def spoken(key: str) -> str:
    """One word that stands for a numeral or an abbreviation in a language model without digits; `key` itself if it is neither.

    Exact up to twenty and for tens; beyond, a word of the same order of magnitude, which is near enough for a context.
    """
    if not key[0].isdigit():
        return ABBREVIATIONS.get(key, key)
    if key in ORDINALS:
        return ORDINALS[key]
    digits = key.replace(",", "").partition(".")[0]
    if not digits.isdecimal():
        return "five" if ":" in key else key
    number = int(digits[:9])
    if number < len(ONES):
        return ONES[number]
    if number < 100:
        return TENS[number // 10 - 2]
    if number < 1000 or number not in YEARS or "," in key:
        return "hundred"
    return key
