from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests import fake_engine
from unspin import engines
from unspin.cli.main import cli

ROOT = Path(__file__).parents[2]
SPUN = "The Linked Press met the primary minister final year.\r\nIt’s bad.\r\n"
SAFE = "The Associated Press met the prime minister final year.\r\nIt’s bad.\r\n"
LIKELY = "The Associated Press met the prime minister last year.\r\nIt’s bad.\r\n"

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a command with the fake engine, in an empty folder."""
    monkeypatch.setitem(sys.modules, "unspin.unspinner", fake_engine)
    monkeypatch.setattr(fake_engine.Unspinner, "created", [])
    monkeypatch.setattr(engines, "_engines", {})
    monkeypatch.setenv("UNSPIN_CACHE", str(tmp_path_factory.mktemp("cache")))  # what it finds is no result of ours
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, **options: Any) -> Result:
        return CliRunner().invoke(cli, [*map(str, arguments)], prog_name="unspin", **options)

    return invoke


@pytest.fixture
def spun(tmp_path: Path) -> Path:
    path = tmp_path / "spun.txt"
    path.write_bytes(SPUN.encode())
    return path


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a real process, with the real engine."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("environment", {})}
    command = [sys.executable, "-m", "unspin", *arguments]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(command, env=environment, check=False, timeout=120, **options)
