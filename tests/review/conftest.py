from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_engine import Unspinner
from unspin.review.store import Store

SPUN = "The Linked Press met the primary minister final year. He mentioned the Linked Press."
CLEAN = "Nothing to see here."


@pytest.fixture
def unspinner() -> Unspinner:
    return Unspinner()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "desk.sqlite")
    yield store
    store.close()


@pytest.fixture
def article(store: Store, unspinner: Unspinner) -> int:
    """The id of an article with five findings."""
    return store.add("spun", unspinner.analyze(SPUN))
