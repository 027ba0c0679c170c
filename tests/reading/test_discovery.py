from __future__ import annotations

import shutil
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


def test_what_a_clone_alone_ignores_is_left_out_of_its_linked_working_trees_too(tmp_path: Path) -> None:
    make(tmp_path, "clone/.git/info/exclude", "clone/.git/worktrees/tree/commondir", "tree/.git", "tree/a.md", "tree/drafts/b.md")
    (tmp_path / "clone/.git/info/exclude").write_text("drafts/\n")
    (tmp_path / "clone/.git/worktrees/tree/commondir").write_text("../..\n")
    (tmp_path / "tree/.git").write_text(f"gitdir: {tmp_path}/clone/.git/worktrees/tree\n")
    assert found_in(tmp_path / "tree") == ["a.md"]


def test_what_a_submodule_ignores_is_left_out(tmp_path: Path) -> None:
    make(tmp_path, ".git/modules/sub/info/exclude", "sub/.git", "sub/a.md", "sub/drafts/b.md")
    (tmp_path / ".git/modules/sub/info/exclude").write_text("drafts/\n")
    (tmp_path / "sub/.git").write_text("gitdir: ../.git/modules/sub\n")
    assert found_in(tmp_path) == ["sub/a.md"]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository of a user who has no settings yet; `home` beside it is where git looks for them."""
    make(tmp_path, "repository/.git/HEAD", "repository/a.md", "repository/drafts/b.md", "repository/keep/c.md")
    for name in ("GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "repository"


def found_in(repository: Path) -> list[str]:
    return [Path(file).relative_to(repository).as_posix() for file in files(str(repository))]


@pytest.mark.parametrize("name", [".config/git/ignore", "xdg/git/ignore"])
def test_what_a_user_ignores_in_all_repositories_is_left_out(
    repository: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    home = repository.parent / "home"
    make(home, name)
    (home / name).write_text("/drafts/\n")
    if name.startswith("xdg"):
        monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "xdg"))
    assert found_in(repository) == ["a.md", "keep/c.md"]


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@pytest.mark.parametrize(("setting", "left"), [("~/rules", ["keep/c.md"]), ("", ["a.md", "drafts/b.md", "keep/c.md"])])
def test_git_says_where_a_user_keeps_such_rules(repository: Path, setting: str, left: list[str]) -> None:
    home = repository.parent / "home"
    make(home, ".config/git/ignore")
    (home / ".config" / "git" / "ignore").write_text("c.md\n")
    (home / ".gitconfig").write_text(f"[core]\nexcludesFile = {setting}\n")
    (home / "rules").write_text("*.md\n")
    (repository / "keep" / ".gitignore").write_text("!c.md\n")  # nearer rules win
    assert found_in(repository) == left


def test_an_empty_path_is_not_the_working_directory() -> None:
    with pytest.raises(InputError, match="a path is empty"):
        list(files(""))


def test_a_folder_without_text_is_an_error(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "a.jsonl", ".git/b.txt")
    with pytest.raises(
        InputError, match=r"no text files .* in this folder; other files, \.jsonl and \.csv too, are read if you name"
    ):
        list(files(str(tmp_path)))
