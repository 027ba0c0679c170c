"""Every error that a user can cause. A message says what was wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

SIMILAR = 0.75  # Jaro-Winkler; "chekc" and "check" 0.95, "scan" and "score" 0.72


class UnspinError(Exception):
    """Base class: the command line prints the message, without a traceback."""


class DictionaryError(UnspinError):
    """A dictionary cannot be read or compiled; the message starts with file and line."""


class ModelError(UnspinError):
    """A language model is missing or damaged."""


class ConfigError(UnspinError):
    """A configuration file, or an option that stands for one of its keys, is wrong."""


class InputError(UnspinError):
    """An input cannot be read: missing, binary, in an unknown encoding, malformed."""


class OutputError(UnspinError):
    """A result cannot be written; the target is as it was before."""


def reason(error: Exception) -> str:
    """Why a record of a file cannot be used, in words."""
    from json import JSONDecodeError

    if isinstance(error, UnicodeDecodeError):
        return f"not valid UTF-8 at byte {error.start}"
    if isinstance(error, JSONDecodeError):
        return f"malformed JSON: {error}"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return str(error)


def meant(name: str, known: Iterable[str], likeness: float = SIMILAR) -> str | None:
    """Which of the known names a wrong one stands for; None if it is like none of them."""
    from jellyfish import jaro_winkler_similarity

    similarity, nearest = max((jaro_winkler_similarity(name, other), other) for other in known)
    return nearest if similarity >= likeness else None


def missing(what: str, extra: str, error: ImportError) -> str:
    """That packages for something are not installed, and the extra that installs them."""
    return f"packages for {what} are missing ({error}); run `pip install 'unspin[{extra}]'`"
