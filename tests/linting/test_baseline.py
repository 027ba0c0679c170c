from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.linting.conftest import analyzed
from unspin.errors import ConfigError
from unspin.findings import Tier
from unspin.linting.baseline import Baseline, fingerprint

TEXT = "It was so. The Linked Press met the primary minister in the final year of it.\nThe Linked Press again, and the end.\n"
ENTRY = b"""{"unspin-baseline": 3, "files": {"a.md":
[{"fingerprint": "f", "before": "b", "after": "a", "count": %s, "code": "US201", "tier": "safe", "text": "x"}]}}"""


def known(text: str, path: str = "a.md", root: Path = Path()) -> Baseline:
    report = analyzed(text)
    return Baseline.of(root, [(path, report, report.findings)])


def new(baseline: Baseline, text: str, path: str = "a.md") -> list[str]:
    report = analyzed(text)
    return [finding.text for finding in baseline.filter(path, report)]


SPACES = [
    i for i, character in enumerate(TEXT) if character == " " and all(not f.start <= i < f.end for f in analyzed(TEXT).findings)
]


@given(st.text(alphabet="ab \n", max_size=60), st.sampled_from(SPACES))
def test_lines_may_move_and_be_wrapped_anew(before: str, at: int) -> None:
    moved = f"{before}\n\n{TEXT[:at]}\n  {TEXT[at + 1 :]}"
    report, later = analyzed(TEXT), analyzed(moved)
    assert [fingerprint(f, later, "b") for f in later.findings] == [fingerprint(f, report, "a") for f in report.findings]


def test_what_is_known_is_not_new() -> None:
    assert new(known(TEXT), TEXT) == []
    assert new(known(TEXT), f"A line before.\n\n{TEXT}") == []


def test_each_known_finding_counts_once() -> None:
    line = "He said the Linked Press met on Monday.\n"
    assert new(known(line * 2), line * 2) == []
    assert new(known(line * 2), line * 3) == ["Linked Press"]


def test_the_same_words_elsewhere_are_new(tmp_path: Path) -> None:
    assert new(known(TEXT), "Nobody trusts the Linked Press now.") == ["Linked Press"]
    (tmp_path / "a.md").touch()
    copy = new(known(TEXT, root=tmp_path, path=str(tmp_path / "a.md")), TEXT, str(tmp_path / "b.md"))
    assert copy == ["Linked Press", "primary minister", "final year", "Linked Press"]


def test_what_is_known_of_a_file_that_was_moved(tmp_path: Path) -> None:
    baseline = known(TEXT, root=tmp_path, path=str(tmp_path / "a.md"))
    assert new(baseline, "Nobody trusts the Linked Press now.", str(tmp_path / "c.md")) == ["Linked Press"]
    assert new(baseline, "A new line of the final year.\n" + TEXT, str(tmp_path / "b.md")) == ["final year"]
    assert baseline.resolved() == {}
    assert len(new(baseline, TEXT, str(tmp_path / "d.md"))) == 4


def test_what_is_mended_beside_it_does_not_make_it_new() -> None:
    text = "He told the Linked Press of the final year.\nThe Linked Press met the primary minister today.\n"
    mended = text.replace("final year", "last year").replace("primary", "prime")
    assert new(known(text), mended) == []
    assert new(known(text), f"{mended}But the Linked Press was late.\n") == ["Linked Press"]


def test_what_is_not_shown_is_not_gone() -> None:
    report = analyzed(TEXT)
    baseline = Baseline.of(Path(), [("a.md", report, report.findings)])
    assert baseline.filter("a.md", report, Tier.SAFE) == []
    assert baseline.resolved() == {}
    selected = replace(report, findings=tuple(finding for finding in report.findings if finding.code == "US201"))
    assert baseline.filter("a.md", selected, selects=lambda code: code == "US201") == []
    assert baseline.resolved() == {}


