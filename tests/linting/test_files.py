from __future__ import annotations

from pathlib import Path

import pytest

from unspin.errors import InputError
from unspin.linting.config import Configurations
from unspin.linting.files import governed


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose folder docs has settings of its own."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / ".unspin.toml").write_text('jobs = 1\nexclude = ["b.md"]\n')
    (tmp_path / "docs" / ".unspin.toml").write_text('jobs = 2\nexclude = ["c.md"]\n')
    (tmp_path / ".gitignore").write_text("d.md\n")
    for name in ("a.md", "b.md", "docs/b.md", "docs/c.md", "docs/d.md"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(path: str) -> dict[str, int]:
    """The files, and their `jobs`, by which their settings are known."""
    configurations = Configurations()
    return {file: settings.jobs for file, settings in governed(path, lambda name: configurations.settings_for(Path(name)))}


def test_each_file_of_a_folder_is_governed_and_excluded_by_the_settings_nearest_to_it(tree: Path) -> None:
    assert found(".") == {"a.md": 1, "docs/b.md": 2}
    assert found("docs") == {"docs/b.md": 2}


def test_a_file_that_is_named_is_there_though_it_is_excluded(tree: Path) -> None:
    assert found("docs/c.md") == {"docs/c.md": 2}


def test_whether_git_is_asked_is_up_to_the_settings_of_the_folder(tree: Path) -> None:
    with (tree / "docs" / ".unspin.toml").open("a") as file:
        file.write("respect-gitignore = false\n")
    assert found("docs") == {"docs/b.md": 2, "docs/d.md": 2}


def test_a_folder_of_which_all_is_excluded_is_an_error(tree: Path) -> None:
    (tree / "docs" / ".unspin.toml").write_text('exclude = ["*"]\n')
    with pytest.raises(InputError, match="docs: all text files in this folder are excluded"):
        found("docs")
