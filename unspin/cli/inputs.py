"""The inputs of a command: each is found, read and analysed by itself, so that one bad file does not stop the others."""

from __future__ import annotations

import gc
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from unspin.cli.main import FINDINGS, OK, complain, exit_code
from unspin.errors import InputError, OutputError, UnspinError
from unspin.neural.weights import AUTO

if TYPE_CHECKING:
    from concurrent.futures import Future

    from unspin.findings import Report
    from unspin.linting.baseline import Baseline
    from unspin.linting.config import Configurations, Settings
    from unspin.linting.linter import Checked, Linter
    from unspin.linting.results import Results
    from unspin.processes import Errands, Pool
    from unspin.reading.source import Source
    from unspin.unspinner import Unspinner

T = TypeVar("T")

STDIN = "-"
WORTH_A_POOL = 2_000_000  # bytes of new text; below, starting processes takes longer than the work
ENOUGH = 20_000  # code points of new text that go to a process at a time; of more, the processes would not finish together
MANY = 20  # files that deserve a progress bar
AHEAD = 4  # texts for each process that may wait for their turn, however long they are;
HELD = 8_000_000  # code points: and of short ones so many, as one long one may hold up all that come after it


@dataclass(slots=True)
class Engine:
    """The analysis with the user's dictionaries and model; it is loaded when the first text is there to be analysed."""

    dictionaries: Sequence[Path] = ()
    model: Path | None = None
    _unspinner: Unspinner | None = None

    @property
    def unspinner(self) -> Unspinner:
        """The engine. DictionaryError or ModelError if it cannot be built."""
        if self._unspinner is None:
            from unspin.engines import load

            self._unspinner = load(tuple(self.dictionaries), self.model, tell)
            gc.freeze()  # all of it stays to the end, here and in copies of this process
            if str(self.model) == AUTO and self._unspinner.judge is None:
                click.echo(
                    "unspin: no neural model is installed; the trigram model judges alone (unspin model install)", err=True
                )
        return self._unspinner

    def tell_cost(self) -> None:
        """Say on a terminal what second opinions cost."""
        judge = self._unspinner.judge if self._unspinner else None
        if judge is not None and judge.decisions:
            rate = judge.model.tokens_read / max(judge.seconds, 1e-9)
            tell(f"{judge.decisions:,} second opinions in {judge.seconds:.1f} s ({rate:,.0f} tokens/s)")


def tell(message: str) -> None:
    """Say on a terminal what takes time; logs and pipes need not know."""
    if sys.stderr.isatty():
        click.echo(f"unspin: {message}", err=True)


