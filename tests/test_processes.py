from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

from unspin.errors import InputError, UnspinError
from unspin.processes import Errands, Pool, Threads, in_a_copy

ROOT = Path(__file__).parents[1]

INTERRUPTED = """
import os, signal, time
from unspin.processes import Pool
signal.signal(signal.SIGINT, lambda *_: None)
with Pool(2) as pool:
    futures = [pool.submit(abs, -number) for number in (1, 2)]
    while not all(future.done() for future in futures):
        os.killpg(0, signal.SIGINT)
        time.sleep(0.01)
    print(*(future.result() for future in futures))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs process groups")
def test_processes_that_are_just_starting_are_silent_about_ctrl_c() -> None:
    command = [sys.executable, "-c", INTERRUPTED]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, start_new_session=True, timeout=60, check=False)
    assert (result.stdout, result.stderr) == (b"1 2\n", b"")


TERMINATED = """
import os, signal, sys
from unspin.errors import UnspinError
from unspin.processes import Pool, in_a_copy, leave
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
os.register_at_fork(**{sys.argv[1]: lambda: os.kill(os.getpid(), signal.SIGTERM)})
try:
    if sys.argv[2] == "copy":
        print(in_a_copy(lambda: None))
    else:
        with Pool(2, copies=True) as pool:
            pool.submit(abs, -1).result()
except UnspinError:
    print("told")
    leave(0)
except SystemExit as end:
    leave(end.code)
    raise
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are no copies")
@pytest.mark.parametrize("what", ["pool", "copy"])
@pytest.mark.parametrize(("where", "code"), [("after_in_parent", 143), ("after_in_child", 0)])
def test_a_signal_while_a_process_is_copied_is_not_lost_and_the_copy_is_silent(where: str, code: int, what: str) -> None:
    command = [sys.executable, "-c", TERMINATED, where, what]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    output = "" if code else "told\n" if what == "pool" else "False\n"
    assert (result.returncode, result.stdout, result.stderr) == (code, output, "")


COPIES = """
import threading, time
from unspin import engines
from unspin.processes import Pool
def run():
    with Pool(2, copies=True) as pool:
        return sorted(pool.submit(known).result() for _ in range(2))
def known():
    return engines._engines.get(((), None), "nothing")
if __name__ == "__main__":
    engines._engines[(), None] = "the parent's"
    print(*run())
    thread = threading.Thread(target=time.sleep, args=(0.5,))
    thread.start()
    print(*run())
    thread.join()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are no copies")
def test_processes_have_what_their_parent_has_loaded_if_it_has_no_other_thread(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(COPIES)
    result = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.stdout, result.stderr) == ("the parent's the parent's\nnothing nothing\n", "")


def test_a_copy_works_on_a_memory_of_its_own(tmp_path: Path) -> None:
    here: list[str] = []

    def work() -> None:
        here.append("done")
        (tmp_path / "result").write_text("done")

    if not in_a_copy(work):
        pytest.skip("a process cannot be copied here")
    assert (tmp_path / "result").read_text() == "done"
    assert here == []


def test_a_copy_may_fail() -> None:
    def work() -> None:
        raise ValueError("no")

    assert in_a_copy(work) is False


def test_threads_answer_in_order() -> None:
    both = Barrier(2)

    def wait(number: int) -> int:
        both.wait(timeout=30)  # passed only if two work at a time
        return number

    with Threads(2) as pool:
        assert [*pool.map(wait, ((n, n) for n in range(40)))] == [(n, n) for n in range(40)]


def test_what_a_thread_raises_ends_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pool, "abandoned", False)  # and that it was is forgotten after this test
    with pytest.raises(ZeroDivisionError), Threads(2) as pool:
        for _ in pool.map(lambda n: 1 // n, ((n, n - 3) for n in range(40))):
            pass


def test_a_process_that_is_killed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pool, "abandoned", False)
    with pytest.raises(UnspinError, match="was killed"), Pool(1) as pool:
        pool.submit(os._exit, 1).result(60)


def test_short_tasks_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    submit = Pool.submit
    monkeypatch.setattr(Pool, "submit", lambda pool, run, tasks: sent.append(len(tasks)) or submit(pool, run, tasks))
    with Threads(2) as pool:
        errands: Errands[int] = Errands(pool, enough=10)
        futures = [errands.submit(4, partial(abs, -n)) for n in range(4)]
        assert [future.result(60) for future in futures[:3]] == [0, 1, 2]
        assert not futures[3].done()
        errands.send()
        errands.send()
        assert futures[3].result(60) == 3
    assert sent == [3, 1]


def _divided(divisor: int) -> int:
    if divisor == 1:
        raise InputError("one")
    return 6 // divisor


def test_an_input_that_cannot_be_read_is_not_the_fault_of_those_beside_it() -> None:
    with Threads(2) as pool:
        errands: Errands[int] = Errands(pool, enough=3)
        first, second, third = (errands.submit(1, partial(_divided, n)) for n in (3, 1, 2))
        assert (first.result(60), third.result(60)) == (2, 3)
        with pytest.raises(InputError, match="one"):
            second.result(60)
        for future in [errands.submit(1, partial(_divided, n)) for n in (3, 0, 2)]:
            with pytest.raises(ZeroDivisionError):
                future.result(60)
