"""The innermost loops in C (`_speedups.c`), if a compiler was at hand when unspin was installed.

Each has a twin in numpy beside the place where it is called, and both give the same bits: without `speedups` unspin is slower and not
different. UNSPIN_PURE=1 in the environment does without.
"""

from __future__ import annotations

import os

__all__ = ["speedups"]

try:
    if os.environ.get("UNSPIN_PURE"):
        raise ImportError
    from unspin import _speedups as speedups
except ImportError:
    speedups = None  # type: ignore[assignment]
