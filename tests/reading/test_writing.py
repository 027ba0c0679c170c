from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from unspin.errors import OutputError
from unspin.reading import writing


def test_writes_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "x.txt"
    target.write_bytes(b"old")
    writing.write(target, b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.txt", b"new")]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "x.txt"
    target.write_bytes(b"old")
    with pytest.raises(error), writing.replacing(target) as stream:
        stream.write(b"half")
        raise error
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.txt", b"old")]


def test_mode_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "x.sh"
    target.write_bytes(b"old")
    target.chmod(0o751)
    writing.write(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o751


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    writing.write(tmp_path / "new", b"")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_symbolic_links_are_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "x.txt", tmp_path / "link.txt"
    target.write_bytes(b"old")
    link.symlink_to(target)
    writing.write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_devices_are_written_not_replaced() -> None:
    writing.write(os.devnull, b"gone")
    assert Path(os.devnull).is_char_device()


def test_a_pipe_that_a_device_leads_to_is_written() -> None:
    read, write = os.pipe()
    try:
        writing.check(f"/dev/fd/{write}")
        writing.write(f"/dev/fd/{write}", b"x")
        assert os.read(read, 10) == b"x"
    finally:
        os.close(read)
        os.close(write)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_gets_what_is_moved_to_it(tmp_path: Path) -> None:
    source, pipe = tmp_path / "source", tmp_path / "pipe"
    source.write_bytes(b"x")
    os.mkfifo(pipe)
    read = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        writing.move(source, pipe)
        assert os.read(read, 10) == b"x"
    finally:
        os.close(read)
    assert pipe.is_fifo() and not source.exists()


def test_a_write_protected_file_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "x.txt"
    target.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere, and tests may run as root
    with pytest.raises(OutputError, match="write-protected"):
        writing.write(target, b"new")
    assert target.read_bytes() == b"old"


@pytest.mark.parametrize("path", ["none/x.txt", "."])
def test_an_impossible_target_is_an_output_error(tmp_path: Path, path: str) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        writing.write(tmp_path / path, b"new")


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "x.txt"
    target.write_bytes(b"old")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match="No space left"):
        writing.write(target, b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.txt", b"old")]
