"""Dictionary files → entries. Every fault is reported with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from pathlib import Path

from unspin.errors import DictionaryError
from unspin.lexicon.entry import (
    CONTEXT_FLAGS,
    FLAGS,
    PARTS_OF_SPEECH,
    Entry,
    Kind,
    NameEntry,
    PhraseEntry,
    Source,
    TermEntry,
    WordEntry,
)

SUFFIX = ".tsv"
COMMENT = "#"
SPLIT_ITEMS = ", "
SPLIT_ALTERNATIVES = " | "
LOOKED_FOR = re.compile(r"\w(?:[\w .,:/'’-]*\w)?\.?")
"""Spun texts are looked for word by word, so a sign outside of their words would not count: "50%" would be found in "50 people"."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one line."""

    source: Source
    message: str

    def __str__(self) -> str:
        return f"{self.source}: {self.message}"


@dataclass(slots=True)
class Reading:
    """The entries of some dictionaries, and the lines that could not be understood."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def shipped() -> Path:
    """The folder of the dictionaries that come with unspin, also in an editable install."""
    return Path(str(resources.files("unspin.dictionaries")))


def files(path: Path) -> list[Path]:
    """The dictionary files below a folder, sorted; a file stands for itself. DictionaryError if there are none."""
    if not path.exists():
        raise DictionaryError(f"{path}: no such dictionary")
    found = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not found:
        raise DictionaryError(f"{path}: no dictionary (*{SUFFIX}) in this folder")
    return found


def sources(own: Iterable[Path] = ()) -> list[Path]:
    """The files of the shipped dictionaries and of one's own. DictionaryError if a path does not exist or a folder holds none."""
    return [path for root in (shipped(), *own) for path in files(root)]


def kind_of(path: Path) -> Kind:
    """A dictionary's kind: the folder it lies in, or, for a single file, the start of its name (`terms-optics.tsv`)."""
    folder = path.parent.name if path.parent.name not in ("", "..") else path.parent.resolve().name
    for kind in Kind:
        if folder == kind.value or path.name.startswith(kind.value):
            return kind
    return Kind.PHRASE


def read(paths: list[Path]) -> Reading:
    """Read dictionaries (files or folders), in the order given."""
    reading = Reading()
    for root in paths:
        for path in files(root):
            name = str(path.relative_to(root.parent)) if root.is_dir() else str(path)
            _read_file(path, name, reading)
    return reading


def _read_file(path: Path, name: str, reading: Reading) -> None:
    parse = PARSERS[kind_of(path)]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DictionaryError(f"{name}: not UTF-8 at byte {error.start}; save the dictionary as UTF-8") from error
    except OSError as error:
        raise DictionaryError(f"{name}: {error.strerror}") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith(COMMENT):
            continue
        source = Source(name, number)
        try:
            reading.entries.extend(parse(line.split("\t"), source))
        except ValueError as error:
            reading.problems.append(Problem(source, str(error)))


def clean(text: str, what: str) -> str:
    """A text without blanks around it. ValueError if there is none, or a control character in it."""
    text = text.strip()
    if not text:
        raise ValueError(f"empty {what}")
    if not text.isprintable():
        raise ValueError(f"control character in {what} {text!r}")
    return text


def _looked_for(spun: str) -> str:
    """A spun text. ValueError if it holds signs that would not be looked for."""
    if not LOOKED_FOR.fullmatch(spun):
        raise ValueError(f"{spun!r} is looked for word by word, without its signs, so it would stand for other texts, too")
    return spun


def _word(fields: list[str], source: Source, kind: Kind = Kind.WORD) -> Iterator[WordEntry]:
    if len(fields) != 3:
        raise ValueError(f"expected 3 fields (canonical, part of speech, spun words), found {len(fields)}")
    canonical, pos = clean(fields[0], "canonical word"), fields[1].strip()
    if pos not in PARTS_OF_SPEECH:
        raise ValueError(f"unknown part of speech {pos!r}; one of {', '.join(PARTS_OF_SPEECH)}")
    spun = tuple(_weighted(item) for item in fields[2].split(","))
    for text, _ in spun:
        if text.lower() == canonical.lower():
            raise ValueError(f"{canonical!r} maps to itself")
        if kind is Kind.WORD:  # parts may be those of a word ("e-" for "electronic")
            _looked_for(text)
    yield WordEntry(canonical, pos, spun, source, kind)


def _weighted(item: str) -> tuple[str, float | None]:
    text, colon, weight = item.partition(":")
    if not colon:
        return clean(text, "spun word"), None
    try:
        value = float(weight)
    except ValueError:
        raise ValueError(f"weight {weight!r} of {text.strip()!r} is not a number") from None
    if not 0 < value < 1e6:
        raise ValueError(f"weight {weight!r} of {text.strip()!r} is not above 0")
    return clean(text, "spun word"), value


def _phrase(fields: list[str], source: Source) -> Iterator[PhraseEntry]:
    if not 2 <= len(fields) <= 4:
        raise ValueError(f"expected 2 to 4 fields (spun, canonical, flags, note), found {len(fields)}")
    spun = _looked_for(clean(fields[0], "spun phrase"))
    canonical = tuple(clean(text, "canonical phrase") for text in fields[1].split(SPLIT_ALTERNATIVES))
    if spun.lower() in (text.lower() for text in canonical):
        raise ValueError(f"{spun!r} maps to itself")
    flags = frozenset(flag.strip() for flag in (fields[2] if len(fields) > 2 else "").split(",") if flag.strip())
    for flag in flags:
        if flag not in FLAGS and flag.partition(":")[0] not in CONTEXT_FLAGS:
            raise ValueError(f"unknown flag {flag!r}; one of {', '.join(FLAGS)}, near:WORD, not:WORD")
    yield PhraseEntry(spun, canonical, flags, fields[3].strip() if len(fields) > 3 else "", source)


def _name(fields: list[str], source: Source) -> Iterator[NameEntry]:
    if not 1 <= len(fields) <= 4:
        raise ValueError(f"expected 1 to 4 fields (name, acronym, kind, spun forms), found {len(fields)}")
    fields = [*fields, "", "", ""]
    name = clean(fields[0], "name")
    spun = tuple(text.strip() for text in fields[3].split(SPLIT_ALTERNATIVES) if text.strip())
    if name in spun:
        raise ValueError(f"{name!r} maps to itself")
    yield NameEntry(name, fields[1].strip(), fields[2].strip(), spun, source)


def _term(fields: list[str], source: Source, kind: Kind = Kind.TERM) -> Iterator[TermEntry]:
    if not 1 <= len(fields) <= 2:
        raise ValueError(f"expected 1 or 2 fields (term, spun forms), found {len(fields)}")
    spun = tuple(text.strip() for text in (fields[1] if len(fields) > 1 else "").split(SPLIT_ALTERNATIVES) if text.strip())
    term = clean(fields[0], "term")
    if term in spun:
        raise ValueError(f"{term!r} maps to itself")
    yield TermEntry(term, spun, source, kind)


PARSERS: dict[Kind, Callable[[list[str], Source], Iterator[Entry]]] = {
    Kind.WORD: _word,
    Kind.PHRASE: _phrase,
    Kind.NAME: _name,
    Kind.TERM: _term,
    Kind.COLLOCATION: partial(_term, kind=Kind.COLLOCATION),
    Kind.PART: partial(_word, kind=Kind.PART),
}
