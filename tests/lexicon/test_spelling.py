from __future__ import annotations

import pytest

from unspin.lexicon.spelling import spelled_alike


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
