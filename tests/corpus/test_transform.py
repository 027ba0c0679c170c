from __future__ import annotations

import pytest

from tests.corpus.test_run import SPUN
from unspin.corpus.operation import Choice, Item
from unspin.corpus.transform import Transform
from unspin.findings import Tier


@pytest.mark.parametrize("most", list(Tier))
def test_what_is_proposed_is_what_each_tier_writes(most: Tier) -> None:
    differ = 0
    for text in SPUN:
        proposal = Transform(most).proposed(text).log
        differ += "at" in proposal
        for tier in Tier:
            written = Transform(tier if most.includes(tier) else most)(text).log["edits"]
            assert Choice(tier).edits(Item(1, None, text), proposal) == written
    assert bool(differ) is (most is not Tier.SAFE)
