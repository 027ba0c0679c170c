from __future__ import annotations

from pathlib import Path

import pytest

from unspin.errors import InputError
from unspin.reading.discovery import files


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_a_folder_gives_its_text_files_sorted(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a.md", "sub/c.RST", "d.html", "e.markdown", "f.py", ".hidden.txt", ".git/g.txt", "g")
    found = [str(Path(file).relative_to(tmp_path)) for file in files(str(tmp_path))]
    assert found == ["a.md", "b.txt", "d.html", "e.markdown", "sub/c.RST"]


def test_a_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    make(tmp_path, ".hidden.py")
    assert list(files(str(tmp_path / ".hidden.py"))) == [str(tmp_path / ".hidden.py")]


def test_what_is_not_there_is_left_to_the_reader() -> None:
    assert list(files("none.txt")) == ["none.txt"]
    assert list(files("-")) == ["-"]


def test_what_this_clone_alone_ignores_is_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "drafts/b.md", "sub/drafts/c.md", "sub/keep.md", ".git/info/exclude", "sub/.gitignore")
    (tmp_path / ".git" / "info" / "exclude").write_text("drafts/\nkeep.md\n")
    (tmp_path / "sub" / ".gitignore").write_text("!keep.md\n")  # nearer rules win
    found = [str(Path(file).relative_to(tmp_path)) for file in files(str(tmp_path))]
    assert found == ["a.md", "sub/keep.md"]


def test_an_empty_path_is_not_the_working_directory() -> None:
    with pytest.raises(InputError, match="a path is empty"):
        list(files(""))


def test_a_folder_without_text_is_an_error(tmp_path: Path) -> None:
    make(tmp_path, "a.py", ".git/b.txt")
    with pytest.raises(InputError, match="no text files"):
        list(files(str(tmp_path)))
