from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

INTERRUPTED = """
import os, signal, time
from unspin.processes import Pool
signal.signal(signal.SIGINT, lambda *_: None)
with Pool(2) as pool:
    future = pool.submit(abs, -1)
    while not future.done():
        os.killpg(0, signal.SIGINT)
        time.sleep(0.01)
    print(future.result())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs process groups")
def test_processes_that_are_just_starting_are_silent_about_ctrl_c() -> None:
    command = [sys.executable, "-c", INTERRUPTED]
    result = subprocess.run(
        command, cwd=Path(__file__).parents[1], capture_output=True, start_new_session=True, timeout=60, check=False
    )
    assert (result.stdout, result.stderr) == (b"1\n", b"")
