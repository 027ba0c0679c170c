from __future__ import annotations

import pytest

from tests import tiny
from unspin.decoding.conditions import keep_stops
from unspin.decoding.lattice import Listed, find_arcs
from unspin.decoding.patterns import find_patterns
from unspin.document import Document

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
    assert [LEXICON.text(canonical) for canonical in keep_stops(doc, arcs, LEXICON).canonical.tolist()] == expected
