"""Several processes that analyse sources, each with its own engine."""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import active_children, get_context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unspin.findings import Report
    from unspin.linting.config import Settings
    from unspin.linting.linter import Analyst
    from unspin.reading.source import Source

_engines: dict[tuple[Any, ...], Analyst] = {}
"""The engines of this process, by dictionaries and model."""


class Pool:
    """Processes that start when the first source comes."""

    def __init__(self, jobs: int):
        self._executor = ProcessPoolExecutor(jobs, get_context("spawn"), _quiet)

    def submit(self, source: Source, settings: Settings) -> Future[Report]:
        """Analyse a source in one of the processes; the future raises what the analysis does."""
        return self._executor.submit(_analyze, source, settings)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is not None:
            for process in active_children():  # what they are at is of no use any more, and waiting for it could take long
                process.terminate()
        self._executor.shutdown(cancel_futures=True)


def _quiet() -> None:
    import os
    import signal

    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the processes share the cores already
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle


def _analyze(source: Source, settings: Settings) -> Report:
    from unspin.linting.linter import analyze
    from unspin.unspinner import Unspinner

    arguments = settings.dictionaries, settings.model
    if arguments not in _engines:
        _engines[arguments] = Unspinner(*arguments)
    return analyze(_engines[arguments], source, settings)
