"""One engine for all tests. Its compiled files stay in the platform's cache (or $UNSPIN_CACHE), so that only the first run compiles."""

from __future__ import annotations

import pytest

from unspin.unspinner import Unspinner


@pytest.fixture(scope="session")
def unspinner() -> Unspinner:
    return Unspinner()
