"""An article on the desk, its findings, and the edits that follow from what was decided about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unspin.findings import Edit, Tier
from unspin.patching import with_line_ends

ACCEPTED, REJECTED = "accepted", "rejected"


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the queue; `open` findings have no verdict yet."""

    id: int
    name: str
    path: str | None
    line: int | None
    text: str
    digest: str
    words: int
    spin_rate: float
    spun: bool
    findings: int
    open: int
    flagged: int
    added: str

    @property
    def title(self) -> str:
        """The name without the folder of the file."""
        return titled(self.name, self.path)

    @property
    def folder(self) -> str:
        """The folder of the file that it is from; empty if it is from none."""
        return self.name.removesuffix(self.title).rstrip("/")

    @property
    def state(self) -> str:
        """new, in progress, or done."""
        return "done" if not self.open else "new" if self.open == self.findings else "in progress"


@dataclass(frozen=True, slots=True)
class Item:
    """A finding and what was decided about it. `after` is what is written if it is accepted; `revision` counts its changes."""

    id: int
    article: int
    number: int
    fingerprint: str
    occurrence: int
    code: str
    entry: str
    start: int
    end: int
    text: str
    suggestions: list[tuple[str, float]]
    confidence: float
    tier: str
    lm: float
    channel: float
    verdict: str | None
    after: str | None
    flagged: bool
    revision: int

    @property
    def suggestion(self) -> str:
        """The first suggestion."""
        return self.suggestions[0][0]

    @property
    def edit(self) -> Edit:
        """The edit that was accepted."""
        after = self.suggestion if self.after is None else self.after
        return Edit(self.start, self.end, self.text, after, self.code, self.entry, self.confidence, Tier(self.tier))


def titled(name: str, path: str | None) -> str:
    """The name of an article without its folder. What is from no file has a title, in which a slash is a slash."""
    return name if path is None else name.rpartition("/")[2]


def edits(text: str, items: Sequence[Item]) -> list[Edit]:
    """The edits of those findings of a text that were accepted, and those that keep its lines. Where words are deleted, a space beside them
    goes, too."""
    found: list[Edit] = []
    for item in items:
        if item.verdict == ACCEPTED:
            start, end = item.start, item.end
            if not item.edit.after:
                start, end = _with_space(text, start, end, found[-1].end if found else 0)
            found.append(replace(item.edit, start=start, end=end, before=text[start:end]))
    return with_line_ends(text, found)


def _with_space(text: str, start: int, end: int, free: int) -> tuple[int, int]:
    """A range with the space after it, or else the one before it, if words would stand two spaces apart without it.

    What is before `free` is taken."""
    before, after = text[start - 1 : start] if start > free else "", text[end : end + 1]
    if after == " " and (before.isspace() or start == 0 or start == free):
        return start, end + 1
    return (start - 1, end) if before == " " and not after.isalnum() else (start, end)
