from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.linting.conftest import analyzed
from unspin.errors import InputError
from unspin.linting.baseline import Baseline, fingerprint

TEXT = "It was so. The Linked Press met the primary minister in the final year of it.\nThe Linked Press again, and the end.\n"


def known(text: str, path: str = "a.md", root: Path = Path()) -> Baseline:
    report = analyzed(text)
    return Baseline.of(root, [(path, report, report.findings)])


def new(baseline: Baseline, text: str, path: str = "a.md") -> list[str]:
    report = analyzed(text)
    return [finding.text for finding in baseline.filter(path, report, report.findings)[0]]


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


def test_the_same_words_elsewhere_are_new() -> None:
    assert new(known(TEXT), "Nobody trusts the Linked Press now.") == ["Linked Press"]
    assert new(known(TEXT), TEXT, "b.md") == ["Linked Press", "primary minister", "final year", "Linked Press"]


def test_what_is_gone_is_told_for_the_files_that_were_checked() -> None:
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
    [b"", b"[]", b"{}", b'{"unspin-baseline": 1}', b'{"unspin-baseline": 1, "files": {"a": [{}]}}', b"\xff", b"[" * 100_000],
)
def test_a_damaged_baseline(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"b\.json: is no baseline of unspin, or is damaged"):
        Baseline.read(path)


def test_a_baseline_of_another_version_or_none(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"unspin-baseline": 2, "files": {}}')
    with pytest.raises(InputError, match="version 2"):
        Baseline.read(tmp_path / "b.json")
    with pytest.raises(InputError, match="no such baseline; make one with --write-baseline"):
        Baseline.read(tmp_path / "none.json")
