from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from unspin import cache


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UNSPIN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def load(folder: Path) -> str:
    return (folder / "value").read_text() + " from disk"


def save(value: str, folder: Path) -> None:
    (folder / "value").write_text(value)


class Counter:
    """Builds "made 1", "made 2" and so on, and counts in a file, as what is cached is built in another process."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> str:
        with self.file.open("a") as stream:
            stream.write("x")
        return f"made {self.file.stat().st_size}"


@pytest.fixture
def build(tmp_path: Path) -> Counter:
    return Counter(tmp_path / "count")


def test_what_is_cached_is_built_once(folder: Path, build: Counter) -> None:
    values = [cache.cached("thing", "key", load, build, save) for _ in range(3)]
    assert values == ["made 1 from disk"] * 3


def test_another_key_is_built_anew(folder: Path, build: Counter) -> None:
    assert [cache.cached("thing", key, load, build, save) for key in "ab"] == ["made 1 from disk", "made 2 from disk"]


def test_the_variable_chooses_the_folder(folder: Path, build: Counter) -> None:
    cache.cached("thing", "key", load, build, save)
    assert (folder / "thing-key" / "value").read_text() == "made 1"


def test_no_temporary_files_are_left(folder: Path, build: Counter) -> None:
    cache.cached("thing", "key", load, build, save)
    assert [path.name for path in folder.iterdir()] == ["thing-key"]


def test_a_cache_that_may_not_be_read_is_as_good_as_none(folder: Path, build: Counter) -> None:
    cache.cached("thing", "key", load, build, save)

    def refused(folder: Path) -> str:
        raise PermissionError

    assert cache.cached("thing", "key", refused, build, save) == "made 2"
    assert cache.cached("thing", "key", load, build, save) == "made 1 from disk"


@pytest.mark.parametrize("error", [OSError, ValueError, KeyError, EOFError])
def test_a_damaged_cache_is_built_again(folder: Path, build: Counter, error: type[Exception]) -> None:

    def load_once_damaged(target: Path) -> str:
        if (target / "value").read_text() == "made 1":
            raise error("damaged")
        return load(target)

    cache.cached("thing", "key", load, build, save)
    assert cache.cached("thing", "key", load_once_damaged, build, save) == "made 2 from disk"


def test_a_cache_with_a_missing_file_is_built_again(folder: Path, build: Counter) -> None:
    cache.cached("thing", "key", load, build, save)
    (folder / "thing-key" / "value").unlink()
    assert cache.cached("thing", "key", load, build, save) == "made 2 from disk"


def test_a_cache_that_cannot_be_written_is_as_good_as_none(folder: Path, build: Counter) -> None:
    folder.write_text("a file where the folder should be")
    assert cache.cached("thing", "key", load, build, save) == "made 1"


def test_a_failed_save_leaves_nothing_behind(folder: Path, build: Counter) -> None:
    def fail(value: str, target: Path) -> None:
        save(value, target)
        raise OSError("disk full")

    assert cache.cached("thing", "key", load, build, fail).startswith("made ")
    assert list(folder.iterdir()) == []


def test_an_error_of_the_builder_is_not_swallowed(folder: Path) -> None:
    def fail() -> str:
        raise ValueError("a broken source")

    with pytest.raises(ValueError, match="a broken source"):
        cache.cached("thing", "key", load, fail, save)


def test_only_the_newest_eight_are_kept(folder: Path, build: Counter) -> None:
    for number in range(10):
        cache.cached("thing", str(number), load, build, save)
        os.utime(folder / f"thing-{number}", (number, number))
    cache.cached("other", "0", load, build, save)
    cache.cached("thing", "last", load, build, save)
    left = {path.name for path in folder.iterdir()}
    assert left == {"thing-last", *(f"thing-{number}" for number in range(3, 10)), "other-0"}


def rewrite(path: Path) -> None:
    path.write_text("longer than before")


def touch(path: Path) -> None:
    os.utime(path, (1, 1))


def rename(path: Path) -> None:
    path.rename(path.with_name("a.tsv"))


@pytest.mark.parametrize("change", [rewrite, touch, rename])
def test_a_fingerprint_changes_with_its_files(tmp_path: Path, change: Callable[[Path], None]) -> None:
    path = tmp_path / "b.tsv"
    path.write_text("before")
    before = cache.fingerprint([path])
    change(path)
    assert cache.fingerprint(tmp_path.glob("*.tsv")) != before


def test_a_fingerprint_stays_while_nothing_changes(tmp_path: Path) -> None:
    path = tmp_path / "b.tsv"
    path.write_text("before")
    assert cache.fingerprint([path]) == cache.fingerprint([path])
