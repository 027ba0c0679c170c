"""How sure each candidate is: the two looks of the calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.calibration import Calibration
from unspin.decoding.decoder import Decoding
from unspin.decoding.features import first_look, second_look
from unspin.decoding.lattice import Channel
from unspin.decoding.reliability import Reliability
from unspin.document import Document


def confidences(
    doc: Document, decoding: Decoding, channel: Channel, calibration: Calibration, reliability: Reliability
) -> NDArray[np.float64]:
    """The probability (n) that each arc of a decoding is what the author wrote."""
    evidence = first_look(doc, decoding, channel)
    confidence = calibration.first.confidence(evidence)
    kept, closer = second_look(doc, decoding, channel.lexicon, reliability, evidence, confidence)
    confidence[kept] = calibration.second.confidence(closer)
    return confidence
