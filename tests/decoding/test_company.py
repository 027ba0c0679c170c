from __future__ import annotations

import numpy as np
import pytest

from unspin.decoding.company import COMPANY, UNHEARD, _beside, company
from unspin.decoding.decoder import Decoding, decode
from unspin.decoding.lattice import Arcs
from unspin.document import Document
from unspin.unspinner import Unspinner

TEXT = "He mentioned the financial safety of the area. She mentioned the financial hub of the region, the Linked Press mentioned."


@pytest.fixture(scope="module")
def decoding(unspinner: Unspinner) -> Decoding:
    return decode(Document(TEXT), unspinner._channel)


def test_what_stands_beside_a_candidate_and_what_covers_it() -> None:
    columns = [(0, 2), (2, 3), (3, 4), (2, 5), (7, 8)]
    first, last = zip(*columns, strict=True)
    arcs = Arcs.of(first, last, *([0] * len(columns) for _ in range(4)))
    before, after, wider = _beside(arcs, np.array([0.9, 0.5, 0.3, 0.2, 0.8]))
    assert before.tolist() == [0, 0.9, 0.5, 0.9, 0]
    assert after.tolist() == [0.5, 0.3, 0, 0, 0]
    assert wider.tolist() == [0, 0.2, 0.2, 0, 0]


def test_places_of_the_same_pair_support_each_other(decoding: Decoding) -> None:
    n = len(decoding.arcs)
    same = np.unique(decoding.arcs.first, return_index=True)[1][:3].tolist()
    spun, canonical = ([f"{i:05}{side}" for i in range(n)] for side in ("a", "b"))
    for i in same:
        spun[i], canonical[i] = "financial", "economic"
    guess = np.full(n, 0.1)
    guess[same] = 0.9, 0.5, 0.3
    rows = company(decoding, decoding.arcs, np.arange(n), guess, spun, canonical, np.zeros((n, 2), np.float32))
    found = {name: rows[:, COMPANY.index(name)] for name in COMPANY}
    assert found["pair_places"][same].tolist() == [2, 2, 2]
    assert found["pair_highest"][same] == pytest.approx([0.5, 0.9, 0.9])
    assert found["span_highest"][same] == pytest.approx([0.5, 0.9, 0.9])
    assert found["canonical_highest"][same] == pytest.approx([0.5, 0.9, 0.9])
    assert found["pair_mean"][same] == pytest.approx([0.4, 0.6, 0.7])
    alone = np.setdiff1d(np.arange(n), same)
    assert len(alone) and not rows[alone, COMPANY.index("pair_places") : COMPANY.index("others_reliability")].any()


def test_phrases_that_share_a_substitution_support_each_other(decoding: Decoding) -> None:
    n = len(decoding.arcs)
    places = np.unique(decoding.arcs.first, return_index=True)[1]
    one, two, three = (int(i) for i in places[[0, 3, 6]])
    spun, canonical = ([f"{i:05}{side}" for i in range(n)] for side in ("a", "b"))
    spun[one], canonical[one] = "area", "region"
    spun[two], canonical[two] = "coastal areas", "coastal regions"
    spun[three], canonical[three] = "financial area", "economic region"
    guess = np.zeros(n)
    guess[[one, two, three]] = 0.9, 0.5, 0.3
    rows = company(decoding, decoding.arcs, np.arange(n), guess, spun, canonical, np.zeros((n, 2), np.float32))
    number, highest = (rows[:, COMPANY.index(name)] for name in ("word_places", "word_highest"))
    assert number[[one, two]].tolist() == [2, 2] and number[three] == 0
    assert highest[[one, two]] == pytest.approx([0.5, 0.9]) and highest[three] == 0


def test_what_reliability_says_of_other_places(decoding: Decoding) -> None:
    n = len(decoding.arcs)
    plain = np.flatnonzero(~decoding.odd & ~decoding.repeated)
    one, two, three = plain[np.unique(decoding.arcs.first[plain], return_index=True)[1][[0, 3, 6]]].tolist()
    spun, canonical = ([f"{i:05}{side}" for i in range(n)] for side in ("a", "b"))
    guess, reliable = np.zeros(n), np.zeros((n, 2), np.float32)
    guess[[one, two, three]] = 0.8, 0.5, 0.4
    reliable[[one, two]] = (1.0, 0.5), (-0.5, 0.25)
    rows = company(decoding, decoding.arcs, np.arange(n), guess, spun, canonical, reliable)
    pair, span, known = (
        rows[:, COMPANY.index(name)] for name in ("others_reliability", "others_span_reliability", "others_known")
    )
    places = np.array([0.9, 1.2, 1.3]) + UNHEARD  # what the others come to; one that was not heard of counts, too
    assert pair[[one, two, three]] == pytest.approx(np.array([-0.25, 0.8, 0.55]) / places)
    assert span[[one, two, three]] == pytest.approx(np.array([0.125, 0.4, 0.525]) / places)
    assert known[[one, two, three]] == pytest.approx(np.array([0.5, 0.8, 1.3]) / places)
