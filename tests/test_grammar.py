from __future__ import annotations

import pytest

from unspin.grammar import (
    broken_times,
    differ_in_school,
    differ_in_style,
    indefinite_article,
    keep_line_end,
    keep_separators,
    match_case,
)


@pytest.mark.parametrize(
    "word",
    [
        "apple",
        "effort",
        "idea",
        "office",
        "umbrella",
        "hour",
        "honest",
        "heir",
        "unimportant",
        "uninformed",
        "uncle",
        "usher",
        "utter",
        "X-ray",
        "F-16",
        "only",
        "unidentified",
        "unissued",
        "urban",
        "utmost",
        "onerous",
        "8-year",
        "11",
        "18th",
    ],
)
def test_an_before_a_vowel_sound(word: str) -> None:
    assert indefinite_article(word) == "an"


@pytest.mark.parametrize(
    "word",
    [
        "house",
        "plan",
        "European",
        "university",
        "unique",
        "unit",
        "user",
        "usual",
        "one",
        "ones",
        "once",
        "one-off",
        "ewe",
        "utopia",
        "U.S.",
        "US-led",
        "UK",
        "UN",
        "Ukrainian",
        "hotel",
        "uranium",
        "Uruguayan",
        "Ugandan",
        "unanimous",
        "unimodal",
        "urine",
        "Utah",
        "UAE",
        "UNESCO",
        "URLs",
        "Honolulu",
        "1",
        "1,800",
        "110",
    ],
)
def test_a_before_a_consonant_sound(word: str) -> None:
    assert indefinite_article(word) == "a"


def test_the_sound_does_not_depend_on_capitals() -> None:
    assert indefinite_article("HOUR") == "an"


@pytest.mark.parametrize(
    ("canonical", "spun", "opens_sentence", "expected"),
    [
        ("last year", "final year", False, "last year"),
        ("last year", "Final year", True, "Last year"),
        ("last year", "FINAL YEAR", False, "LAST YEAR"),
        ("prime minister", "Primary Minister", False, "Prime Minister"),
        ("prime minister", "Primary Minister", True, "Prime Minister"),
        ("city council", "Metropolis", False, "City Council"),
        ("of course", "Naturally", True, "Of course"),
        ("Internet", "net", False, "Internet"),
        ("French president", "Gallic president", False, "French president"),
        ("long-term", "Lasting-Time", False, "Long-Term"),
        ("percent", "%", False, "percent"),
        ("number one", "A", True, "Number one"),
        ("he is", "He's", False, "He is"),
        ("New York", "The big apple", False, "New York"),
        ("New York", "BIG APPLE", False, "NEW YORK"),
        ("United States", "US", False, "United States"),
        ("United States", "Usa states", False, "United States"),
        ("under the constitution", "under the Structure", False, "under the Constitution"),
        (
            "establishment of a palestinian state",
            "institution of a Palestinian state",
            False,
            "establishment of a Palestinian state",
        ),
        ("degrees celsius", "levels Celsius", False, "degrees Celsius"),
        ("us dollar", "US greenback", False, "US dollar"),
        ("latin american countries", "Latin American nations", False, "Latin American countries"),
        ("african-american women", "African-American girls", False, "African-American women"),
        ("royal bank of scotland", "Royal Financial institution of Scotland", True, "Royal Bank of Scotland"),
        ("google image search", "Google Picture search", False, "Google Image search"),
        ("people", "Quantity of people", True, "People"),
        ("new", "Brand new", False, "New"),
        ("Scottish heart", "Scottish Coronary heart", False, "Scottish Heart"),
        ("the south station", "the south train station", False, "the south station"),
        ("screen", "TV screen", False, "screen"),
        ("computer vision", "PC vision", False, "computer vision"),
        ("computer vision", "PC vision", True, "Computer vision"),
        ("computer vision", "PC Vision", False, "Computer Vision"),
        ("joint session of congress", "joint workout of Council", False, "joint session of Congress"),
        ("members of congress", "individuals of the Council", False, "members of congress"),
        ("billion", "B", False, "billion"),
        ("me", "I", False, "me"),
        ("we", "I", True, "We"),
        ("the government", "The federal government", True, "The government"),
        ("house intelligence committee", "home Intelligence Committee", False, "house Intelligence Committee"),
    ],
)
def test_case(canonical: str, spun: str, opens_sentence: bool, expected: str) -> None:
    assert match_case(canonical, spun, opens_sentence) == expected


@pytest.mark.parametrize(
    ("canonical", "spun", "expected"),
    [
        ("prime minister", "Head of ministers", "Prime Minister"),
        ("prime minister", "head of ministers", "prime minister"),
        ("prime minister", "Head of ministers at Home", "Prime minister"),
        ("prime minister", "Top minister", "Prime minister"),
        ("because of", "On account of", "Because of"),
        ("long term", "Prolonged-term", "Long-term"),
        ("royal family", "Royal household", "Royal family"),
        ("African lion", "Big cat", "African lion"),
    ],
)
def test_a_name_within_a_sentence_gets_back_the_capitals_that_its_phrase_lost(canonical: str, spun: str, expected: str) -> None:
    assert keep_separators(match_case(canonical, spun, opens_sentence=False, runs_on=True), spun) == expected


