"""The engine with a second opinion, on the tiny random model: what it does with the answers, not how good they are."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("ctranslate2")
pytest.importorskip("gguf")

from tests.neural import tiny
from unspin.decoding.confidence import confidences
from unspin.decoding.decoder import decode
from unspin.document import Document
from unspin.errors import ModelError
from unspin.findings import Tier
from unspin.neural import judge, weights
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


@pytest.mark.parametrize(("text", "least"), [(SPUN, judge.CONTESTED), (SPUN[:600], judge.CONTESTED_IN_SHORT)])
def test_what_is_worth_a_question(monkeypatch: pytest.MonkeyPatch, text: str, least: float) -> None:
    unspinner = Unspinner()
    doc = Document(text)
    decoding = decode(doc, unspinner._channel)
    confidence, _ = confidences(doc, decoding, unspinner._channel, unspinner._calibration, unspinner._reliability)

    def asked() -> list[judge.Place]:
        return judge.places(doc, decoding.arcs, confidence, unspinner.lexicon)

    found = asked()
    assert min(confidence[place.arcs[0]] for place in found) >= least
    assert all(confidence[arc] >= judge.WORTH_JUDGING for place in found for arc in place.arcs)
    monkeypatch.setattr(judge, "WORTH_JUDGING", 0.0)
    assert sum(len(place.arcs) for place in asked()) > sum(len(place.arcs) for place in found)
    monkeypatch.setattr(judge, "CONTESTED", least / 2)
    monkeypatch.setattr(judge, "CONTESTED_IN_SHORT", least / 2)
    assert len(asked()) > len(found)


def test_several_threads_get_the_same_answers(second: Unspinner) -> None:
    texts = [SPUN, CLEAN, SPUN[:900], SPUN[500:]] * 3
    expected = [second.analyze(text) for text in texts]
    other = pickle.loads(pickle.dumps(second))  # whose model is not loaded yet
    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(other.analyze, texts)] == expected
    assert other.judge is not None and second.judge is not None
    assert other.judge.decisions == second.judge.decisions


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
