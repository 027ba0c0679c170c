from __future__ import annotations

import pytest

from tests import tiny
from unspin.decoding.conditions import ceiling, fulfilled, keep_figures, keep_names, keep_stops
from unspin.decoding.lattice import Listed, find_arcs
from unspin.decoding.patterns import find_patterns
from unspin.document import Document
from unspin.findings import Tier

LEXICON = tiny.lexicon(
    words="professor / form / prof\nnumber / form / no\nassociated / form / linked\ndepartment / form / dept",
    names="Associated Press, Inc.",
    terms="police department",
)
CHANNEL = tiny.channel(LEXICON, tiny.model({"the": (-1.0, 0.0)}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the prof said", ["professor"]),
        ("Prof. Smith said", []),
        ("No. 5 is alive", []),
        ("the police dept met", ["department", "police department"]),
        ("the police dept. met", []),
        ("Linked Press, Inc. said", ["associated", "Associated Press, Inc."]),
    ],
)
def test_an_abbreviation_keeps_its_full_stop(text: str, expected: list[str]) -> None:
    doc = Document(text)
    listed = Listed.of(doc, LEXICON)
    arcs = find_arcs(doc, listed, CHANNEL).join(find_patterns(doc, listed, LEXICON)[0])
    assert [LEXICON.text(canonical) for canonical in arcs.take(keep_stops(doc, arcs, LEXICON)).canonical.tolist()] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("they gave it to maine", ["me"]),
        ("they went to Maine", []),
        ("Maine, they said", ["me"]),
        ("They Went to the Maine", []),
        ("They Went To Maine", ["me"]),
        ("Maine's coast", []),
        ("in Oregon not there", []),
        ("oregon not there", ["or not"]),
        ("the Not here", ["not"]),
        ("in Brittany", ["Britain"]),
        ("Brittany's coast", ["Britain"]),
        ("the Metropolis", ["city"]),
    ],
)
def test_names_keep_their_capitals_and_possessives(text: str, expected: list[str]) -> None:
    lexicon = tiny.lexicon(
        words="Britain / form / brittany\ncity / form / metropolis",
        phrases="maine / me\noregon not / or not\nnot here / not",
    )
    doc = Document(text)
    channel = tiny.channel(lexicon, tiny.model({"the": (-1.0, 0.0)}))
    arcs = find_arcs(doc, Listed.of(doc, lexicon), channel)
    assert [lexicon.text(canonical) for canonical in arcs.take(keep_names(doc, arcs, channel)).canonical.tolist()] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all 5 members", ["five"]),
        ("a 5-star hotel", ["five"]),
        ("5 members", ["five"]),
        ("They won by 5.", ["five"]),
        ("They won by 5-2.", []),
        ("They won by 2–5", []),
        ("It rose by 1/5 now", []),
        ("Do it:\n  5. Stir", []),
        ("5) Stir", []),
    ],
)
def test_figures_stay_among_figures_and_before_items(text: str, expected: list[str]) -> None:
    lexicon = tiny.lexicon(phrases="5 / five")
    doc = Document(text)
    arcs = find_arcs(doc, Listed.of(doc, lexicon), tiny.channel(lexicon, tiny.model({"the": (-1.0, 0.0)})))
    assert [lexicon.text(canonical) for canonical in arcs.take(keep_figures(doc, arcs)).canonical.tolist()] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("he gave it a go both times", ["a try"]),
        ("he gave it a go", []),
        ("Both came. He gave it a go.", []),
        ("he said both to the limit", ["fully"]),
        ("the speed was both to the limit", []),
        ("the limit was set to the limit", []),
        ("It was the speed. He said it was to the limit.", ["fully"]),
    ],
)
def test_conditions_speak_of_the_sentence_around(text: str, expected: list[str]) -> None:
    lexicon = tiny.lexicon(phrases="a go / a try / near:both\nto the limit / fully / not:speed, not:limit")
    doc = Document(text)
    arcs = find_arcs(doc, Listed.of(doc, lexicon), tiny.channel(lexicon, tiny.model({"the": (-1.0, 0.0)})))
    assert [lexicon.text(canonical) for canonical in arcs.take(fulfilled(doc, arcs, lexicon)).canonical.tolist()] == expected


@pytest.mark.parametrize(
    ("flags", "tier"),
    [
        (set(), Tier.SAFE),
        ({"tell", "near:both"}, Tier.SAFE),
        ({"likely", "exact"}, Tier.LIKELY),
        ({"likely", "possible"}, Tier.POSSIBLE),
    ],
)
def test_the_ceiling_of_an_entry_is_the_lowest_tier_it_names(flags: set[str], tier: Tier) -> None:
    assert ceiling(frozenset(flags)) is tier
