from __future__ import annotations

from pathlib import Path

import pytest

from unspin.corpus.shards import files, left_out, several, single
from unspin.errors import InputError


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("", ["a.jsonl", "sub/b.jsonl.gz"]),
        ("*", ["a.jsonl"]),
        ("*.*", ["a.jsonl"]),
        ("**/*", ["a.jsonl", "sub/b.jsonl.gz"]),
        ("*.json*", ["a.jsonl"]),
        ("*.txt", ["README.txt"]),
        ("[a-z]*/*.gz", ["sub/b.jsonl.gz"]),
        ("_rejects/*", ["_rejects/a.jsonl"]),
    ],
)
def test_hidden_and_foreign_files_are_no_shards(tmp_path: Path, pattern: str, found: list[str]) -> None:
    for name in (
        "a.jsonl",
        "a.jsonl.rejects.jsonl",
        "README.txt",
        ".hidden.jsonl",
        ".cache/a.jsonl",
        "_rejects/a.jsonl",
        "sub/b.jsonl.gz",
        "sub/.b.jsonl.gz",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert files(str(tmp_path / pattern)) == [str(tmp_path / name) for name in found]


def test_links_that_lead_nowhere_are_shards_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").symlink_to(tmp_path / "none")
    (tmp_path / "folder.jsonl").mkdir()
    assert files(str(tmp_path)) == [str(tmp_path / "a.jsonl")]


def test_other_files_of_a_folder_are_known(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.json.gz", "b.jsonl.bz2", ".hidden", "_SUCCESS", "a.rejects.jsonl"):
        (tmp_path / name).touch()
    assert left_out(str(tmp_path)) == [str(tmp_path / name) for name in ("a.json.gz", "b.jsonl.bz2")]
    assert left_out(str(tmp_path / "*")) == []


def test_a_link_to_another_folder_is_known_to_be_left_out(tmp_path: Path) -> None:
    for name in ("shards", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jsonl").touch()
    (tmp_path / "shards" / "more").symlink_to(tmp_path / "elsewhere")
    assert files(str(tmp_path / "shards")) == [str(tmp_path / "shards" / "a.jsonl")]
    assert left_out(str(tmp_path / "shards")) == [str(tmp_path / "shards" / "more")]


def test_two_shards_are_not_written_to_the_same_file(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl", "b.ndjson"):
        (tmp_path / name).touch()
    assert len(several(str(tmp_path), "out", "jsonl")) == 3
    with pytest.raises(InputError, match=r"both be written to out/b\.parquet"):
        several(str(tmp_path), "out", "parquet")


def test_rejects_of_a_stream_are_in_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for expected in ("unspin.rejects.jsonl", "unspin-2.rejects.jsonl", "unspin-3.rejects.jsonl"):
        assert single("-", "-").rejects == expected
        Path(expected).touch()
    assert single("-", "-", "bad.jsonl").rejects == "bad.jsonl"
    assert single("-", "out.jsonl").rejects == "out.jsonl.rejects.jsonl"
