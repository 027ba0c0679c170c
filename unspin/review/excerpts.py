"""Articles, cut into the parts that pages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from unspin.findings import Edit
from unspin.patching import apply, unified_diff
from unspin.review.article import Item

T = TypeVar("T")
AROUND = 80  # characters of context in a sample


def at_findings(text: str, items: list[Item]) -> list[tuple[str, Item | None]]:
    """An article, cut at its findings."""
    return _cut(text, ((item.start, item.end, item.text, item) for item in items), None)


def at_edits(text: str, edits: Sequence[Edit]) -> list[tuple[str, bool]]:
    """The repaired text, cut at its edits; each part with whether it was edited."""
    return _cut(text, ((edit.start, edit.end, edit.after, True) for edit in edits), False)


def _cut(text: str, shown: Iterable[tuple[int, int, str, T]], between: T) -> list[tuple[str, T]]:
    """A text, cut at ranges, of each of which it is said what is shown in its place and with what; the rest comes with `between`."""
    parts: list[tuple[str, T]] = []
    position = 0
    for start, end, part, label in shown:
        parts += (text[position:start], between), (part, label)
        position = end
    return [*parts, (text[position:], between)]


def changes(text: str, edits: Sequence[Edit]) -> list[tuple[str, str]]:
    """The lines of the diff that edits make, each with its sign."""
    lines = unified_diff(text, apply(text, edits), "article").split("\n")[2:]
    return [("@", line) if line.startswith("@") else (line[:1], line[1:]) for line in lines]


def context(text: str, item: Item) -> tuple[str, str]:
    """What stands before and after a finding."""
    before = text[max(0, item.start - AROUND) : item.start]
    return " ".join(before.split(" ")[1:]) if item.start > AROUND else before, text[item.end : item.end + AROUND]