@pytest.mark.parametrize(
    ("canonical", "spun", "expected"),
    [
        ("long range", "extended-variety", "long-range"),
        ("heart attack", "coronary heart\nattack", "heart\nattack"),
        ("weather balloon", "weather forecast-balloon", "weather-balloon"),
        ("weather balloon", "weather-forecast balloon", "weather balloon"),
        ("short term", "short-time period", "short-term"),
        ("up-to-date", "up to date as ever", "up-to-date"),
        ("red letter day", "red day", "red letter day"),
        ("last year", "final\nyear", "last\nyear"),
        ("last year", "final\r\nyear", "last\r\nyear"),
        ("of course", "naturally", "of course"),
        ("supply chain", "chain of provide", "supply chain"),
        ("long-term", "lasting time", "long term"),
        ("close-range", "shut range", "close range"),
        ("close-range", "shut-range", "close-range"),
        ("co-operation", "collaboration", "co-operation"),
        ("former prime minister", "Ex-primary minister", "former prime minister"),
        ("former long-range", "ex-extended-variety", "former long-range"),
        ("state-of-the-art", "country of the art", "state of the art"),
        ("state-of-the-art", "most modern", "state-of-the-art"),
    ],
)
def test_separators_of_the_text_stay_where_they_fit(canonical: str, spun: str, expected: str) -> None:
    assert keep_separators(canonical, spun) == expected


@pytest.mark.parametrize(
    ("canonical", "spun", "expected"),
    [
        ("has repeatedly", "has time and\nagain", "has\nrepeatedly"),
        ("all of a sudden", "sud\ndenly indeed", "all\nof a sudden"),
        ("all of a sudden", "very suddenly\r\n  indeed", "all of a\r\n  sudden"),
        ("last\nyear", "a\nfinal year", "last\nyear"),
        ("called", "referred\nto as", "called"),
        ("well-known", "known\nto all", "well-known"),
        ("months ago", "months in the past", "months ago"),
    ],
)
def test_a_line_end_goes_to_the_nearest_blank(canonical: str, spun: str, expected: str) -> None:
    assert keep_line_end(canonical, spun) == expected


def test_a_spelled_out_hour_of_a_clock_time_becomes_digits() -> None:
    assert list(broken_times("We left at five:35 a.m. sharp")) == [(11, 15, "5")]


@pytest.mark.parametrize("text", ["ten:15am", "ten:15PM"])
def test_letters_may_follow_the_minutes(text: str) -> None:
    assert list(broken_times(text)) == [(0, 3, "10")]


def test_the_hour_may_be_capitalised() -> None:
    assert [digits for _, _, digits in broken_times("Twelve:05 it was")] == ["12"]


@pytest.mark.parametrize(
    "text", ["five: 35 men", "five:75", "five:355", "twenty-five:35", "five:3", "five:35px", "fifty:20", "at 5:35", "ſix:35"]
)
def test_other_colons_are_left_alone(text: str) -> None:
    assert list(broken_times(text)) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Do not", "Don't", True),
        ("don’t", "do not", True),
        ("I would", "I'd", True),
        ("they had", "they'd", True),
        ("cannot", "can't", True),
        ("can not", "can't", True),
        ("it's not", "it isn't", True),
        ("will not go", "won't go", True),
        ("do not", "do not", False),
        ("would not", "doesn't", False),
        ("the firm's", "the company's", False),
        ("is no", "isn't any", False),
        ("n't", "not", False),
        ("On-line", "online", True),
        ("long-term", "long term", True),
        ("health care", "healthcare", False),  # spinners part words, too
        ("re-elected", "elected", False),
        ("kms wide", "kilometers wide", True),
        ("ft", "foot", True),
        ("Feet", "ft", True),
        ("per hr", "per minute", False),
        ("mg", "Mg", False),
        ("4 PER HR", "4 per hr", False),
        ("yr", "year", False),  # spinners write that
        ("co-op", "co-op", False),
        ("", "", False),
    ],
)
def test_contractions_hyphens_and_signs_of_units_are_a_matter_of_style(one: str, other: str, same: bool) -> None:
    assert differ_in_style(one, other) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("College of Florida", "University of Florida", True),
        ("Harvard College", "Harvard University", True),
        ("Faculty Board", "School Board", True),
        ("Florida Deal College", "Florida Trade University", False),
        ("a business college", "a business school", False),
        ("College of Florida", "College of Florida", False),
        ("School of Rock", "School", False),
        ("", "", False),
    ],
)
def test_one_kind_of_school_is_no_better_than_another(one: str, other: str, same: bool) -> None:
    assert differ_in_school(one, other) is same
