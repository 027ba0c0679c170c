"""How many processes or threads are worth starting."""

from __future__ import annotations

import os


def cores() -> int:
    """The cores that this process may use: of those of the machine, what a scheduler or a container leaves it."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
