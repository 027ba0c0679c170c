"""One page for moderators: totals, charts, and each article with its findings marked. It needs no network and no script."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, TextIO

from unspin.findings import Finding, Tier
from unspin.reporting.filereport import FileReport
from unspin.reporting.text import percent, why
from unspin.rules import RULES

if TYPE_CHECKING:
    from jinja2 import Template

BINS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 1.0)
"""Upper bounds of the histogram of spin rates."""
CHART = 100  # units that the longest bar measures


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a chart; `length` is in units of CHART."""

    label: str
    count: int
    length: float


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an article: plain text, or a finding with its reasons in words."""

    text: str
    finding: Finding | None = None
    rule: str = ""
    certainty: str = ""
    others: str = ""
    reason: str = ""


def write(files: Iterable[FileReport], out: TextIO) -> None:
    """Write the page, the documents by falling spin rate. The texts of documents without findings are left out."""
    ranked = sorted(files, key=lambda file: -file.report.spin_rate)
    style = (resources.files("unspin.reporting") / "report.css").read_text(encoding="utf-8")
    tiers = sum((file.tiers for file in ranked), Counter[Tier]())
    page = _template().generate(
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        files=list(enumerate(ranked, 1)),
        words=sum(file.report.words for file in ranked),
        spun=sum(file.report.spun for file in ranked),
        tiers=[(tier, tiers[tier]) for tier in Tier],
        findings=sum(tiers.values()),
        codes=_codes(ranked),
        rates=_rates(ranked),
        chart=CHART,
        parts=parts,
        percent=percent,
    )
    # A file name may have bytes, and a record a code point, that UTF-8 lacks.
    out.writelines(piece.encode("utf-8", "replace").decode("utf-8") for piece in page)


def parts(file: FileReport) -> Iterator[Part]:
    """An article, cut at its findings."""
    text, position = file.report.text, 0
    for finding in file.findings:
        yield Part(text[position : finding.start])
        others = ", ".join(f"{other.text} ({percent(other.confidence)})" for other in finding.suggestions[1:])
        rule = f"{finding.code} {RULES[finding.code].name}" if finding.code in RULES else finding.code
        certainty = f"{finding.tier.value}, {percent(finding.confidence)}"
        yield Part(text[finding.start : finding.end], finding, rule, certainty, others, why(finding.evidence))
        position = finding.end
    yield Part(text[position:])


def _codes(files: Sequence[FileReport]) -> list[Bar]:
    counts = Counter(finding.code for file in files for finding in file.findings)
    return _bars([(f"{code} {RULES[code].name if code in RULES else ''}".strip(), n) for code, n in counts.most_common()])


def _rates(files: Sequence[FileReport]) -> list[Bar]:
    counts = Counter(next(high for high in BINS if file.report.spin_rate <= high) for file in files)
    lows = (0.0, *BINS)
    return _bars([(f"{100 * low:.0f} to {100 * high:.0f} %", counts[high]) for low, high in zip(lows, BINS, strict=False)])


def _bars(counts: Sequence[tuple[str, int]]) -> list[Bar]:
    most = max((count for _, count in counts), default=0) or 1
    return [Bar(label, count, round(CHART * count / most, 1)) for label, count in counts]


def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("unspin.reporting", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("report.html.j2")
