from __future__ import annotations

import pytest

from tests.fake_engine import Unspinner
from unspin.findings import Report


@pytest.fixture
def engine() -> Unspinner:
    return Unspinner()


def analyzed(text: str) -> Report:
    return Unspinner().analyze(text)
