"""With the real weights, where they are installed (`unspin model install smollm2`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unspin.findings import Tier
from unspin.neural import causal, weights
from unspin.neural.causal import CausalModel
from unspin.unspinner import Unspinner

ROOT = Path(__file__).parents[2]
SPUN = (ROOT / "examples" / "spun" / "baltic-drill.txt").read_text(encoding="utf-8")

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(weights.DEFAULT not in weights.installed(), reason="run `unspin model install smollm2`"),
]


@pytest.fixture(scope="module")
def model() -> CausalModel:
    return CausalModel(weights.home(weights.DEFAULT))


@pytest.mark.parametrize(
    ("genuine", "spun"),
    [
        ("The Associated Press reported it.", "The Linked Press reported it."),
        ("He moved to London last year.", "He moved to London final year."),
        ("The car broke down on the way home.", "The vehicle ruined down on the manner house."),
    ],
)
def test_it_knows_english(model: CausalModel, genuine: str, spun: str) -> None:
    better, worse = model.logprob([[genuine], [spun]])[:, 0]
    assert better > worse + 3


def test_an_english_text_has_the_perplexity_of_a_good_model(model: CausalModel) -> None:
    text = (ROOT / "examples" / "clean.txt").read_text(encoding="utf-8")
    tokens = len(model._tokens([text])[0]) - 1
    assert 5 < np.exp(-model.logprob([[text]]).item() / tokens) < 40


def test_the_size_of_batches_does_not_matter(model: CausalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [[SPUN[i : i + 60], SPUN[i + 60 : i + 90]] for i in range(0, 1800, 45)]
    expected = model.logprob(texts)
    for size in (64, 1024):
        monkeypatch.setattr(causal, "BATCH", size)
        assert model.logprob(texts).ravel().tolist() == pytest.approx(expected.ravel().tolist(), abs=1e-3)


def test_more_is_restored_than_without() -> None:
    found = {}
    for name in (None, weights.DEFAULT):
        found[name] = Unspinner(model=name).repair(SPUN, Tier.LIKELY).text
    original = (ROOT / "examples" / "originals" / "baltic-drill.txt").read_text(encoding="utf-8").split()
    right = {name: len(set(text.split()) & set(original)) for name, text in found.items()}
    assert right[weights.DEFAULT] > right[None]
