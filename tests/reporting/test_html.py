from __future__ import annotations

import io
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.fake_engine import Unspinner
from unspin.findings import Report, Suggestion, Tier
from unspin.reporting.filereport import FileReport
from unspin.reporting.html import write

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
TEXT = "The Linked Press met the primary minister\nfinal year. He mentioned it.\n"


def page(*reports: Report, tier: Tier = Tier.POSSIBLE) -> str:
    stream = io.StringIO()
    write([FileReport(f"{number}.txt", report, tier) for number, report in enumerate(reports)], stream)
    return stream.getvalue()


class Reader(HTMLParser):
    """What a browser makes of a page: tags, and the text of elements of a class."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "input"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_text_is_there_with_its_findings_marked() -> None:
    reader = Reader(page(Unspinner().analyze(TEXT)))
    classes = [attributes.get("class") for tag, attributes in reader.tags if tag == "span"]
    assert [c for c in classes if c and c.startswith("finding")] == ["finding safe"] * 2 + ["finding likely", "finding possible"]
    assert "Associated Press" in reader.texts
    assert any("past year (46 %)" in text for text in reader.texts)
    assert " minister" not in reader.texts  # the finding has it


def test_hostile_text_stays_text() -> None:
    hostile = '<script>alert(1)</script> "]]> & <b onmouseover="x"> Linked Press {{ 1 + 1 }}'
    html = page(Unspinner().analyze(hostile))
    reader = Reader(html)
    assert [tag for tag, _ in reader.tags if tag in {"script", "b"}] == []
    assert any(hostile.startswith(text) and "{{" not in text and len(text) > 40 for text in reader.texts)
    report = Unspinner().analyze("Linked Press")
    finding = replace(report.findings[0], entry="<i>", suggestions=(Suggestion("<u>", 0.9), Suggestion("<u>", 0.1)))
    reader = Reader(page(replace(report, findings=(finding,))))
    assert {tag for tag, _ in reader.tags} & {"i", "u"} == set()


def test_nothing_is_loaded_and_the_policy_forbids_it() -> None:
    reader = Reader(page(Unspinner().analyze(TEXT)))
    for tag, attributes in reader.tags:
        assert tag not in {"link", "img", "script", "iframe"}
        assert "style" not in attributes  # the policy would drop it
        assert (attributes.get("href") or "#").startswith("#")
    (policy,) = [a["content"] for tag, a in reader.tags if tag == "meta" and "http-equiv" in a]
    assert (policy or "").startswith("default-src 'none'; style-src 'sha256-")


def test_documents_come_by_spin_rate_and_those_without_findings_without_text() -> None:
    spun, clean = Unspinner().analyze(TEXT), Unspinner().analyze("A secret text.")
    html = page(clean, spun)
    assert html.index("1.txt") < html.index("0.txt")
    assert "secret" not in html


def test_only_findings_of_the_tier_are_marked() -> None:
    html = page(Unspinner().analyze(TEXT), tier=Tier.SAFE)
    assert html.count('class="finding ') == 2
    assert "final year. He mentioned it." in html


def test_names_and_texts_that_are_not_utf_8() -> None:
    stream = io.StringIO()
    write([FileReport("caf\udce9.txt", Unspinner().analyze("Linked Press \ud800"))], stream)
    assert b"caf?.txt" in stream.getvalue().encode()


@pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium on the path")
@pytest.mark.parametrize("width", [375, 800])
def test_reasons_are_whole_on_a_narrow_screen(tmp_path: Path, width: int) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs pip install 'unspin[test]'")
    (tmp_path / "report.html").write_text(page(Unspinner().analyze("It rained and the Linked Press mentioned it. " * 9)), "utf-8")
    with playwright.sync_playwright() as started:
        tab = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]).new_page(
            viewport={"width": width, "height": 667}, reduced_motion="reduce"
        )
        tab.goto((tmp_path / "report.html").as_uri())
        for finding in tab.locator(".finding").all():
            finding.focus()
            box = finding.locator(".why").bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width


@pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium on the path")
def test_each_paragraph_goes_its_own_way(tmp_path: Path) -> None:
    """English begins at the left even if the text begins in Hebrew, and so do the reasons."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs pip install 'unspin[test]'")
    text = "\u05e9\u05dc\u05d5\u05dd Linked Press.\nLinked Press, said the minister."
    (tmp_path / "report.html").write_text(page(Unspinner().analyze(text)), "utf-8")
    with playwright.sync_playwright() as started:
        tab = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]).new_page(reduced_motion="reduce")
        tab.goto((tmp_path / "report.html").as_uri())
        left = tab.locator(".text").bounding_box()["x"]
        hebrew, english = (finding.bounding_box()["x"] for finding in tab.locator(".finding").all())
        assert hebrew > left + 100 and english == left
        assert tab.evaluate("getComputedStyle(document.querySelector('.why')).textAlign") == "left"


def test_no_documents() -> None:
    Reader(page())
