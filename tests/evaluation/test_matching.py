from __future__ import annotations

import pytest

from unspin.evaluation.align import GoldEdit
from unspin.evaluation.matching import match
from unspin.findings import Edit, Tier

TEXT = "the primary minister spoke"


def edit(start: int, end: int, after: str, text: str = TEXT) -> Edit:
    return Edit(start, end, text[start:end], after, "US401", "entry", 0.99, Tier.SAFE)


@pytest.mark.parametrize(
    ("made", "exact", "detected"),
    [
        (edit(4, 11, "prime"), True, True),
        (edit(4, 20, "prime minister"), True, True),
        (edit(0, 20, "the prime minister"), True, True),
        (edit(4, 11, "first"), False, True),
        (edit(4, 11, "Prime"), False, True),
        (edit(12, 20, "priest"), False, False),
        (edit(11, 11, "!"), False, True),
    ],
)
@pytest.mark.parametrize("gold", [GoldEdit(4, 11, "prime"), GoldEdit(4, 20, "prime minister")])
def test_an_edit_against_narrow_and_wide_gold(made: Edit, exact: bool, detected: bool, gold: GoldEdit) -> None:
    detected = detected or (made.start < gold.end and gold.start < made.end)
    found = match(TEXT, [made], [gold])
    assert (found.exact, found.detected) == ((exact,), (detected,))
    assert (found.restored, found.found) == ((exact,), (detected,))


def test_an_edit_over_two_gold_edits_restores_both() -> None:
    text = "extended-variety missiles"
    gold = [GoldEdit(0, 8, "long"), GoldEdit(9, 16, "range")]
    found = match(text, [edit(0, 16, "long-range", text)], gold)
    assert found.restored == (True, True)
    assert match(text, [edit(0, 16, "long-term", text)], gold).restored == (False, False)


def test_no_edits() -> None:
    found = match(TEXT, [], [GoldEdit(4, 11, "prime")])
    assert (found.exact, found.restored, found.found) == ((), (False,), (False,))
