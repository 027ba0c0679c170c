"""One engine for all tests. Its compiled files stay in the platform's cache (or $UNSPIN_CACHE), so that only the first run compiles."""

from __future__ import annotations

import pytest
from hypothesis import settings

from unspin.unspinner import Unspinner

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def unspinner() -> Unspinner:
    return Unspinner()
