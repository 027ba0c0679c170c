"""Work on all processors, in forks, which share what has been loaded."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

from unspin.cores import cores

T, R = TypeVar("T"), TypeVar("R")

_shared: list[Any] = []
"""What the forks of `in_parallel` are to do, and with what: closures cannot be sent to them."""


def in_parallel(work: Callable[[T], R], items: Sequence[T], at_once: int = 1) -> list[R]:
    """Work through items in as many processes as there are processors for us; they are forks, which share what has been loaded."""
    _shared[:] = work, items
    with ProcessPoolExecutor(cores(), mp_context=multiprocessing.get_context("fork")) as pool:
        return list(pool.map(_work_on, range(len(items)), chunksize=at_once))


def _work_on(number: int) -> Any:
    work, items = _shared
    return work(items[number])
