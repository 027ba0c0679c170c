"""Case files: what `repair` makes of a text. First line `# options: tier=likely`, then the input, the marker, and the expected output."""

from __future__ import annotations

from pathlib import Path

import pytest

from unspin.findings import Tier
from unspin.unspinner import Unspinner

FOLDER = Path(__file__).parent / "cases"
MARKER = "# output\n"
OPTIONS = "# options: tier="


def case(path: Path) -> tuple[Tier, str, str]:
    options, _, rest = path.read_text(encoding="utf-8").partition("\n")
    before, marker, after = rest.partition(MARKER)
    assert marker and options.startswith(OPTIONS), f"{path.name}: expected {OPTIONS!r} in the first line, and a line {MARKER!r}"
    return Tier(options.removeprefix(OPTIONS)), before, after


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_case(unspinner: Unspinner, path: Path) -> None:
    tier, before, after = case(path)
    assert unspinner.repair(before, tier).text == after


def test_there_are_cases() -> None:
    assert len(list(FOLDER.glob("*.txt"))) >= 8
