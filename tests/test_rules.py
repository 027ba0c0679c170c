from __future__ import annotations

import pytest

from unspin.rules import RULES, Rule
from unspin.unspinner import CODES


def test_every_code_of_the_engine_has_a_page() -> None:
    assert {*CODES.values(), "US501"} <= set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_page_is_complete(rule: Rule) -> None:
    assert all([rule.name, rule.what, rule.why, rule.genuine, rule.safety])
    assert rule.spun != rule.repaired
