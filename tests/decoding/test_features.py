from __future__ import annotations

import numpy as np
import pytest
from jellyfish import jaro_winkler_similarity

from tests import tiny
from unspin.decoding.decoder import Decoding, decode
from unspin.decoding.features import (
    COMPANY,
    FIRST,
    NAMES,
    UNHEARD,
    UNLISTED,
    WORTH_A_SECOND_LOOK,
    _beside,
    _listed,
    company,
    first_look,
    narrowed,
    second_look,
    texts,
    wording,
)
from unspin.decoding.lattice import Arcs, Listed
from unspin.decoding.patterns import find_patterns
from unspin.decoding.reliability import Reliability
from unspin.document import Document
from unspin.unspinner import Unspinner

TEXT = "He mentioned the financial safety of the area. She mentioned the financial hub of the region, the Linked Press mentioned."


@pytest.fixture(scope="module")
def looked(unspinner: Unspinner) -> tuple[Document, Decoding, np.ndarray]:
    doc = Document(TEXT)
    decoding = decode(doc, unspinner._channel)
    return doc, decoding, first_look(doc, decoding, unspinner._channel)


def column(rows: np.ndarray, name: str) -> np.ndarray:
    return rows[:, NAMES.index(name)]


def test_the_second_look_is_at_what_the_first_leaves(unspinner: Unspinner, looked: tuple[Document, Decoding, np.ndarray]) -> None:
    doc, decoding, evidence = looked
    assert evidence.shape == (len(decoding.arcs), len(FIRST))
    guess = np.linspace(0, 1, len(evidence))
    kept, rows = second_look(doc, decoding, unspinner._channel, Reliability({}), evidence, guess)
    assert kept.tolist() == np.flatnonzero(guess >= WORTH_A_SECOND_LOOK).tolist()
    assert rows.shape == (len(kept), len(NAMES))
    assert (rows[:, : len(FIRST)] == evidence[kept]).all()
    assert np.isfinite(rows).all()


def test_nothing_may_be_left(unspinner: Unspinner, looked: tuple[Document, Decoding, np.ndarray]) -> None:
    doc, decoding, evidence = looked
    kept, rows = second_look(doc, decoding, unspinner._channel, Reliability({}), evidence, np.zeros(len(evidence)))
    assert kept.tolist() == [] and rows.shape == (0, len(NAMES))


def test_pairs_are_worded_as_their_texts_are(unspinner: Unspinner) -> None:
    lexicon = unspinner.lexicon
    doc = Document(
        "The company's chief of workers was searching for the Linked Press in accordance to the area's financial safety."
    )
    arcs = decode(doc, unspinner._channel).arcs
    assert (
        arcs.possessive.any() and (arcs.row >= lexicon.first_pattern_row).any() and (arcs.last - arcs.first > arcs.replaced).any()
    )
    spun, canonical = texts(doc, arcs, lexicon)
    pairs = [*zip(spun, canonical, strict=True)]
    found = wording(doc, arcs, spun, canonical, lexicon)[:, 1:]
    assert found[:, 0].tolist() == np.array([jaro_winkler_similarity(*pair) for pair in pairs], np.float32).tolist()
    listed = [i for i, pair in enumerate(pairs) if lexicon.listed(*pair)]
    assert found[listed, 1].tolist() == [lexicon.listed(*pairs[i])[0] for i in listed]
    listed = [i for i, pair in enumerate(pairs) if lexicon.listed(*pair[::-1])]
    assert found[listed, 2:].tolist() == np.array([lexicon.listed(*pairs[i][::-1]) for i in listed], np.float32).tolist()
    assert (found[[i for i, pair in enumerate(pairs) if " " not in "".join(pair) and i not in listed], 2:] == UNLISTED).all()


def test_of_a_phrase_that_is_not_listed_the_worst_of_its_words_counts() -> None:
    words = "complete / adj / profound\ndeep / adj / heavy, profound\nneural / adj / brain\nprofound / adj / deep"
    lexicon = tiny.lexicon(words, terms="deep neural network")
    assert _listed("profound brain", "deep neural", lexicon) == (1, 1, lexicon.listed("profound", "deep")[2])
    assert _listed("deep neural", "profound brain", lexicon) == UNLISTED
    assert _listed("brain", "mind", lexicon) == UNLISTED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deep neural organization", [(2, 3, "organization", "network", True)]),
        ("profound neural network", [(0, 1, "profound", "deep", True)]),
        ("deep brain-related network", [(1, 3, "brain related", "neural", True)]),
        ("deep neural organization's", [(2, 3, "organization", "network", True)]),
        ("profound neural network's", [(0, 1, "profound", "deep", True)]),
        ("profound brain network", [(0, 3, "profound brain network", "deep neural network", False)]),
    ],
)
def test_a_term_with_one_pair_in_it_is_judged_as_that_pair(text: str, expected: list[tuple[int, int, str, str, bool]]) -> None:
    words = "network / noun / organization\ndeep / adj / profound\nneural / adj / brain, brain related"
    lexicon, doc = tiny.lexicon(words, terms="deep neural network"), Document(text)
    found, _ = find_patterns(doc, Listed.of(doc, lexicon), lexicon)
    arcs = narrowed(doc, found, lexicon)
    columns = arcs.first.tolist(), arcs.last.tolist(), *texts(doc, arcs, lexicon), (arcs.row < lexicon.first_pattern_row).tolist()
    assert [*zip(*columns, strict=True)] == expected


def test_what_stands_beside_a_candidate_and_what_covers_it() -> None:
    columns = [(0, 2), (2, 3), (3, 4), (2, 5), (7, 8)]
    first, last = zip(*columns, strict=True)
    arcs = Arcs.of(first, last, *([0] * len(columns) for _ in range(4)))
    before, after, wider = _beside(arcs, np.array([0.9, 0.5, 0.3, 0.2, 0.8]))
    assert before.tolist() == [0, 0.9, 0.5, 0.9, 0]
    assert after.tolist() == [0.5, 0.3, 0, 0, 0]
    assert wider.tolist() == [0, 0.2, 0.2, 0, 0]


def test_places_of_the_same_pair_support_each_other(looked: tuple[Document, Decoding, np.ndarray]) -> None:
    _, decoding, _ = looked
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


def test_phrases_that_share_a_substitution_support_each_other(looked: tuple[Document, Decoding, np.ndarray]) -> None:
    _, decoding, _ = looked
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


def test_what_reliability_says_of_other_places(looked: tuple[Document, Decoding, np.ndarray]) -> None:
    _, decoding, _ = looked
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
