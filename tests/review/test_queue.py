from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="needs pip install 'unspin[review]'")

from tests.fake_engine import Unspinner
from unspin.review import queue
from unspin.review.store import Store

SPUN = "The Linked Press met the primary minister final year."


def load(store: Store, *paths: str) -> list[str]:
    """Put the articles of paths into the store; the names of those that were not there as they are."""
    unspinner: object = Unspinner()
    arrivals = [*queue.arrivals(paths)]
    return [each.name for each in arrivals if queue.add(store, unspinner, each, "") is not None]  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.md").write_text(f"{SPUN} <!-- unspin: ignore[US101] -->\n\n{SPUN}\n", encoding="utf-8")
    return tmp_path


def test_a_file_is_the_same_by_whatever_path(store: Store, folder: Path) -> None:
    assert load(store, "articles", "./articles/a.md", str(folder / "articles")) == ["articles/a.md"]
    (folder / "link").symlink_to(folder / "articles")
    assert load(store, str(folder / "articles"), "link/a.md", "articles/../articles") == []


def test_a_file_that_cannot_be_analysed_stops_no_other(store: Store, folder: Path) -> None:
    (folder / "a.csv").write_text("title,body\nx,y\n", encoding="utf-8")
    engine: object = Unspinner
    loading = queue.Loading(store, engine, "", ["a.csv", "articles"])  # type: ignore[arg-type]
    loading._run()
    assert [article.name for article in store.articles()] == ["articles/a.md"]
    assert len(loading.errors) == 1 and "a.csv" in loading.errors[0]


def test_a_file_that_cannot_be_read_stops_no_other(store: Store, folder: Path) -> None:
    (folder / "articles" / "0.txt").write_bytes(b"no\0text")
    errors: list[str] = []
    arrived = queue.arrivals(["articles"], fail=lambda error: errors.append(str(error)))
    assert [each.name for each in arrived] == ["articles/a.md"]
    assert len(errors) == 1 and "0.txt" in errors[0]


def test_comments_and_configuration_of_files_are_honoured(store: Store, folder: Path) -> None:
    load(store, "articles")
    assert [item.text for item in store.items(1)] == [
        "Linked Press",
        "final year",
        "Linked Press",
        "primary minister",
        "final year",
    ]
    (folder / ".unspin.toml").write_text('ignore-words = ["linked press"]\nexclude = ["b.md"]\n', encoding="utf-8")
    (folder / "articles" / "b.md").write_text(SPUN, encoding="utf-8")
    assert load(store, "articles") == ["articles/a.md"]
    assert [item.text for item in store.items(1)] == ["final year", "primary minister", "final year"]
