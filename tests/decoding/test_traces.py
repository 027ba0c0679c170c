from __future__ import annotations

import pytest

from unspin.decoding.lattice import Arcs, Stream
from unspin.decoding.traces import TRACES, traces
from unspin.document import Document
from unspin.unspinner import Unspinner


@pytest.fixture
def evidence(unspinner: Unspinner):
    """The evidence for one listed candidate of one phrase of a text, where the phrase first stands, and so many words `more` before it."""

    def look(text: str, spun: str, canonical: str, more: int = 0) -> dict[str, float]:
        doc, channel = Document(text), unspinner._channel
        lexicon, size = channel.lexicon, len(spun.split())
        first = next(i for i in range(len(doc)) if doc.keys[i : i + size] == spun.split())
        group = lexicon.index[spun]
        rows = range(lexicon.starts[group], lexicon.starts[group + 1])
        row = next(row for row in rows if lexicon.lowered[int(lexicon.canonical[row])] == canonical)
        arcs = Arcs.of([first - more], [first + size], [row], [lexicon.canonical[row]], [0.0], [False])
        found = traces(doc, Stream(doc, channel), arcs, [spun], [canonical], channel)
        return dict(zip(TRACES, found[0].tolist(), strict=True))

    return look


@pytest.mark.parametrize(
    ("text", "spun", "canonical", "expected"),
    [
        ("They met in an work to end the war.", "work", "effort", 1),
        ("They met in an work to end the war.", "work", "job", 0),
        ("It was a area of the country.", "area", "region", 1),
        ("It was an area of the country.", "area", "region", -1),
        ("It was the area of the country.", "area", "region", 0),
        ("An area is what it was.", "area", "field", -1),
        ("It was a firm of the country, an worker said.", "firm", "company", 0),
    ],
)
def test_articles(evidence, text: str, spun: str, canonical: str, expected: int) -> None:
    assert evidence(text, spun, canonical)["article"] == expected


def test_an_article_inside_a_phrase_that_does_not_fit(evidence) -> None:
    assert evidence("They met in an work to end the war.", "work", "effort", more=2)["article"] == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The area was large.", 0),
        ("The sub-area was large.", 1),
        ("A sub-area-wide ban.", 2),
        ("Area - or not.", 0),
        ("It--area--is large.", 0),
        ("area", 0),
    ],
)
def test_hyphens_bind_a_span_to_its_neighbours(evidence, text: str, expected: int) -> None:
    assert evidence(text, "area", "region")["bound"] == expected


@pytest.mark.parametrize(
    ("spun", "canonical", "expected"), [("areas", "regions", 1), ("mentioned", "said", 0), ("quickly", "fast", 0)]
)
def test_endings(evidence, spun: str, canonical: str, expected: int) -> None:
    assert evidence(f"They {spun} it.", spun, canonical)["endings"] == expected


def test_the_authors_own_phrase_elsewhere_speaks_for_a_candidate(evidence) -> None:
    text = "He spoke of the financial safety in the north. The economic safety of last year was worse, he mentioned."
    found = evidence(text, "financial", "economic")
    assert found["candidate_beside"] == 2  # "the economic", "economic safety"
    assert found["span_beside"] == 0


def test_the_same_phrase_elsewhere_may_be_the_authors(evidence) -> None:
    text = "He spoke of the financial safety in the north. The financial safety of last year was worse, he mentioned."
    found = evidence(text, "financial", "economic")
    assert found["span_beside"] == 2
    assert found["candidate_beside"] == 0
