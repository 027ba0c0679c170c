"""The compiled dictionaries: from what stands in a text to what may have stood there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unspin.lexicon.entry import Kind

KINDS = tuple(Kind)
POSSESSIVE = "'s"


@dataclass(frozen=True, slots=True)
class Pair:
    """One substitution: `spun` (words joined by blanks) for `canonical`, with ln w(spun | canonical)."""

    spun: str
    canonical: str
    logweight: float
    entry: str
    kind: Kind
    tell: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name or term that is recognised through the substitutions of its words."""

    canonical: str
    words: tuple[str, ...]
    kind: Kind
    acronym: str


class Lexicon:
    """All pairs, as columns, grouped by spun phrase.

    The candidates of the spun phrase with group number g are the rows starts[g]:starts[g + 1] of the columns `canonical` (index into
    `canonicals`), `logweight`, `entry` (index into `entries`), `kind` (index into `KINDS`) and `tell`. After the groups follows one row
    for each pattern, from `first_pattern_row` on, with weight 1: its weight is that of the words substituted in the text.
    """

    def __init__(self, groups: list[str], canonicals: list[str], entries: list[str], patterns: list[Pattern], columns: Mapping[str, Any]):
        self.canonicals = canonicals
        self.entries = entries
        self.patterns = patterns
        self._spun = groups
        self._columns = columns
        self.index: dict[str, int] = {spun: g for g, spun in enumerate(groups)}
        self.starts: NDArray[np.int32] = columns["starts"]
        self.canonical: NDArray[np.int32] = columns["canonical"]
        self.logweight: NDArray[np.float32] = columns["logweight"]
        self.entry: NDArray[np.int32] = columns["entry"]
        self.kind: NDArray[np.int8] = columns["kind"]
        self.tell: NDArray[np.bool_] = columns["tell"]
        self.first_pattern_row = len(self.canonical) - len(patterns)

    @classmethod
    def build(cls, pairs: list[Pair], patterns: list[Pattern]) -> Lexicon:
        """Lay out pairs; the order of the input does not matter."""
        pairs = sorted(pairs, key=lambda pair: (pair.spun, -pair.logweight, pair.canonical))
        patterns = sorted(patterns, key=lambda pattern: (pattern.kind.value, pattern.canonical))
        groups = list(dict.fromkeys(pair.spun for pair in pairs))
        sizes = np.unique([pair.spun for pair in pairs], return_counts=True)[1] if pairs else np.zeros(0, int)
        pairs += [Pair("", p.canonical, 0.0, f"{p.kind.value}: {p.canonical}", p.kind, False) for p in patterns]
        canonicals = sorted({pair.canonical for pair in pairs})
        entries = sorted({pair.entry for pair in pairs})
        canonical_at = {text: i for i, text in enumerate(canonicals)}
        entry_at = {text: i for i, text in enumerate(entries)}
        columns = {
            "starts": np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
            "canonical": np.array([canonical_at[pair.canonical] for pair in pairs], np.int32),
            "logweight": np.array([pair.logweight for pair in pairs], np.float32),
            "entry": np.array([entry_at[pair.entry] for pair in pairs], np.int32),
            "kind": np.array([KINDS.index(pair.kind) for pair in pairs], np.int8),
            "tell": np.array([pair.tell for pair in pairs], np.bool_),
        }
        return cls(groups, canonicals, entries, patterns, columns)

    def save(self, folder: Path) -> None:
        """Write what `load` reads."""
        names = {
            "groups": self._spun,
            "canonicals": self.canonicals,
            "entries": self.entries,
            "patterns": [(p.canonical, p.words, p.kind.value, p.acronym) for p in self.patterns],
        }
        (folder / "lexicon.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
        np.savez(folder / "lexicon.npz", **self._columns)

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read a lexicon that `save` wrote."""
        names = json.loads((folder / "lexicon.json").read_text(encoding="utf-8"))
        patterns = [Pattern(text, tuple(words), Kind(kind), acronym) for text, words, kind, acronym in names["patterns"]]
        with np.load(folder / "lexicon.npz") as columns:
            return cls(names["groups"], names["canonicals"], names["entries"], patterns, dict(columns))

    def __len__(self) -> int:
        """The number of pairs."""
        return self.first_pattern_row

    def pairs(self, spun: str | None = None) -> Iterator[Pair]:
        """Every pair, sorted by spun phrase and falling weight; or those of one spun phrase."""
        groups = range(len(self._spun)) if spun is None else [self.index[spun]] if spun in self.index else []
        for g in groups:
            for row in range(self.starts[g], self.starts[g + 1]):
                yield Pair(
                    self._spun[g],
                    self.canonicals[self.canonical[row]],
                    float(self.logweight[row]),
                    self.entries[self.entry[row]],
                    KINDS[self.kind[row]],
                    bool(self.tell[row]),
                )

    @cached_property
    def longest(self) -> dict[str, int]:
        """For each word that opens a spun phrase of several words: how many words the longest of them has."""
        result: dict[str, int] = {}
        for spun in self._spun:
            first, _, rest = spun.partition(" ")
            if rest:
                result[first] = max(result.get(first, 0), rest.count(" ") + 2)
        return result

    def originals(self, word: str) -> dict[str, float]:
        """The words that `word` may stand for, itself included, with ln w(word | original); names and terms are matched through them."""
        found = self._originals.get(word)
        if found is None:
            found = {}
            if (g := self.index.get(word)) is not None:
                rows = slice(int(self.starts[g]), int(self.starts[g + 1]))
                texts = (self.canonicals[i].lower() for i in self.canonical[rows].tolist())
                found = {text: weight for text, weight in zip(texts, self.logweight[rows].tolist(), strict=True) if " " not in text}
            found[word] = 0.0
            self._originals[word] = found
        return found

    @cached_property
    def _originals(self) -> dict[str, dict[str, float]]:
        return {}

    def continuations(self, word: str, kind: Kind) -> dict[str, list[int]]:
        """The names or terms (as indices) that may begin with what `word` stands for, by their second word."""
        key = word, kind
        found = self._continuations.get(key)
        if found is None:
            openings = self._openings[kind]
            found = {}
            for original in self.originals(word):
                for second, numbers in openings.get(original, {}).items():
                    found.setdefault(second, []).extend(numbers)
            self._continuations[key] = found
        return found

    @cached_property
    def _continuations(self) -> dict[tuple[str, Kind], dict[str, list[int]]]:
        return {}

    @cached_property
    def _openings(self) -> dict[Kind, dict[str, dict[str, list[int]]]]:
        result: dict[Kind, dict[str, dict[str, list[int]]]] = {Kind.NAME: {}, Kind.TERM: {}}
        for i, pattern in enumerate(self.patterns):
            if len(pattern.words) > 1:
                result[pattern.kind].setdefault(pattern.words[0], {}).setdefault(pattern.words[1], []).append(i)
        return result
