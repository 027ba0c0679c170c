"""How sure each candidate is: the two looks of the calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.calibration import Calibration
from unspin.decoding.decoder import Decoding
from unspin.decoding.features import first_look, second_look
from unspin.decoding.lattice import Channel
from unspin.decoding.patterns import confirmed
from unspin.decoding.reliability import Reliability
from unspin.document import Document

OF_A_CONFIRMED_NAME = 0.9
"""At least, where the acronym in brackets is the name's: development articles have too few of these to learn from."""


def confidences(
    doc: Document, decoding: Decoding, channel: Channel, calibration: Calibration, reliability: Reliability
) -> NDArray[np.float64]:
    """The probability (n) that each arc of a decoding is what the author wrote."""
    evidence = first_look(doc, decoding, channel)
    confidence = calibration.first.confidence(evidence)
    kept, closer = second_look(doc, decoding, channel.lexicon, reliability, evidence, confidence)
    confidence[kept] = calibration.second.confidence(closer)
    by_place: dict[int, list[int]] = {}
    for i in confirmed(doc, decoding.arcs, channel.lexicon):
        by_place.setdefault(int(decoding.arcs.last[i]), []).append(i)
    for names in by_place.values():
        best = max(names, key=lambda i: confidence[i])
        confidence[best] = max(confidence[best], OF_A_CONFIRMED_NAME)
    return confidence
