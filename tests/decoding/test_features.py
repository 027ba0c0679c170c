from __future__ import annotations

import numpy as np
import pytest

from unspin.decoding.decoder import Decoding, decode
from unspin.decoding.features import COMPANY, FIRST, NAMES, TOPIC, WORTH_A_SECOND_LOOK, company, first_look, second_look, topic
from unspin.decoding.reliability import Reliability
from unspin.document import Document
from unspin.language import vectors
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


def test_places_of_the_same_pair_support_each_other(looked: tuple[Document, Decoding, np.ndarray]) -> None:
    _, decoding, _ = looked
    n = len(decoding.arcs)
    same = np.unique(decoding.arcs.first, return_index=True)[1][:3].tolist()
    spun, canonical = ([f"{side} {i}" for i in range(n)] for side in ("spun", "canonical"))
    for i in same:
        spun[i], canonical[i] = "financial", "economic"
    guess = np.full(n, 0.1)
    guess[same] = 0.9, 0.5, 0.3
    rows = company(decoding, decoding.arcs, np.arange(n), guess, spun, canonical)
    found = {name: rows[:, COMPANY.index(name)] for name in COMPANY}
    assert found["pair_places"][same].tolist() == [2, 2, 2]
    assert found["pair_highest"][same] == pytest.approx([0.5, 0.9, 0.9])
    assert found["span_highest"][same] == pytest.approx([0.5, 0.9, 0.9])
    assert found["canonical_highest"][same] == pytest.approx([0.5, 0.9, 0.9])
    assert found["pair_mean"][same] == pytest.approx([0.4, 0.6, 0.7])
    alone = np.setdiff1d(np.arange(n), same)
    assert len(alone) and not rows[alone, COMPANY.index("pair_places") :].any()


WAR = "Troops shelled the town and soldiers fired missiles at the army; the navy sank a ship, and the region fears further lethal assaults."


def test_topic_is_the_cosine_with_the_words_around(unspinner: Unspinner) -> None:
    channel, doc = unspinner._channel, Document(WAR)
    decoding = decode(doc, channel)
    arcs = decoding.arcs
    rows = topic(decoding, arcs, channel)
    number = next(
        i
        for i in range(len(arcs))
        if arcs.last[i] == arcs.first[i] + 1 and channel.length[arcs.canonical[i]] == 1 and rows[i].any()
    )
    word, reading = doc.keys[arcs.first[number]], unspinner.lexicon.lowered(arcs.canonical[number])
    own, candidate = vectors.of_words([word, reading]).astype(float)
    ids = [channel.model.id(key) for key in doc.keys if key != word]
    weight = np.rint(4 * np.clip(-6 - channel.model.unigram_logprob(np.array(ids, np.int32)), 0, 4))
    context = (channel.vectors[ids].astype(float) * weight[:, None]).sum(axis=0)
    context *= vectors.STEP / np.linalg.norm(context)
    fit, gain = rows[number, TOPIC.index("topic_text")], rows[number, TOPIC.index("topic_gain_text")]
    assert fit == pytest.approx(own @ context, abs=1e-5)
    assert gain == pytest.approx(candidate @ context - own @ context, abs=1e-5)


def test_words_without_a_vector_have_no_topic(unspinner: Unspinner) -> None:
    channel = unspinner._channel
    assert not vectors.of_words(["xqzzy"]).any()
    decoding = decode(Document("It is Linked"), channel)
    assert not topic(decoding, decoding.arcs, channel)[:, TOPIC.index("topic_2")].any()  # commonest words say nothing
