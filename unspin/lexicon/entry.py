"""What a dictionary line says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """The kinds of dictionary, one folder each."""

    WORD = "words"
    PHRASE = "phrases"
    NAME = "names"
    TERM = "terms"
    COLLOCATION = "collocations"
    PART = "parts"


PARTS_OF_SPEECH = ("noun", "verb", "adj", "adv", "func", "form")
FLAGS = ("tell", "exact", "safe", "likely", "possible")
CONTEXT_FLAGS = ("near", "not")


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry stands: the file as the user would name it, and the line, from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class WordEntry:
    """`canonical <TAB> pos <TAB> spun, spun:weight, …`: what spinners write for one word, likeliest first.

    An entry of kind `PART` holds only where the word is part of a name, a term or a collocation.
    """

    canonical: str
    pos: str
    spun: tuple[tuple[str, float | None], ...]
    source: Source
    kind: Kind = Kind.WORD


@dataclass(frozen=True, slots=True)
class PhraseEntry:
    """`spun <TAB> canonical | canonical <TAB> flags <TAB> note`: one substitution that words cannot compose."""

    spun: str
    canonical: tuple[str, ...]
    flags: frozenset[str]
    note: str
    source: Source


@dataclass(frozen=True, slots=True)
class NameEntry:
    """`name <TAB> acronym <TAB> kind <TAB> irregular spun forms, if any`."""

    canonical: str
    acronym: str
    kind: str
    spun: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class TermEntry:
    """`term <TAB> irregular spun forms, if any`: a fixed expression in lower case; of kind `TERM` or `COLLOCATION`."""

    canonical: str
    spun: tuple[str, ...]
    source: Source
    kind: Kind = Kind.TERM


Entry = WordEntry | PhraseEntry | NameEntry | TermEntry
