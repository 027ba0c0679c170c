"""Articles on their way to the desk: from files, from the records of JSONL files, or pasted; analysed and put into the store."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from pathlib import Path

from unspin.corpus.packing import Lines
from unspin.corpus.record import parse
from unspin.errors import InputError, UnspinError, reason
from unspin.linting.config import Configurations, Settings
from unspin.linting.files import governed
from unspin.linting.linter import Linter
from unspin.reading import source
from unspin.review.store import Store
from unspin.unspinner import Unspinner

RECORDS = (".jsonl", ".ndjson", ".jsonl.gz", ".jsonl.zst")


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article that is not analysed yet: its name, its text, the file and record it is from, and the settings of a whole file."""

    name: str
    text: str
    path: str | None = None
    line: int | None = None
    settings: Settings | None = None


Fail = Callable[[UnspinError], None]


def arrivals(paths: Sequence[str], field: str = "text", fail: Fail = lambda error: None) -> Iterator[Arrival]:
    """The articles in files and folders, each record of a JSONL file by itself. `fail` is told what cannot be read.

    What the configuration excludes is left out of folders. A file is known by its place, whatever links and dots it goes by.
    """
    configurations = Configurations()
    seen: set[str] = set()
    for path in paths:
        try:
            for file, settings in governed(path, lambda file: configurations.settings_for(Path(file))):
                if (place := located(file)) not in seen:
                    seen.add(place)
                    yield from _of_file(file, place, settings, field, fail)
        except UnspinError as error:
            fail(error)


def _of_file(file: str, place: str, settings: Settings, field: str, fail: Fail) -> Iterator[Arrival]:
    try:
        if file.endswith(RECORDS):
            with Lines(file) as lines:
                yield from of_lines(lines, place, field, fail)
        else:
            yield Arrival(place, source.read(file).text, place, settings=settings)
    except UnspinError as error:
        fail(error)


def located(file: str) -> str:
    """The place of a file: relative to the working directory if it is inside, so that a patch fits there; else absolute."""
    place, here = os.path.realpath(file), os.path.realpath(os.curdir)
    return os.path.relpath(place, here) if Path(place).is_relative_to(here) else place


def of_lines(
    lines: Iterator[bytes] | Lines, path: str, field: str = "text", fail: Fail = lambda error: None
) -> Iterator[Arrival]:
    """The articles in the lines of a JSONL file."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = parse(line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n"), field)
            yield Arrival(f"{path}:{number}", record.text, path, number)
        except ValueError as error:
            fail(InputError(f"{path}:{number}: {reason(error)}"))


def add(store: Store, unspinner: Unspinner, arrival: Arrival, engine: str) -> int | None:
    """Analyse an article and put it into the store; None if it is there already, analysed by the same engine."""
    # A lone surrogate cannot be stored, nor shown.
    text = arrival.text.encode("utf-8", "replace").decode("utf-8")
    name = arrival.name.encode("utf-8", "replace").decode("utf-8")
    path = None if arrival.path is None else arrival.path.encode("utf-8", "replace").decode("utf-8")
    settings = arrival.settings
    key = engine if settings is None else f"{engine} {_conditions(settings)}"
    if store.current(name, text, key):
        return None
    if settings is None:
        report = unspinner.analyze(text)
    else:  # as `unspin check` looks at it, and without what comments silence
        report = Linter(lambda: unspinner).check(source.Source(path or name, text), settings).report
    return store.add(name, report, key, path, arrival.line)


def _conditions(settings: Settings) -> tuple[object, ...]:
    """What settings say about the findings of a file."""
    regexes = tuple(each.pattern for each in settings.ignore_regex)
    return settings.select, settings.ignore, settings.skip_quotes, settings.ignore_words, regexes


@dataclass(slots=True)
class Loading:
    """Analyses articles in a thread of its own while the desk is open already. `done` counts them, `running` says whether more come."""

    store: Store
    engine: Callable[[], Unspinner]
    key: str
    paths: Sequence[str]
    field: str = "text"
    done: int = 0
    running: bool = False
    errors: list[str] = dataclass_field(default_factory=list)
    _stopped: threading.Event = dataclass_field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self.running = True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the article at hand."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        try:
            for arrival in arrivals(self.paths, self.field, lambda error: self.errors.append(str(error))):
                if self._stopped.is_set():
                    break
                try:
                    add(self.store, self.engine(), arrival, self.key)
                except InputError as error:  # records that the settings make no sense of
                    self.errors.append(str(error))
                self.done += 1
        except UnspinError as error:
            self.errors.append(str(error))
        finally:
            self.running = False
