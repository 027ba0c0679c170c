"""The dictionaries that come with unspin leave alone what people write."""

from __future__ import annotations

from pathlib import Path

import pytest

from unspin.findings import Tier
from unspin.unspinner import Unspinner

GENUINE = Path(__file__).parents[2] / "benchmarks" / "genuine"
REVIEW = (GENUINE / "review" / "02.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "sentence",
    [
        "He changed into a clean shirt and she changed into the blue dress.",
        "Ask the relevant financial institution for a statement.",
        "The operating machine must not be opened.",
        "There is not any truth in the story.",
        "What we assume about other people is often wrong.",
        "They are thinking of study course fees.",
        "Add 1/2 an hour to the cooking time.",
        "It was a one of a kind experience.",
        "The tram will be replaced until the stop is rebuilt.",
        "There was one in each of the rooms and one in my bag.",
        "My spouse and I have used this dentist for years.",
        "One of the simplest ways to save heat is to close the door.",
        "He has three dogs besides many other animals.",
    ],
)
def test_what_people_write_stays_among_genuine_text(unspinner: Unspinner, sentence: str) -> None:
    assert unspinner.analyze(f"{REVIEW}\n{sentence}").edits(Tier.LIKELY) == ()


@pytest.mark.parametrize(
    "phrase",
    [
        "at this level", "below the age of", "excessive stress", "final week", "fossil gas", "generally tend to", "have an effect on the",
        "idiosyncratic", "joint enterprise", "local weather", "location was", "loose change", "make a distinction", "month to month",
        "one among the", "pay interest", "requested for", "should you have", "social protection", "specialise in the",
        "successful bid to", "tax charge", "three occasions", "two extra",
    ],
)  # fmt: skip
def test_what_people_write_is_no_tell(unspinner: Unspinner, phrase: str) -> None:
    assert not any(pair.tell for pair in unspinner.lexicon.pairs(phrase))


def test_got_is_a_matter_of_style(unspinner: Unspinner) -> None:
    report = unspinner.analyze("We've got drones, strain gauges, satellites that can see a pier settle by two millimeters.")
    (finding,) = (finding for finding in report.findings if finding.text == "We've got")
    assert finding.tier is Tier.POSSIBLE


def test_genuine_texts_of_many_kinds_are_left_alone(unspinner: Unspinner) -> None:
    reports = {path: unspinner.analyze(path.read_text(encoding="utf-8")) for path in sorted(GENUINE.glob("*/*.txt"))}
    assert len(reports) == 95
    assert [path for path, report in reports.items() if report.edits(Tier.LIKELY)] == []
    assert sum(report.spun for report in reports.values()) <= 2
