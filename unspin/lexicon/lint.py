"""What `unspin dict lint` finds: lines that cannot be read, and entries that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from unspin.lexicon.entry import Entry, NameEntry, PhraseEntry, TermEntry, WordEntry
from unspin.lexicon.load import Problem, read

TELL = "tell"


def lint(paths: list[Path]) -> list[Problem]:
    """Every problem of these dictionaries (files or folders), by file and line. DictionaryError if one cannot be opened."""
    reading = read(paths)
    found = [*reading.problems, *_duplicates(reading.entries), *_disorder(reading.entries), *_canonical_tells(reading.entries)]
    return sorted(found, key=lambda problem: (problem.source.file, problem.source.line))


def key_of(entry: Entry) -> tuple[str, ...]:
    """What no two entries of one kind may share, in the order in which a file is sorted."""
    match entry:
        case WordEntry():
            return entry.canonical, entry.pos
        case PhraseEntry():
            return (entry.spun,)
        case NameEntry() | TermEntry():
            return (entry.canonical,)


def _duplicates(entries: Iterable[Entry]) -> Iterator[Problem]:
    seen: dict[tuple[type, tuple[str, ...]], Entry] = {}
    for entry in entries:
        first = seen.setdefault((type(entry), key_of(entry)), entry)
        if first is not entry:
            yield Problem(entry.source, f"{' '.join(key_of(entry))!r} stands already at {first.source}")
        if isinstance(entry, WordEntry):
            texts = [text for text, _ in entry.spun]
            for text in sorted({text for text in texts if texts.count(text) > 1}):
                yield Problem(entry.source, f"{text!r} is listed twice")


def _disorder(entries: Iterable[Entry]) -> Iterator[Problem]:
    for _, group in groupby(entries, key=lambda entry: entry.source.file):
        previous: tuple[str, ...] = ()
        for entry in group:
            if key_of(entry) < previous:
                yield Problem(entry.source, f"not sorted: {' '.join(key_of(entry))!r} belongs before {' '.join(previous)!r}")
            previous = max(previous, key_of(entry))


def _canonical_tells(entries: list[Entry]) -> Iterator[Problem]:
    tells = {entry.spun.lower(): entry for entry in entries if isinstance(entry, PhraseEntry) and TELL in entry.flags}
    for entry in entries:
        texts = entry.canonical if isinstance(entry, PhraseEntry) else (entry.canonical,)
        for text in texts:
            if (tell := tells.get(text.lower())) is not None:
                yield Problem(entry.source, f"the canonical {text!r} is itself a tell at {tell.source}")
