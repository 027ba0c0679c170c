"""Several processes."""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import active_children, current_process, get_context, parent_process
from threading import Thread, active_count
from typing import ClassVar, Generic, ParamSpec, TypeVar

from unspin.errors import UnspinError

P = ParamSpec("P")
A = TypeVar("A")
T = TypeVar("T")
R = TypeVar("R")

ONE_THREAD = "OMP_NUM_THREADS", "1"  # the processes share the cores already
AHEAD = 4  # tasks for each process that may wait for their turn


class Pool:
    """Processes that start when the first task comes, and end when the block does; at once if it raises. UnspinError if one of them was
    killed.

    With `copies` they begin as copies of this process, which have everything that it has loaded, where and when that is safe.
    """

    abandoned: ClassVar[bool] = False
    """Whether some pool's block raised."""

    def __init__(self, jobs: int, copies: bool = False):
        self.jobs = jobs
        self._copies = copies
        if copies:
            os.environ.setdefault(*ONE_THREAD)  # numpy reads it when it is loaded, and a copy does not load it
        # Processes that are killed leave semaphores behind; Python's tracker removes them, but would complain.
        os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker")
        self._executor: Executor | None = None

    def submit(self, function: Callable[P, R], /, *arguments: P.args, **options: P.kwargs) -> Future[R]:
        """Call a function of a module in one of the processes; the future raises what it raises."""
        if self._executor is None:
            method = "fork" if self._copies and _can_be_copied() else "spawn"
            self._executor = ProcessPoolExecutor(self.jobs, get_context(method), _prepare)
        with _uninterrupted():  # any task may start another process
            return self._executor.submit(function, *arguments, **options)

    def map(self, function: Callable[[A], R], items: Iterable[tuple[T, A]]) -> Iterator[tuple[T, R]]:
        """Of each (tag, argument) the tag, and what the function makes of the argument, in order.

        So few are taken in advance that memory stays flat.
        """
        waiting: deque[tuple[T, Future[R]]] = deque()
        for tag, argument in items:
            waiting.append((tag, self.submit(function, argument)))
            if len(waiting) > AHEAD * self.jobs:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self._executor is None:
            return
        if kind is None:
            self._executor.shutdown()
        else:
            for process in active_children():  # what they are at is of no use any more, and waiting for it could take long
                process.kill()
            Pool.abandoned = True
            self._executor.shutdown(wait=False, cancel_futures=True)
        if isinstance(error, BrokenProcessPool):
            killed = "a process of this run was killed, perhaps for want of memory; try fewer of them (--jobs, --workers)"
            raise UnspinError(killed) from error


class Errands(Generic[R]):
    """Short tasks for the processes of a pool. Handing one over costs as much as reading a page, so they go several at a time: as soon as
    those that wait have the size `enough` together, or when `send` is called."""

    def __init__(self, pool: Pool, enough: int):
        self._pool = pool
        self._enough = enough
        self._size = 0
        self._tasks: list[Callable[[], R]] = []
        self._futures: list[Future[R]] = []

    def submit(self, size: int, task: Callable[[], R]) -> Future[R]:
        """Call a `partial` of a module's function in one of the processes, sooner or later; the future raises the UnspinError that it
        raises, and anything else that a task sent with it does."""
        future: Future[R] = Future()
        self._tasks.append(task)
        self._futures.append(future)
        self._size += size
        if self._size >= self._enough:
            self.send()
        return future

    def send(self) -> None:
        """Let no task wait any longer."""
        tasks, futures = self._tasks, self._futures
        self._tasks, self._futures, self._size = [], [], 0
        if tasks:
            self._pool.submit(_run, tasks).add_done_callback(partial(_deliver, futures))


def _run(tasks: Sequence[Callable[[], R]]) -> list[R | UnspinError]:
    results: list[R | UnspinError] = []
    for task in tasks:
        try:
            results.append(task())
        except UnspinError as error:
            results.append(error)
    return results


def _deliver(futures: Sequence[Future[R]], done: Future[list[R | UnspinError]]) -> None:
    if done.cancelled():
        return
    error = done.exception()
    for future, result in zip(futures, [error] * len(futures) if error else done.result(), strict=True):
        if isinstance(result, BaseException):
            future.set_exception(result)
        else:
            future.set_result(result)


class Threads(Pool):
    """Threads of this process in the place of processes: for work that waits for another library's threads most of the time."""

    def __init__(self, jobs: int):
        super().__init__(jobs)
        self._executor = ThreadPoolExecutor(jobs)


def in_a_copy(work: Callable[[], object]) -> bool:
    """Do some work in a copy of this process, whose memory goes with it; False if that cannot be, or if the work failed there."""
    if not _can_be_copied() or current_process().daemon:
        return False

    def run() -> None:
        _leave_signals_to_parent()
        try:
            work()
        except BaseException:  # whoever asked does it again, and is told why it fails
            os._exit(1)

    process = get_context("fork").Process(target=run)
    try:
        with _uninterrupted():
            process.start()
        process.join()
    finally:
        if process.pid is not None:
            process.kill()
    return process.exitcode == 0


def leave(code: int) -> None:
    """If a pool was abandoned, end this process now, and those it has started; else return.

    Python itself would first wait for the threads of that pool, and one that has work left for dead processes never ends.
    """
    running = active_children()
    if not Pool.abandoned and not running:
        return
    for process in running:
        process.kill()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait. A process that is started here would get them before it can say what it wants of them, and what they raise
    in this one while it makes a copy of itself, Python would ignore."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _can_be_copied() -> bool:
    """Whether a copy of this process would work: a lock that another thread holds would stay locked in it for ever. macOS's libraries
    do not bear it at all."""
    return sys.platform == "linux" and active_count() == 1


def _prepare() -> None:
    os.environ.setdefault(*ONE_THREAD)
    _leave_signals_to_parent()
    Thread(target=_end_with_parent, daemon=True).start()


def _leave_signals_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})


def _end_with_parent() -> None:
    """A parent that was killed cannot end its processes, and each would wait for a task for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