def test_a_finding_that_changes_its_tier_is_neither_new_nor_gone() -> None:
    report = analyzed(TEXT)
    possible = replace(report, findings=tuple(replace(finding, tier=Tier.POSSIBLE) for finding in report.findings))
    for before, after in ((report, possible), (possible, report)):
        baseline = Baseline.of(Path(), [("a.md", before, before.findings)])
        assert baseline.filter("a.md", after, Tier.LIKELY) == []
        assert baseline.resolved(Tier.LIKELY) == {}


@pytest.mark.parametrize("path", ["a.md", "gone.md"])
def test_what_was_of_a_less_safe_tier_is_not_told_to_be_gone(path: str) -> None:
    report = analyzed(TEXT)
    baseline = Baseline.of(Path(), [(path, report, report.findings)])
    for tier, gone in ((Tier.SAFE, 3), (Tier.LIKELY, 4)):
        baseline.filter("a.md", analyzed(""), tier)
        assert sum(baseline.resolved(tier).values()) == gone


def test_known_findings_of_files_that_are_gone_are_gone(tmp_path: Path) -> None:
    report = analyzed(TEXT)
    (tmp_path / "there.md").touch()
    files = [(str(tmp_path / name), report, report.findings) for name in ("there.md", "gone.md")]
    baseline = Baseline.of(tmp_path, [*files, ("-", report, report.findings)])
    assert baseline.resolved() == {"gone.md": 4}


def test_what_is_known_of_other_files_is_kept(tmp_path: Path) -> None:
    report = analyzed(TEXT)
    (tmp_path / "there.md").touch()
    files = [(str(tmp_path / name), report, report.findings) for name in ("there.md", "gone.md", "new.md")]
    baseline = Baseline.of(tmp_path, [(files[2][0], report, [])])
    baseline.keep(Baseline.of(tmp_path, files))
    assert len(baseline) == 4


def test_what_is_gone_is_told_for_the_files_that_were_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.md").touch()
    report = analyzed(TEXT)
    baseline = Baseline.of(Path(), [(name, report, report.findings) for name in ("a.md", "b.md")])
    new(baseline, TEXT.replace("primary minister", "prime minister"))
    assert sum(baseline.resolved().values()) >= 1
    assert set(baseline.resolved()) == {"a.md"}


def test_the_file_is_the_same_again_and_its_paths_are_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    baseline = known(TEXT, str(tmp_path / "docs" / "a.md"), tmp_path)
    baseline.write(tmp_path / "b.json")
    content = (tmp_path / "b.json").read_bytes()
    assert list(json.loads(content)["files"]) == ["docs/a.md"]
    read = Baseline.read(tmp_path / "b.json")
    read.write(tmp_path / "c.json")
    assert (tmp_path / "c.json").read_bytes() == content
    assert new(read, TEXT, str(tmp_path / "docs" / "a.md")) == []


def test_no_findings_make_an_empty_baseline(tmp_path: Path) -> None:
    Baseline.of(tmp_path, []).write(tmp_path / "b.json")
    assert new(Baseline.read(tmp_path / "b.json"), "Linked Press") == ["Linked Press"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"unspin-baseline": 3}',
        b'{"unspin-baseline": 3, "files": {"a": [{}]}}',
        ENTRY % b"1e999",
        ENTRY % b"-5",
        ENTRY % b'"2"',
        b"\xff",
        b"<<<<<<< HEAD\n{}\n",
        b"[" * 100_000,
    ],
)
def test_a_damaged_baseline(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"b\.json: is no baseline of unspin, or a damaged one; name another file"):
        Baseline.read(path)


def test_a_baseline_of_another_version_or_none(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"unspin-baseline": 9, "files": {}}')
    with pytest.raises(ConfigError, match="version 9"):
        Baseline.read(tmp_path / "b.json")
    with pytest.raises(ConfigError, match="no such baseline; make one with --write-baseline"):
        Baseline.read(tmp_path / "none.json")
