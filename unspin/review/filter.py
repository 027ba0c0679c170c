"""Which articles and findings are looked at, as conditions in SQL on the tables of the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

STATES = {
    "new": "open = findings AND findings > 0",
    "in progress": "open > 0 AND open < findings",
    "done": "open = 0",
    "flagged": "flagged > 0",
}
"""The states of an article."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles, and which of their findings. Empty strings mean any."""

    state: str = ""
    search: str = ""
    code: str = ""
    tier: str = ""
    entry: str = ""
    confidence: float = 0.0
    text: str = ""

    @property
    def about_findings(self) -> bool:
        """Whether it asks something of findings."""
        return bool(self.code or self.tier or self.entry or self.confidence or self.text)

    def findings(self) -> tuple[str, list[Any]]:
        """The condition on a finding `f`, in SQL, and its parameters."""
        terms: list[str] = ["1"]
        values: list[Any] = []
        for column, value in (("code", self.code), ("tier", self.tier), ("entry", self.entry), ("text", self.text)):
            if value:
                terms.append(f"f.{column} = ?")
                values.append(value)
        if self.confidence:
            terms.append("f.confidence >= ?")
            values.append(self.confidence)
        return " AND ".join(terms), values

    def articles(self) -> tuple[str, list[Any]]:
        """The condition on an article `a`."""
        condition, values = self.places()
        terms = [condition]
        if self.about_findings:
            condition, more = self.findings()
            terms.append(f"EXISTS (SELECT 1 FROM findings f WHERE f.article = a.id AND {condition})")
            values += more
        return " AND ".join(terms), values

    def places(self) -> tuple[str, list[Any]]:
        """What it asks of an article `a` itself, not of its findings."""
        terms: list[str] = ["1"]
        values: list[Any] = []
        if self.state in STATES:
            terms.append(STATES[self.state])
        if words := self.search.replace("\0", " ").split():
            terms.append("a.id IN (SELECT rowid FROM words WHERE words MATCH ?)")
            values.append(" ".join('"' + word.replace('"', '""') + '"*' for word in words))
        return " AND ".join(terms), values

    def open_findings(self) -> tuple[str, list[Any]]:
        """The condition on the findings `f` without a verdict that it leaves, in the articles that it leaves."""
        where, values = self.findings()
        on_articles, more = self.places()
        if more or on_articles != "1":
            where += f" AND f.article IN (SELECT a.id FROM articles a WHERE {on_articles})"
        return f"{where} AND f.decided = 0", [*values, *more]


ALL = Filter()