@dataclass(slots=True)
class Inputs:
    """The files behind the PATHS of a command, each with the settings that govern it.

    `options` are the settings given on the command line, `config` the configuration file named there. What is excluded is left out of
    folders; with `force_exclude` also if it is named. `stdin_filename` is the path that standard input is taken for. An
    `isolated` run looks for no configuration file, one with `no_baseline` for no known findings. `failure` is the exit code that the
    errors so far call for.
    """

    paths: Sequence[str]
    options: Mapping[str, Any] = field(default_factory=dict)
    config: Path | None = None
    force_exclude: bool = False
    stdin_filename: str | None = None
    isolated: bool = False
    no_baseline: bool = False
    failure: int = OK
    _seen: set[str] = field(default_factory=set)
    _configurations: Configurations | None = None
    _linters: dict[tuple[Any, ...], Linter] = field(default_factory=dict)
    _results: Results | None = None
    _engines: list[Engine] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """The settings that govern the run as a whole: those of the first path. ConfigError."""
        return self.settings_for(self.paths[0] if self.paths else STDIN)

    def baseline(self) -> Baseline | None:
        """The known findings, which the run leaves alone. ConfigError if they cannot be read."""
        path = self.settings.baseline
        if path is None or self.no_baseline:
            return None
        from unspin.linting.baseline import Baseline

        return Baseline.read(path)

    def leave_out(self, file: Path) -> None:
        """Do not look at a file that is going to be written, though it be in a folder that is looked at."""
        self._seen.add(os.path.realpath(file))

    def settings_for(self, path: str) -> Settings:
        """The settings that govern a path. ConfigError."""
        from unspin.linting.config import Configurations

        if self._configurations is None:
            self._configurations = Configurations(self.isolated)
        place = Path(self.stdin_filename or "stdin") if path == STDIN else Path(path)
        return self._configurations.settings_for(place, self.config, self.options)

    def sources(self) -> Iterator[tuple[Source, Settings]]:
        """Each readable input, once, with its settings; errors are printed, and counted in `failure`."""
        for file, settings in self.files():
            try:
                read = self.read(file)
            except UnspinError as error:
                self.fail(error)
            else:
                yield read, settings

    def files(self) -> Iterator[tuple[str, Settings]]:
        """Each file, once, with its settings."""
        from unspin.linting.files import governed

        for path in self.paths:
            try:
                for file, settings in governed(path, self.settings_for):
                    name = self._name(file)
                    identity = os.path.realpath(name)  # whatever links and dots it goes by
                    if identity not in self._seen and not (self.force_exclude and settings.excludes(Path(name))):
                        self._seen.add(identity)
                        yield file, settings
            except InputError as error:
                self.fail(error)

    def read(self, file: str) -> Source:
        """The content of a file; of standard input, under the name that it is given. InputError."""
        from unspin.reading import source

        return source.decode(source.read_bytes(file), self._name(file))

    def is_stdin(self, source: Source) -> bool:
        """Whether a source was read from standard input, and so is written to standard output."""
        return source.path == self._name(STDIN)

    @property
    def excludes_stdin(self) -> bool:
        """Whether standard input is taken for a file that is left out."""
        if self.stdin_filename is None or not self.force_exclude:
            return False
        return self.settings.excludes(Path(self.stdin_filename))

    def _name(self, file: str) -> str:
        return self.stdin_filename or file if file == STDIN else file

    def checked(self) -> Iterator[tuple[Source, Settings, Checked]]:
        """Each readable input and what is to be reported of it, in order, whatever the number of processes."""
        from unspin.cores import cores
        from unspin.linting.linter import analyze_elsewhere

        files = [*self.files()]
        jobs = self.settings.jobs or cores()
        waiting: deque[tuple[Source, Settings, Future[Report] | None]] = deque()
        held = 0
        copies = not any(settings.model for _, settings in files)  # a neural model's threads would be missing in a copy
        worth_it = jobs > 1 and sum(_size(file) for file, _ in files) >= WORTH_A_POOL
        with _pool(jobs, copies) if worth_it else nullcontext() as pool:
            errands = _errands(pool) if pool is not None else None
            for file, settings in _counted(files):
                try:
                    read = self.read(file)
                except UnspinError as error:
                    self.fail(error)
                    continue
                linter = self.linter(settings)
                future = None
                if errands is not None and linter.known(read, settings) is None:
                    linter.prepare()  # once, for all processes
                    future = errands.submit(len(read.text), partial(analyze_elsewhere, read, settings))
                waiting.append((read, settings, future))
                held += len(read.text)
                if errands is not None and held > HELD:
                    errands.send()
                while waiting and (_is_done(waiting[0][2]) or (len(waiting) > AHEAD * jobs and held > HELD)):
                    held -= len(waiting[0][0].text)
                    yield from self._check(*waiting.popleft())
            if errands is not None:
                errands.send()
            while waiting:
                yield from self._check(*waiting.popleft())

    def _check(
        self, source: Source, settings: Settings, future: Future[Report] | None
    ) -> Iterator[tuple[Source, Settings, Checked]]:
        linter = self.linter(settings)
        try:
            if future is not None:
                linter.remember(source, settings, future.result())
            checked = linter.check(source, settings, future.result() if future else None)
        except UnspinError as error:
            if not isinstance(error, InputError | OutputError):
                raise
            self.fail(error)
        else:
            yield source, settings, checked

    def linter(self, settings: Settings) -> Linter:
        """The linter whose engine has these settings' dictionaries and model."""
        from unspin.linting.linter import Linter

        arguments = settings.dictionaries, settings.model
        if arguments not in self._linters:
            engine = Engine(*arguments)
            self._engines.append(engine)
            if settings.cache:
                from unspin.linting.results import Results, engine_key  # which need SQLite

                self._results = self._results or Results()
                self._linters[arguments] = Linter(lambda: engine.unspinner, engine_key(*arguments), self._results)
            else:
                self._linters[arguments] = Linter(lambda: engine.unspinner)
        return self._linters[arguments]

    def fail(self, error: UnspinError) -> None:
        """Report an error that concerns one input only."""
        complain(error)
        self.failure = max(self.failure, exit_code(error))

    def tell_cost(self) -> None:
        """Say on a terminal what second opinions cost."""
        for engine in self._engines:
            engine.tell_cost()

    def exit_code(self, findings: bool) -> int:
        """What the process exits with: errors outweigh findings."""
        return self.failure or (FINDINGS if findings else OK)


def _is_done(future: Future[Report] | None) -> bool:
    return future is None or future.done()


def _pool(jobs: int, copies: bool) -> Pool:
    from unspin.processes import Pool

    return Pool(jobs, copies)


def _errands(pool: Pool) -> Errands[Report]:
    from unspin.processes import Errands

    return Errands(pool, ENOUGH)


def _counted(files: Sequence[T]) -> Iterable[T]:
    """The files, with a progress bar on a terminal where the report is not in its way."""
    if len(files) < MANY or not sys.stderr.isatty() or sys.stdout.isatty():
        return files
    from rich.console import Console
    from rich.progress import track

    return track(files, "", console=Console(stderr=True), transient=True)


def _size(file: str) -> int:
    """Bytes, 0 if that cannot be told."""
    try:
        return Path(file).stat().st_size
    except (OSError, ValueError):
        return 0
