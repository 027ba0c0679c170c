"""Several processes, each with its own engine."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from unspin.unspinner import Unspinner

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

AHEAD = 4  # tasks for each process that may wait for their turn


class Pool:
    """Processes that start when the first task comes, and end when the block does; at once if it raises."""

    def __init__(self, jobs: int):
        self.jobs = jobs
        self._executor = ProcessPoolExecutor(jobs, get_context("spawn"), _prepare)

    def submit(self, function: Callable[P, R], /, *arguments: P.args, **options: P.kwargs) -> Future[R]:
        """Call a function of a module in one of the processes; the future raises what it raises."""
        return self._executor.submit(function, *arguments, **options)

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[tuple[T, R]]:
        """Each item and what the function makes of it, in order; so few items are taken in advance that memory stays flat."""
        waiting: deque[tuple[T, Future[R]]] = deque()
        for item in items:
            waiting.append((item, self.submit(function, item)))
            if len(waiting) > AHEAD * self.jobs:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is not None:
            for process in active_children():  # what they are at is of no use any more, and waiting for it could take long
                process.terminate()
        self._executor.shutdown(cancel_futures=True)


def _prepare() -> None:
    import os
    import signal

    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the processes share the cores already
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle


@lru_cache(maxsize=4)
def engine(dictionaries: tuple[Path, ...], model: Path | None) -> Unspinner:
    """The engine of this process with these dictionaries and this model. DictionaryError or ModelError."""
    from unspin.unspinner import Unspinner

    return Unspinner(dictionaries, model)
