from __future__ import annotations

import pytest

from unspin.findings import Tier
from unspin.unspinner import Unspinner


@pytest.mark.parametrize("organization", ["North Atlantic Deal Association (NATO)", "World Fitness Organization (WHO)"])
def test_an_acronym_confirms_a_name(unspinner: Unspinner, organization: str) -> None:
    (finding,) = (f for f in unspinner.analyze(f"The {organization} met.").findings if f.code == "US201")
    assert finding.tier in (Tier.SAFE, Tier.LIKELY)


def test_an_acronym_confirms_no_substitution_that_nobody_lists(unspinner: Unspinner) -> None:
    text = "The World Zebra Organization (WHO) met."
    assert unspinner.repair(text, Tier.LIKELY).text == text
