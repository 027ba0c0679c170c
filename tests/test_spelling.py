from __future__ import annotations

import pytest

from unspin.spelling import Habits, american_by_british, british_by_american, other_spelling, spelled_alike


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("organisation", "organization"),
        ("apologised", "apologized"),
        ("analysing", "analyzing"),
        ("labour", "labor"),
        ("neighbourhoods", "neighborhoods"),
        ("behavioural", "behavioral"),
        ("centres", "centers"),
        ("manoeuvre", "maneuver"),
        ("defence", "defense"),
        ("licenced", "licensed"),
        ("practised", "practiced"),
        ("catalogue", "catalog"),
        ("travelling", "traveling"),
        ("programmes", "programs"),
        ("paediatric", "pediatric"),
        ("oestrogen", "estrogen"),
        ("aluminium", "aluminum"),
        ("artefacts", "artifacts"),
        ("greyer", "grayer"),
        ("moulded", "molded"),
        ("sceptical", "skeptical"),
        ("judgements", "judgments"),
        ("same", "same"),
    ],
)
def test_the_spelling_of_two_countries(british: str, american: str) -> None:
    assert spelled_alike(british, american)
    assert spelled_alike(american, british)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("organisation", "organizations"),
        ("organisation", "association"),
        ("daemon", "demon"),
        ("prise", "prize"),
        ("four", "for"),
        ("hour", "hor"),
        ("fence", "fense"),
        ("shoe", "she"),
        ("call", "cal"),
        ("", "a"),
    ],
)
def test_other_words(word: str, other: str) -> None:
    assert not spelled_alike(word, other)


def test_listed_spellings_are_alike_and_no_word_is_both() -> None:
    for british, american in american_by_british().items():
        assert british != american
        assert spelled_alike(british, american)
    assert len(british_by_american()) == len(american_by_british()) > 800
    assert american_by_british().keys().isdisjoint(british_by_american())


def test_the_other_spelling() -> None:
    assert other_spelling("centre") == "center"
    assert other_spelling("center") == "centre"
    assert other_spelling("metre") is None
    assert other_spelling("house") is None


@pytest.mark.parametrize(
    ("words", "word", "spelled"),
    [
        ("the colour", "defense", "defence"),
        ("the color", "defence", "defense"),
        ("no evidence", "defence", "defence"),
        ("colour color", "defense", "defense"),
        ("colour", "organize", "organise"),
        ("colour realize", "organize", "organize"),
        ("realise", "center", "centre"),
        ("colour", "house", "house"),
    ],
)
def test_words_go_by_the_habits_of_a_text(words: str, word: str, spelled: str) -> None:
    assert Habits.of(words.split()).spell(word) == spelled
