"""`unspin review` as a process: it starts, answers, is killed, and remembers."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
pytest.importorskip("uvicorn", reason="needs pip install 'unspin[review]'")


@contextmanager
def desk(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A desk that is open: its process, its address, and the token."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "unspin", "review", "--no-browser", *arguments]
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if found := re.search(r"(http://127\.0\.0\.1:\d+)/\?token=(\S+)", line):
                yield process, found[1], found[2]
                break
        else:
            pytest.fail("the desk did not open")
    finally:
        process.kill()
        process.wait()


def get(address: str, token: str, data: bytes | None = None) -> str:
    request = urllib.request.Request(address, data, {"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return str(answer.read().decode())


def test_a_desk_that_is_killed_has_lost_nothing(tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "spun" / "baltic-drill.txt", tmp_path)
    with desk(tmp_path, ".") as (process, address, token):
        for _ in range(100):
            if "baltic-drill.txt" in (queue := get(address, token)):
                break
        article = re.search(r'href="(/articles/\d+)"', queue)
        assert article
        finding = re.search(r'hx-post="(/findings/\d+)"', get(address + article[1], token))
        assert finding
        answer = get(address + finding[1], token, b"action=accepted&revision=0")
        assert "<b>1</b> of" in answer
        process.send_signal(signal.SIGKILL)
    with desk(tmp_path) as (process, address, token):
        assert "<b>1</b> of" in get(address + article[1], token)
        assert "accepted" in get(address + "/audit", token)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_desk_closes_in_peace(tmp_path: Path) -> None:
    with desk(tmp_path) as (process, address, token):
        assert '"status":"ok"' in get(address + "/api/health", token)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "the desk is closed" in process.stderr.read()
        assert process.wait(timeout=10) == 0


def test_a_desk_for_everybody_prints_addresses_that_work(tmp_path: Path) -> None:
    token = "a.token_of~my-own"
    with desk(tmp_path, "--host", "0.0.0.0", "--token", token, "--allow-host", "desk.example.org") as (process, address, _):
        assert process.stderr is not None
        printed = [process.stderr.readline() for _ in range(3)]
        others = [found[1] for line in printed if (found := re.search(r"for others, at (http://[\d.:]+)/", line))]
        for each in (address, *others):
            assert "The queue is empty" in get(each, token)
        if "desk.example.org" not in "".join(printed):
            assert f"https://desk.example.org/?token={token}" in process.stderr.readline()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--host", "0.0.0.0"], 2, "choose a --token"),
        (["--token", "short"], 2, "at least 16 characters"),
        (["--token", "a+b#c&" * 4], 2, "may have letters from A to Z, digits, and . _ ~ - only"),
        (["--allow-host", "https://desk.example.org"], 2, "no name of a host"),
        (["none"], 3, "none: no such file or folder"),
        (["--host", "203.0.113.1", "--token", "x" * 16], 3, "cannot listen there"),
    ],
)
def test_errors(run: Run, arguments: list[str], code: int, said: str) -> None:
    result = run("review", "--no-browser", *arguments)
    assert result.exit_code == code and said in result.stderr
