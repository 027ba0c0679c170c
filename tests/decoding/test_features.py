from __future__ import annotations

import numpy as np
import pytest
from jellyfish import jaro_winkler_similarity

from tests import tiny
from unspin.decoding.company import WORTH_A_SECOND_LOOK
from unspin.decoding.decoder import Decoding, decode
from unspin.decoding.features import (
    FIRST,
    NAMES,
    UNLISTED,
    _listed,
    first_look,
    narrowed,
    second_look,
    texts,
    wording,
)
from unspin.decoding.lattice import Listed
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
