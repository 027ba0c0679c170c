"""Development documents, decoded: what the trees learn from and are judged on."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from unspin.decoding.decoder import Decoding, decode
from unspin.decoding.features import first_look, narrowed, own, texts
from unspin.decoding.gate import Gate, Suspicion
from unspin.decoding.lattice import Channel
from unspin.decoding.selection import Spans
from unspin.document import Document
from unspin.evaluation import pairs
from unspin.evaluation.matching import match
from unspin.findings import Edit, Tier
from unspin.rewriting import Rewriter

STEM = 4  # letters that the forms of a word share
SHORT = "short text"
TORTURED = "tortured phrase"
SIMULATED, BY_DICTIONARY, BY_THESAURUS = "simulated", "simulated by the dictionaries", "simulated by a thesaurus"
BY_HAND = "spun by hand"
"""What the identifiers of these pairs are, or how they begin."""


@dataclass
class Sample:
    """A document, decoded: the evidence for its candidates, of shape (n, features), and which of them are exact (n)."""

    pair: pairs.Pair
    decoding: Decoding
    first: np.ndarray
    own: np.ndarray
    exact: np.ndarray
    words: int
    group: str
    suspicion: Suspicion
    spun: list[str]
    canonical: list[str]


def sample(pair: pairs.Pair, channel: Channel, gate: Gate, group: str = "") -> Sample:
    """A document, decoded. Its `group`, by default its identifier up to a slash, is never parted between training and test."""
    doc = Document(pair.text)
    decoding = decode(doc, channel)
    arcs = narrowed(doc, decoding.arcs, channel.lexicon)
    spun, canonical = texts(doc, arcs, channel.lexicon)
    exact = np.zeros(len(spun), bool)
    rewriter = Rewriter(doc, Spans.of(decoding.arcs), channel.lexicon)
    for i in range(len(spun)):
        start, end, after = rewriter.rewrite(i)
        edit = Edit(start, end, pair.text[start:end], after, "", "", 0.0, Tier.POSSIBLE)
        exact[i] = match(pair.text, [edit], pair.gold).exact[0]
    return Sample(
        pair,
        decoding,
        first_look(doc, decoding, channel),
        own(decoding, arcs, spun, canonical, doc, channel),
        exact,
        len(doc),
        (group or pair.id).split("/")[0],
        gate.look(pair.text),
        spun,
        canonical,
    )


def short(item: Sample) -> bool:
    """Whether it is a sentence, and no whole document."""
    return item.pair.id.startswith((SHORT, TORTURED))


def strange(item: Sample) -> bool:
    """Whether another spinner than that of the development documents wrote it."""
    return item.pair.id in (BY_DICTIONARY, BY_THESAURUS) or by_hand(item)


def alone(item: Sample) -> bool:
    """Whether it is a sentence of another spinner, taken out of its document."""
    return item.pair.id.startswith(SHORT) and item.pair.id.endswith((BY_DICTIONARY, BY_THESAURUS, BY_HAND))


def by_hand(item: Sample) -> bool:
    """Whether people spun it."""
    return item.pair.id == BY_HAND


def known(item: Sample) -> np.ndarray:
    """Whether the canonical phrase of each candidate (n) belongs to the half that everything may be fitted on."""
    return np.array([crc32(text[:STEM].encode()) % 2 == 0 for text in item.canonical], bool)


def usable(item: Sample, everything: bool) -> np.ndarray:
    """Which candidates (n) may be fitted on. What other spinners write is no secret."""
    return np.ones(len(item.exact), bool) if everything or strange(item) else known(item)
