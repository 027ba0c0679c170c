"""unspin detects and restores text damaged by article spinners."""

from __future__ import annotations

__version__ = "0.1.0"
