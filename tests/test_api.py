"""The public API: a name that joins or leaves it does so on purpose."""

from __future__ import annotations

import subprocess
import sys

import unspin


def test_public_names() -> None:
    assert unspin.__all__ == [
        "ConfigError",
        "DictionaryError",
        "Edit",
        "Evidence",
        "Finding",
        "InputError",
        "ModelError",
        "OutputError",
        "Repair",
        "Report",
        "Suggestion",
        "Tier",
        "UnspinError",
        "Unspinner",
        "apply",
        "revert",
    ]


def test_every_public_name_can_be_imported() -> None:
    for name in unspin.__all__:
        assert getattr(unspin, name).__name__ == name


def test_every_public_name_is_listed() -> None:
    assert {*unspin.__all__, "__version__"} <= {*dir(unspin)}


def test_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(unspin, "Spinner")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, unspin; print(sorted({'numpy', 'spacy', 'click', 'rich'} & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
