from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from unspin.findings import Tier
from unspin.linting.values import FLAG, NUMBER, PATH, PATHS, REGEXES, STRINGS, Kind, did_you_mean, quoted, shown, toml

ROOT = Path("/project")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FLAG, "Yes", True),
        (FLAG, "0", False),
        (NUMBER, "12", 12),
        (STRINGS, "a, b", ("a", "b")),
        (STRINGS, "\na, b\nc,\n\n", ("a, b", "c")),
        (REGEXES, r"\d{1,3}", (re.compile(r"\d{1,3}"),)),
        (REGEXES, "\na,\n b", (re.compile("a,"), re.compile("b"))),
        (PATH, "a b.json", ROOT / "a b.json"),
        (PATHS, "a.tsv, /b.tsv", (ROOT / "a.tsv", Path("/b.tsv"))),
    ],
)
def test_texts_of_a_setup_cfg(kind: Kind, text: str, value: Any) -> None:
    assert kind.parse(kind.from_text(text), ROOT) == value


@pytest.mark.parametrize(("kind", "text"), [(FLAG, "perhaps"), (NUMBER, "1e3"), (NUMBER, "9" * 10), (NUMBER, "")])
def test_texts_that_are_no_such_value(kind: Kind, text: str) -> None:
    with pytest.raises(ValueError, match=f"must be .*, not '{text}'"):
        kind.parse(kind.from_text(text), ROOT)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "true"),
        (3, "3"),
        (Tier.SAFE, '"safe"'),
        ((re.compile(r"\d+"), re.compile(r"it's \w")), r"""['\d+', "it's \\w"]"""),
        (ROOT / "docs" / "a.tsv", '"docs/a.tsv"'),
        (Path("/elsewhere/a.tsv"), '"/elsewhere/a.tsv"'),
        (("a", 'b"'), r'["a", "b\""]'),
    ],
)
def test_values_as_a_file_spells_them(value: Any, expected: str) -> None:
    assert toml(value, ROOT) == expected


def test_strings_are_literal_where_that_is_easier_to_read() -> None:
    assert [quoted(text) for text in ("a\\b", "a\\b'", "a\\\n", "\x7f")] == ["'a\\b'", '"a\\\\b\'"', '"a\\\\\\n"', '"\\u007f"']


def test_a_message_shows_no_more_of_a_value_than_fits() -> None:
    assert shown("a" * 60) == repr("a" * 60)
    assert shown("a" * 61) == repr("a" * 59 + "…")
    assert [shown(value) for value in (True, 10**9, [1], {"a": 1})] == ["true", "a number", "a list", "a table"]
    assert [shown(value) for value in (-1, 1.5, float("nan"))] == ["-1", "1.5", "a number"]


def test_only_a_name_that_is_like_a_known_one_is_taken_for_it() -> None:
    assert did_you_mean("slect", ["ignore", "select"]) == "; did you mean 'select'?"
    assert did_you_mean("qqq", ["ignore", "select"]) == ""
