from __future__ import annotations

from typing import Any

import pytest

from unspin.corpus.operation import Choice, Decision, Item, Place, Reverting
from unspin.findings import Edit, Tier
from unspin.patching import apply

TEXT = "a vital financial institution in a nation"


def edit(before: str, after: str, tier: str = "likely") -> dict[str, Any]:
    start = TEXT.index(before)
    names = {"code": "US101", "entry": f"phrases: {after}"}
    return {
        "start": start,
        "end": start + len(before),
        "before": before,
        "after": after,
        **names,
        "confidence": 0.9,
        "tier": tier,
    }


FIRST, COMPOSED, OTHER = (
    edit("financial institution", "bank", "safe"),
    edit("vital financial institution", "central bank"),
    edit("nation", "country"),
)
PROPOSAL = {"edits": [COMPOSED, OTHER], "at": {"safe": [FIRST]}}
DESK: Place = (FIRST["start"], FIRST["end"])


def made(decisions: dict[Place, Decision], tier: Tier = Tier.LIKELY) -> tuple[list[tuple[str, str, str]], int]:
    choice = Choice(tier, decisions={1: decisions})
    edits = choice.edits(Item(1, None, TEXT), PROPOSAL)
    return [(edit["before"], edit["after"], edit["entry"]) for edit in edits], choice.met


AS_PROPOSED = [(edit["before"], edit["after"], edit["entry"]) for edit in (COMPOSED, OTHER)]


@pytest.mark.parametrize(
    ("decision", "instead"),
    [
        (Decision(False), None),
        (Decision(False, before="financial institution"), None),
        (Decision(True, "bank", "financial institution", {"entry": "desk"}), ("financial institution", "bank", "desk")),
        (Decision(True, "lender"), ("financial institution", "lender", COMPOSED["entry"])),
    ],
)
def test_a_decision_outweighs_what_it_overlaps(decision: Decision, instead: tuple[str, str, str] | None) -> None:
    assert made({DESK: decision}) == ([*([instead] if instead else []), AS_PROPOSED[1]], 1)


@pytest.mark.parametrize(
    ("place", "decision"),
    [
        (DESK, Decision(True)),
        (DESK, Decision(True, "bank", "another text")),
        (DESK, Decision(False, before="another text")),
        ((0, 1), Decision(True, "the")),
        ((DESK[0], 1000), Decision(True, "bank")),
    ],
)
def test_a_decision_about_something_else_has_no_effect(place: Place, decision: Decision) -> None:
    assert made({place: decision}) == (AS_PROPOSED, 0)


def test_a_safer_tier_has_the_edits_of_its_own() -> None:
    assert made({}, Tier.SAFE) == ([(FIRST["before"], FIRST["after"], FIRST["entry"])], 0)
    assert made({DESK: Decision(True)}, Tier.SAFE) == (made({}, Tier.SAFE)[0], 1)
    assert made({(OTHER["start"], OTHER["end"]): Decision(True)}, Tier.SAFE)[0] == [
        (edit["before"], edit["after"], edit["entry"]) for edit in (FIRST, OTHER)
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"raw": 5}, {"raw": ["b"]}, {"raw": "bank"}, {"raw": 'financial institution", "x": "'}, {"before": 5}, {"start": None}],
)
def test_what_is_no_log_of_a_run_is_not_taken_back(wrong: dict[str, Any]) -> None:
    item = Item(1, None, TEXT.replace("financial institution", "bank"), {"edits": [{**FIRST, **wrong}]})
    with pytest.raises(ValueError, match=r"not the log of a run|does not spell"):
        Reverting()(item)


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ({}, "They referred to\nas the drill."),
        ({(5, 23): Decision(True)}, "They called the\ndrill."),
        ({(5, 23): Decision(True, "named the")}, "They named the\ndrill."),
        ({(5, 23): Decision(True, "spoke\nof the")}, "They spoke\nof the drill."),
        ({(5, 16): Decision(True, "named")}, "They named\nas the drill."),
        ({(5, 23): Decision(True), (23, 24): Decision(True)}, "They called the\ndrill."),
        ({(5, 23): Decision(True), (23, 24): Decision(False)}, "They called the drill."),
    ],
)
def test_a_decision_goes_for_the_line_end_that_its_edit_moves(decisions: dict[Place, Decision], expected: str) -> None:
    text = "They referred to\nas the drill."
    moving = {"code": "US101", "entry": "phrases: called the", "confidence": 0.9, "tier": "likely"}
    called = {**moving, "start": 5, "end": 23, "before": "referred to\nas the", "after": "called the"}
    line_end = {**moving, "start": 23, "end": 24, "before": " ", "after": "\n"}

    def written(tier: Tier, decisions: dict[Place, Decision]) -> str:
        choice = Choice(tier, decisions={1: decisions})
        edits = choice.edits(Item(1, None, text), {"edits": [called, line_end]})
        return apply(text, [Edit(**{**edit, "tier": Tier(edit["tier"])}) for edit in edits])

    assert written(Tier.SAFE, decisions) == expected
    assert written(Tier.LIKELY, {(5, 23): Decision(False), **decisions}) == expected
    assert written(Tier.LIKELY, {(18, 23): Decision(False)}) == text
