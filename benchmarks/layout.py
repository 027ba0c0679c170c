"""Tables that read well on a terminal and paste well into RESULTS.md, and the machine that the figures were taken on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from unspin import __version__

CPU_INFO = Path("/proc/cpuinfo")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], markdown: bool) -> str:
    """Rows under their columns: the first column to the left, all others to the right."""
    cells = [[cell.replace("|", r"\|") if markdown else cell for cell in row] for row in (columns, *rows)]
    widths = [max(3, *(len(cell) for cell in column)) for column in zip(*cells, strict=True)]
    lines = [_line(row, widths, markdown) for row in cells]
    if markdown:
        rule = "|".join([" " + "-" * widths[0] + " ", *(" " + "-" * (width - 1) + ": " for width in widths[1:])])
        lines.insert(1, f"|{rule}|")
        return "\n".join([f"### {title}", "", *lines, ""])
    return "\n".join([title, "", *(f"  {line}" for line in lines), ""])


def _line(row: Sequence[str], widths: Sequence[int], markdown: bool) -> str:
    padded = [cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths, strict=True))]
    return f"| {' | '.join(padded)} |" if markdown else "  ".join(padded).rstrip()


def machine() -> str:
    """Processor, load, Python and unspin, in one line."""
    name = platform.processor() or platform.machine()
    if CPU_INFO.exists():
        name = next(
            (line.partition(":")[2].strip() for line in CPU_INFO.read_text().splitlines() if line.startswith("model name")), name
        )
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"{name}, {os.cpu_count()} cores{load}; {platform.system()}, Python {platform.python_version()}, unspin {__version__}"
