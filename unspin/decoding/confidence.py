"""How sure each candidate is: the two looks of the calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.calibration import Calibration
from unspin.decoding.decoder import Decoding
from unspin.decoding.features import first_look, second_look
from unspin.decoding.lattice import Channel
from unspin.decoding.patterns import named_before_acronym
from unspin.decoding.reliability import Reliability
from unspin.document import Document

OF_A_CONFIRMED_NAME, OF_A_NAME_BY_ACRONYM_ALONE = 0.9, 0.6
"""At least, where the acronym in brackets is the name's; and at most, where besides a word is replaced by one that nobody lists, as two
organisations may share an acronym. Development articles have too few of these to learn from."""


def confidences(
    doc: Document, decoding: Decoding, channel: Channel, calibration: Calibration, reliability: Reliability
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """The probability (n) that each arc of a decoding is what the author wrote, and the evidence of the first look (n, len(FIRST))."""
    evidence = first_look(doc, decoding, channel)
    confidence = calibration.first.confidence(evidence)
    kept, rows = second_look(doc, decoding, channel, reliability, evidence, confidence)
    confidence[kept] = calibration.second.confidence(rows)
    confirmed: dict[int, int] = {}
    for i, listed in named_before_acronym(doc, decoding.arcs, channel.lexicon).items():
        if not listed:
            confidence[i] = min(confidence[i], OF_A_NAME_BY_ACRONYM_ALONE)
        elif confidence[i] >= confidence[confirmed.setdefault(int(decoding.arcs.last[i]), i)]:
            confirmed[int(decoding.arcs.last[i])] = i
    for i in confirmed.values():
        confidence[i] = max(confidence[i], OF_A_CONFIRMED_NAME)
    return confidence, evidence
