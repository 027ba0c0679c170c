"""The spaCy component, on blank pipelines: no trained one is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from tests import fake_engine
from unspin.errors import DictionaryError
from unspin.findings import Report, Tier
from unspin.spacy import UnspinComponent

EXAMPLES = Path(__file__).parents[1] / "examples"
SPUN = (EXAMPLES / "spun/baltic-drill.txt").read_text(encoding="utf-8")
CLEAN = (EXAMPLES / "clean.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def nlp() -> Language:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("unspin")
    return pipeline


@pytest.fixture(scope="module")
def doc(nlp: Language) -> Doc:
    return nlp(SPUN)


def facts(doc: Doc, key: str = "unspin") -> list[tuple[str, str, str]]:
    return [(span.text, span.label_, span.id_) for span in doc.spans[key]]


def test_spans_carry_code_and_suggestion(doc: Doc) -> None:
    assert ("Linked Press", "US201", "Associated Press") in facts(doc)


def test_each_span_leads_to_its_finding(doc: Doc) -> None:
    assert doc.spans["unspin"]
    for span in doc.spans["unspin"]:
        finding = span._.unspin_finding
        assert (finding.code, finding.suggestions[0].text) == (span.label_, span.id_)
        assert SPUN[finding.start : finding.end] == finding.text
        assert finding.text in span.text


def test_other_spans_have_no_finding(doc: Doc) -> None:
    assert doc[0:1]._.unspin_finding is None


def test_spun_text_has_a_higher_spin_rate_than_clean_text(nlp: Language, doc: Doc) -> None:
    assert doc._.spin_rate > 3 * nlp(CLEAN)._.spin_rate


def test_report_is_the_engines(nlp: Language, doc: Doc) -> None:
    component = nlp.get_pipe("unspin")
    assert isinstance(component, UnspinComponent)
    report = doc._.unspin_report
    assert isinstance(report, Report)
    assert report == component.unspinner.analyze(SPUN)


def test_a_doc_that_was_not_analysed_has_no_report() -> None:
    doc = spacy.blank("en")("The Linked Press")
    assert doc._.spin_rate is None
    assert doc._.unspin_report is None


def test_addresses_are_left_alone(nlp: Language) -> None:
    text = SPUN.replace("Linked Press", "https://example.org/Linked-Press")
    assert not any("example.org" in text for text, _, _ in facts(nlp(text)))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "…", "Hello"])
def test_texts_without_anything_to_find(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert (facts(doc), doc._.spin_rate) == ([], pytest.approx(0, abs=0.01))


def test_tier_and_key_are_configurable(doc: Doc) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("unspin", config={"tier": "possible", "spans_key": "damage"})
    other = nlp(SPUN)
    report = doc._.unspin_report
    assert len(other.spans["damage"]) == len(report.edits(Tier.POSSIBLE)) > len(doc.spans["unspin"])
    assert len(doc.spans["unspin"]) == len(report.edits(Tier.LIKELY))
    assert "unspin" not in other.spans


def test_own_dictionaries_and_model_reach_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unspin.spacy.Unspinner", fake_engine.Unspinner)
    monkeypatch.setattr(fake_engine.Unspinner, "created", [])
    spacy.blank("en").add_pipe("unspin", config={"dictionaries": ["mine.tsv", "ours/"], "model": "law.arpa"})
    assert fake_engine.Unspinner.created == [((Path("mine.tsv"), Path("ours")), Path("law.arpa"))]


def test_a_missing_dictionary_is_an_error() -> None:
    with pytest.raises(DictionaryError, match="no such dictionary"):
        spacy.blank("en").add_pipe("unspin", config={"dictionaries": ["missing.tsv"]})


def test_an_unknown_tier_is_an_error() -> None:
    with pytest.raises(ValueError, match="sure"):
        spacy.blank("en").add_pipe("unspin", config={"tier": "sure"})


def test_pipe_gives_the_same_as_single_calls(nlp: Language, doc: Doc) -> None:
    first, second = nlp.pipe([SPUN, CLEAN])
    assert facts(first) == facts(doc)
    assert facts(second) == facts(nlp(CLEAN))


def test_worker_processes(nlp: Language, doc: Doc) -> None:
    docs = list(nlp.pipe([SPUN] * 4, n_process=2, batch_size=2))
    assert [facts(found) for found in docs] == [facts(doc)] * 4
    assert docs[0]._.unspin_report == doc._.unspin_report


def test_saved_pipelines_keep_their_settings(doc: Doc, tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("unspin", config={"tier": "safe", "spans_key": "damage"})
    nlp.to_disk(tmp_path / "pipeline")
    loaded = spacy.load(tmp_path / "pipeline")
    found = facts(loaded(SPUN), "damage")
    assert found == facts(nlp(SPUN), "damage")
    assert len(found) == len(doc._.unspin_report.edits(Tier.SAFE))


def test_saved_docs_keep_findings_and_report(nlp: Language, doc: Doc) -> None:
    data = DocBin(docs=[doc], store_user_data=True).to_bytes()
    (loaded,) = DocBin().from_bytes(data).get_docs(spacy.blank("en").vocab)
    assert facts(loaded) == facts(doc)
    assert loaded._.unspin_report == doc._.unspin_report
