"""unspin as a spaCy pipeline component: `nlp.add_pipe("unspin")` after `pip install unspin`.

It needs no other component and no trained pipeline. Without `from __future__ import annotations`: spaCy reads the factory's types.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from unspin.findings import Evidence, Finding, Report, Suggestion, Tier
from unspin.unspinner import Unspinner

KEY = "unspin"
"""Under this key `doc.user_data` holds the analysis, as plain data: so it survives `doc.to_bytes`, DocBin and worker processes."""


class UnspinComponent:
    """Fills `doc.spans[spans_key]`, `doc._.spin_rate` and `doc._.unspin_report`; changes no token.

    Each span covers a finding of the `tier` or a safer one, widened to whole tokens. Its label is the code, its id the first
    suggestion, and `span._.unspin_finding` the finding itself with exact offsets. The report holds the findings of all tiers.
    """

    def __init__(self, unspinner: Unspinner, tier: Tier = Tier.LIKELY, spans_key: str = KEY):
        self.unspinner = unspinner
        self.tier = tier
        self.spans_key = spans_key

    def __call__(self, doc: Doc) -> Doc:
        report = self.unspinner.analyze(doc.text)
        doc.user_data[KEY] = _plain(report)
        doc.spans[self.spans_key] = [_span(doc, finding) for finding in report.at(self.tier)]
        return doc


@Language.factory(
    "unspin",
    default_config={"dictionaries": [], "model": None, "tier": Tier.LIKELY.value, "spans_key": KEY},
    assigns=["doc.spans", "doc._.spin_rate", "doc._.unspin_report"],
)
def make_unspin(
    nlp: Language, name: str, dictionaries: list[str], model: str | None, tier: str, spans_key: str
) -> UnspinComponent:
    """Build the component from a pipeline's config. `dictionaries` and `model` are paths; they are not copied into a saved pipeline.

    Raises DictionaryError, ModelError, or ValueError for an unknown tier.
    """
    wanted = Tier(tier)
    unspinner = Unspinner([Path(path) for path in dictionaries], Path(model) if model else None)
    return UnspinComponent(unspinner, wanted, spans_key)


def _span(doc: Doc, finding: Finding) -> Span:
    first, last = _tokens(doc, finding.start, finding.end)
    return Span(doc, first, last, label=finding.code, span_id=finding.suggestions[0].text)


def _tokens(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """The tokens [first, last) that the characters [start, end) touch."""
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        raise ValueError(f"[{start}, {end}) lies outside the doc")
    return span.start, span.end


def _plain(report: Report) -> dict[str, Any]:
    """A report without its text, as numbers, texts, lists and dicts only."""
    return {
        "words": report.words,
        "spin_rate": report.spin_rate,
        "probability": report.probability,
        "findings": [{**asdict(finding), "tier": finding.tier.value} for finding in report.findings],
    }


def _report(doc: Doc) -> Report | None:
    data = doc.user_data.get(KEY)
    if data is None:
        return None
    findings = tuple(_finding(record) for record in data["findings"])
    return Report(doc.text, data["words"], data["spin_rate"], data["probability"], findings)


def _finding(record: dict[str, Any]) -> Finding:
    read = {
        "suggestions": tuple(Suggestion(**suggestion) for suggestion in record["suggestions"]),
        "tier": Tier(record["tier"]),
        "evidence": Evidence(**record["evidence"]),
    }
    return Finding(**{**record, **read})


def _spin_rate(doc: Doc) -> float | None:
    data = doc.user_data.get(KEY)
    return None if data is None else float(data["spin_rate"])


def _finding_of(span: Span) -> Finding | None:
    """The finding that a span of `doc.spans[spans_key]` covers; None for any other span."""
    data = span.doc.user_data.get(KEY, {"findings": []})
    for record in data["findings"]:
        if record["code"] == span.label_ and _tokens(span.doc, record["start"], record["end"]) == (span.start, span.end):
            return _finding(record)
    return None


Doc.set_extension("spin_rate", getter=_spin_rate, force=True)
Doc.set_extension("unspin_report", getter=_report, force=True)
Span.set_extension("unspin_finding", getter=_finding_of, force=True)
