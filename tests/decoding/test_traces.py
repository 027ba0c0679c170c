from __future__ import annotations

import numpy as np
import pytest

from unspin.decoding.decoder import decode
from unspin.decoding.traces import TRACES, traces
from unspin.document import Document
from unspin.unspinner import Unspinner


@pytest.fixture
def evidence(unspinner: Unspinner):
    """The evidence for the candidates of a text, by what stands there and what may have stood."""

    def look(text: str) -> dict[tuple[str, str], dict[str, float]]:
        doc = Document(text)
        decoding = decode(doc, unspinner._channel)
        arcs = decoding.arcs
        spun = [" ".join(doc.keys[first:last]) for first, last in zip(arcs.first.tolist(), arcs.last.tolist(), strict=True)]
        canonical = unspinner.lexicon.all_lowered(arcs.canonical.tolist())
        rows = traces(doc, decoding.stream, arcs, spun, canonical, unspinner._channel)
        assert rows.shape == (len(arcs), len(TRACES)) and rows.dtype == np.float32
        return {
            pair: dict(zip(TRACES, row, strict=True))
            for pair, row in zip(zip(spun, canonical, strict=True), rows.tolist(), strict=True)
        }

    return look


def test_an_article_may_fit_the_candidate_only(evidence) -> None:
    found = evidence("They met in an work to end the war.")
    assert found["work", "effort"]["article"] == 1
    assert found["work", "job"]["article"] == 0 if ("work", "job") in found else True


def test_an_article_may_fit_the_span_only(evidence) -> None:
    found = evidence("They met in a bid to end the war. It was a huge try of the country.")
    fitting = {pair: row["article"] for pair, row in found.items() if pair[0] in ("bid", "try")}
    assert fitting and all(value == (-1 if pair[1][0] in "aeiou" else 0) for pair, value in fitting.items())


def test_the_authors_own_phrase_elsewhere_speaks_for_a_candidate(evidence) -> None:
    text = "He spoke of the financial crisis in the north. The economic crisis of last year was worse, he mentioned."
    found = evidence(text)["financial", "economic"]
    assert found["candidate_beside"] == 2  # "the economic", "economic crisis"
    assert found["span_beside"] == 0
    assert evidence(text.replace("economic", "financial"))["financial", "economic"]["span_beside"] == 2


def test_endings_are_compared(evidence) -> None:
    found = evidence("He mentioned that the nations would meet.")
    assert found["mentioned", "said"]["endings"] == 0
    assert all(row["endings"] == 1 for pair, row in found.items() if pair[0] == "nations" and pair[1].endswith("s"))
