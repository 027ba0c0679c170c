"""Articles, cut into the parts that pages show."""

from __future__ import annotations

from collections.abc import Sequence

from unspin.findings import Edit
from unspin.patching import apply, unified_diff
from unspin.review.article import Item

AROUND = 80  # characters of context in a sample


def at_findings(text: str, items: list[Item]) -> list[tuple[str, Item | None]]:
    """An article, cut at its findings."""
    parts: list[tuple[str, Item | None]] = []
    position = 0
    for item in items:
        parts += (text[position : item.start], None), (item.text, item)
        position = item.end
    return [*parts, (text[position:], None)]


def at_edits(text: str, edits: Sequence[Edit]) -> list[tuple[str, bool]]:
    """The repaired text, cut at its edits; each part with whether it was edited."""
    parts: list[tuple[str, bool]] = []
    position = 0
    for edit in edits:
        parts += (text[position : edit.start], False), (edit.after, True)
        position = edit.end
    return [*parts, (text[position:], False)]


def changes(text: str, edits: Sequence[Edit]) -> list[tuple[str, str]]:
    """The lines of the diff that edits make, each with its sign."""
    lines = unified_diff(text, apply(text, edits), "article").split("\n")[2:]
    return [("@", line) if line.startswith("@") else (line[:1], line[1:]) for line in lines]


def context(text: str, item: Item) -> tuple[str, str]:
    """What stands before and after a finding."""
    before = text[max(0, item.start - AROUND) : item.start]
    return " ".join(before.split(" ")[1:]) if item.start > AROUND else before, text[item.end : item.end + AROUND]
