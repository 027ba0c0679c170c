"""The engine with a second opinion, on the tiny random model: what it does with the answers, not how good they are."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

pytest.importorskip("ctranslate2")
pytest.importorskip("gguf")

from tests.neural import tiny
from unspin.errors import ModelError
from unspin.findings import Tier
from unspin.neural import weights
from unspin.unspinner import Unspinner

ROOT = Path(__file__).parents[2]
SPUN = (ROOT / "examples" / "spun" / "baltic-drill.txt").read_text(encoding="utf-8")
CLEAN = (ROOT / "examples" / "clean.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.write(tmp_path_factory.mktemp("gguf") / "tiny.gguf", tiny.weights())


@pytest.fixture
def second(gguf: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Unspinner:
    unspinner = Unspinner(model=weights.located(gguf))
    assert unspinner.judge is not None
    return unspinner


def test_contested_places_are_judged_and_nothing_else_stands(second: Unspinner) -> None:
    alone = {(f.start, f.end) for f in Unspinner().analyze(SPUN).findings}
    report = second.analyze(SPUN)
    assert second.judge is not None
    assert second.judge.decisions > 20
    assert {f.confidence for f in report.findings} != {f.confidence for f in Unspinner().analyze(SPUN).findings}
    assert len({(f.start, f.end) for f in report.findings} - alone) < len(alone)


def test_the_same_text_gets_the_same_answer(second: Unspinner) -> None:
    assert second.analyze(SPUN) == second.analyze(SPUN)


def test_clean_text_costs_nothing(second: Unspinner) -> None:
    second.analyze(CLEAN)
    assert second.judge is not None
    assert second.judge.decisions == 0


def test_a_repair_is_final(second: Unspinner) -> None:
    repair = second.repair(SPUN, Tier.LIKELY)
    assert second.repair(repair.text, Tier.LIKELY).edits == ()


def test_it_pickles_as_its_arguments(second: Unspinner) -> None:
    again = pickle.loads(pickle.dumps(second))
    assert again.analyze(SPUN) == second.analyze(SPUN)


def test_what_a_value_of_model_means(gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNSPIN_CACHE", str(tmp_path))
    assert [weights.is_neural(value) for value in ("auto", "smollm2", gguf, "news.arpa", None)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert weights.located("auto") is None
    with pytest.raises(ModelError, match="the model smollm2 is not installed; run `unspin model install smollm2`"):
        weights.located("smollm2")
    folder = weights.located(gguf)
    assert folder is not None
    assert weights.is_neural(folder)
    assert weights.located(gguf) == folder
    with pytest.raises(ModelError, match="no such language model"):
        weights.located(tmp_path / "none.gguf")
