from __future__ import annotations

import numpy as np
import pytest

from unspin.decoding.decoder import decode
from unspin.decoding.topic import TOPIC, topic
from unspin.document import Document
from unspin.language import vectors
from unspin.unspinner import Unspinner

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
    word, reading = doc.keys[arcs.first[number]], unspinner.lexicon.lowered[int(arcs.canonical[number])]
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
