from __future__ import annotations

import pytest

from tests.fake_engine import Unspinner
from unspin.findings import Tier
from unspin.reporting.filereport import FileReport

TEXT = "One line.\r\nThe primary minister mentioned to the Linked Press that final\r\nyear was bad; final year."


@pytest.fixture
def file() -> FileReport:
    return FileReport("news.txt", Unspinner().analyze(TEXT), Tier.LIKELY)
