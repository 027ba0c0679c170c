"""What `unspin dict lint` finds: lines that cannot be read, entries that contradict each other, and entries that hit clean text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from unspin.lexicon import false_alarms
from unspin.lexicon.compile import compiled_names, phrase_key
from unspin.lexicon.entry import Entry, NameEntry, PhraseEntry, TermEntry, WordEntry
from unspin.lexicon.load import Problem, read

TELL = "tell"


def lint(paths: list[Path]) -> list[Problem]:
    """Every problem of these dictionaries (files or folders), by file and line. DictionaryError if one cannot be opened."""
    reading = read(paths)
    checks = (_duplicates, _disorder, _canonical_tells, _false_alarms)
    found = [*reading.problems, *(problem for check in checks for problem in check(reading.entries))]
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
    seen: dict[tuple[object, tuple[str, ...]], Entry] = {}
    for entry in entries:
        first = seen.setdefault((getattr(entry, "kind", type(entry)), key_of(entry)), entry)
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


def _false_alarms(entries: list[Entry]) -> Iterator[Problem]:
    for entry in entries:
        for name in compiled_names(entry):
            if (rate := false_alarms.excess(false_alarms.FINDING, name)) is not None and not _guarded(entry):
                yield Problem(
                    entry.source, f"{name!r} hits clean text {rate:g} times in a million words; give it context or a lower tier"
                )
        told = phrase_key(entry.spun) if isinstance(entry, PhraseEntry) and TELL in entry.flags else ""
        if (rate := false_alarms.excess(false_alarms.TELL, told)) is not None:
            yield Problem(entry.source, f"{told!r} is no tell: it occurs {rate:g} times in a million words of clean text")


def _guarded(entry: Entry) -> bool:
    """Whether an entry's findings are held below tier likely."""
    return isinstance(entry, PhraseEntry) and "possible" in entry.flags


def _canonical_tells(entries: list[Entry]) -> Iterator[Problem]:
    tells = {entry.spun.lower(): entry for entry in entries if isinstance(entry, PhraseEntry) and TELL in entry.flags}
    for entry in entries:
        texts = entry.canonical if isinstance(entry, PhraseEntry) else (entry.canonical,)
        for text in texts:
            if (tell := tells.get(text.lower())) is not None:
                yield Problem(entry.source, f"the canonical {text!r} is itself a tell at {tell.source}")
