"""unspin detects and restores text damaged by article spinners.

    from unspin import Unspinner

    report = Unspinner().analyze(text)

The names below are the public API; they are imported on first use, so that the command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from unspin.errors import ConfigError, DictionaryError, InputError, ModelError, OutputError, UnspinError
    from unspin.findings import Edit, Evidence, Finding, Repair, Report, Suggestion, Tier
    from unspin.patching import apply, revert
    from unspin.unspinner import Unspinner

__all__ = [
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

_HOMES = {"Unspinner": "unspin.unspinner", "apply": "unspin.patching", "revert": "unspin.patching"}


def __dir__() -> list[str]:
    return [*globals(), *__all__]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'unspin' has no attribute {name!r}")
    home = _HOMES.get(name) or ("unspin.errors" if name.endswith("Error") else "unspin.findings")
    return getattr(import_module(home), name)
