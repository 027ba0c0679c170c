"""The inputs of a command: each is found, read and analysed by itself, so that one bad file does not stop the others."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from unspin.cli.main import FINDINGS, OK, exit_code
from unspin.errors import UnspinError
from unspin.findings import Report

if TYPE_CHECKING:
    from unspin.reading.source import Source
    from unspin.unspinner import Unspinner


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
            from unspin.unspinner import Unspinner

            self._unspinner = Unspinner(self.dictionaries, self.model, tell)
        return self._unspinner


def tell(message: str) -> None:
    """Say on a terminal what takes time; logs and pipes need not know."""
    if sys.stderr.isatty():
        click.echo(f"unspin: {message}", err=True)


@dataclass(slots=True)
class Inputs:
    """The files behind the PATHS of a command. `failure` is the exit code that the errors so far call for."""

    paths: Sequence[str]
    engine: Engine
    failure: int = OK
    _seen: set[str] = field(default_factory=set)

    def sources(self) -> Iterator[Source]:
        """Each readable input, once; errors are printed, and counted in `failure`."""
        from unspin.reading import discovery, source

        for path in self.paths:
            try:
                for file in discovery.files(path):
                    if file in self._seen:
                        continue
                    self._seen.add(file)
                    try:
                        read = source.read(file)
                    except UnspinError as error:
                        self.fail(error)
                    else:
                        yield read
            except UnspinError as error:
                self.fail(error)

    def analysed(self) -> Iterator[tuple[Source, Report]]:
        """Each readable input and its analysis."""
        from unspin.reading.protect import protected

        for source in self.sources():
            yield source, self.engine.unspinner.analyze(source.text, protected(source.text))

    def fail(self, error: UnspinError) -> None:
        """Report an error that concerns one input only."""
        click.echo(f"unspin: {error}", err=True)
        self.failure = max(self.failure, exit_code(error))

    def exit_code(self, findings: bool) -> int:
        """What the process exits with: errors outweigh findings."""
        return self.failure or (FINDINGS if findings else OK)
