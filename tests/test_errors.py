from __future__ import annotations

import json

import pytest

from unspin.errors import meant, missing, reason


def raised(data: bytes) -> Exception:
    with pytest.raises((ValueError, RecursionError)) as error:
        json.loads(data.decode())
    return error.value


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"{", "malformed JSON: Expecting property name"),
        (b"ab\xff", "not valid UTF-8 at byte 2"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_why_a_record_cannot_be_used(data: bytes, expected: str) -> None:
    assert reason(raised(data)).startswith(expected)


def test_a_reason_of_our_own_is_told_as_it_is() -> None:
    assert reason(ValueError("no field 'text'")) == "no field 'text'"


def test_a_wrong_name_stands_for_the_known_one_that_is_most_like_it() -> None:
    known = ["check", "fix", "score"]
    assert [meant(name, known) for name in ("chekc", "socre", "scan")] == ["check", "score", None]
    assert meant("chekc", known, likeness=0.99) is None


def test_missing_packages_are_named_and_how_to_install_them() -> None:
    told = missing("Parquet", "corpus", ModuleNotFoundError("No module named 'pyarrow'"))
    assert told == "packages for Parquet are missing (No module named 'pyarrow'); run `pip install 'unspin[corpus]'`"
