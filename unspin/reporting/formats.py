"""The formats of `unspin check`, by name. A reporter is imported when its format is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TextIO

from unspin.reporting.filereport import FileReport

Writer = Callable[[Iterable[FileReport], TextIO], None]

FORMATS = {
    "text": "for people: each finding in its line, with the reasons",
    "concise": "one line for each finding, as compilers write it",
    "json": "the format unspin/1, one object",
    "jsonl": "the findings of unspin/1, one to a line",
    "sarif": "SARIF 2.1.0, for code scanning and editors",
    "github": "annotations of GitHub Actions",
    "rdjson": "comments by reviewdog",
    "junit": "JUnit XML, a test for each file",
    "html": "a page to read and share",
}
"""The name of a format is that of its module in `unspin.reporting`."""
FOR_PEOPLE = ("text", "concise")
"""Formats that a terminal shows, in its own encoding."""


def writer(name: str) -> Writer:
    """The `write` function of a format. KeyError if there is no such format."""
    if name not in FORMATS:
        raise KeyError(name)
    write: Writer = import_module(f"unspin.reporting.{name}").write
    return write
