"""The kinds of values that a configuration holds: what TOML, a setup.cfg or an option says, as the settings have it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unspin.errors import meant
from unspin.findings import Tier

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_JOBS = 1024
SHORT_NUMBER = 1_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of value. `parse` takes what TOML gives and the folder of the file; its ValueError is the end of a sentence.

    `from_text` turns the text of a setup.cfg into what TOML would give.
    """

    name: str
    parse: Callable[[Any, Path], Any]
    from_text: Callable[[str], Any] = str


def _tier(value: Any, root: Path) -> Tier:
    try:
        return Tier(value)
    except ValueError as error:
        raise expected(_alternatives([tier.value for tier in Tier]), value) from error


def _format(value: Any, root: Path) -> str:
    from unspin.reporting.formats import FORMATS

    if isinstance(value, str) and value in FORMATS:
        return value
    raise expected(_alternatives(list(FORMATS)), value)


def _flag(value: Any, root: Path) -> bool:
    if isinstance(value, bool):
        return value
    raise expected("true or false", value)


def _jobs(value: Any, root: Path) -> int:
    if type(value) is int and 0 <= value <= MAX_JOBS:
        return value
    raise expected(f"a whole number from 0 to {MAX_JOBS}", value)


def _path(value: Any, root: Path) -> Path:
    if isinstance(value, str | Path) and str(value).strip() and "\0" not in str(value):
        return root / value
    raise expected("a path", value)


def _model(value: Any, root: Path) -> Path:
    path = _path(value, root)
    return path if os.path.lexists(path) else Path(value)


def _strings(value: Any, root: Path) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise expected("a list of strings", value)
    for item in value:
        if not isinstance(item, str) or not item.strip():
            raise ValueError(f"has {shown(item)} where a string with text is expected")
    return tuple(value)


def _codes(value: Any, root: Path) -> tuple[str, ...]:
    from unspin.rules import RULES

    for code in (codes := _strings(value, root)):
        if not any(rule.startswith(code) for rule in RULES):
            upper = code.upper()
            known = [upper] if any(rule.startswith(upper) for rule in RULES) else RULES
            advice = did_you_mean(upper, known) or f"; the codes are {', '.join(RULES)}"
            raise ValueError(f"has {shown(code)}, which is neither a code nor the beginning of one{advice}")
    return codes


def _paths(value: Any, root: Path) -> tuple[Path, ...]:
    if not isinstance(value, list | tuple):
        raise expected("a list of paths", value)
    return tuple(_path(item, root) for item in value)


def _patterns(value: Any, root: Path) -> tuple[str, ...]:
    for pattern in (patterns := _strings(value, root)):
        try:
            gitignore(pattern)
        except ValueError as error:
            raise ValueError(f"has {shown(pattern)}, which is no gitignore pattern") from error
    return patterns


def _regexes(value: Any, root: Path) -> tuple[re.Pattern[str], ...]:
    if not isinstance(value, list | tuple):
        raise expected("a list of regular expressions", value)
    return tuple(item if isinstance(item, re.Pattern) else _regex(item) for item in value)


def _regex(value: Any) -> re.Pattern[str]:
    if not isinstance(value, str) or not value:
        raise ValueError(f"has {shown(value)} where a regular expression is expected")
    try:
        return re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"has {shown(value)}, which is no regular expression ({error})") from error


def _lines(text: str) -> list[str]:
    """The list in a value of setup.cfg, as setuptools reads it: one item a line, or on a single line separated by commas."""
    items = text.split("\n") if "\n" in text else text.split(",")
    return [item for item in (item.strip().removesuffix(",") for item in items) if item]


def _whole_lines(text: str) -> list[str]:
    return [line for line in (line.strip() for line in text.split("\n")) if line]


def _boolean(text: str) -> bool | str:
    from configparser import RawConfigParser

    return RawConfigParser.BOOLEAN_STATES.get(text.lower(), text)


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else text


TIER = Kind("tier", _tier)
FLAG = Kind("true or false", _flag, _boolean)
NUMBER = Kind("number", _jobs, _number)
FORMAT = Kind("format", _format)
CODES = Kind("list of codes", _codes, _lines)
STRINGS = Kind("list of strings", _strings, _lines)
PATTERNS = Kind("list of gitignore patterns", _patterns, _lines)
REGEXES = Kind("list of regular expressions", _regexes, _whole_lines)  # a comma can be part of one: \d{1,3}
PATH = Kind("path", _path)
PATHS = Kind("list of paths", _paths, _lines)
MODEL = Kind("path", _model)


@lru_cache(maxsize=1024)
def gitignore(*patterns: str) -> GitIgnoreSpec:
    """Gitignore patterns, compiled. ValueError if one is none."""
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about a wrong name, if it is like one that is known; or else nothing."""
    nearest = meant(name, known)
    return f"; did you mean {nearest!r}?" if nearest else ""


def expected(what: str, value: Any) -> ValueError:
    """What `parse` of a kind raises at a wrong value."""
    return ValueError(f"must be {what}, not {shown(value)}")


def _alternatives(values: list[str]) -> str:
    return f"{', '.join(map(repr, values[:-1]))} or {values[-1]!r}"


def shown(value: Any) -> str:
    """A value in a message: strings shortened, small numbers as they are, others by their type, because they can be huge."""
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:59] + "…")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float) and abs(value) < SHORT_NUMBER:
        return str(value)
    names = {int: "a number", float: "a number", list: "a list", tuple: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def toml(value: Any, root: Path) -> str:
    """A value as a file in the folder `root` spells it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(toml(item, root) for item in value)}]"
    if isinstance(value, Tier):
        return quoted(value.value)
    if isinstance(value, re.Pattern):
        return quoted(value.pattern)
    if isinstance(value, Path):
        return quoted((value.relative_to(root) if value.is_relative_to(root) else value).as_posix())
    return quoted(value)


def quoted(text: str) -> str:
    """A TOML string: literal where backslashes make that easier to read, as in regular expressions."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
