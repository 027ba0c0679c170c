from __future__ import annotations

from pathlib import Path

import pytest

from unspin.corpus.journal import Checkpoint, Direct, Journal, forget
from unspin.corpus.summary import Totals
from unspin.errors import InputError, OutputError


def journal(folder: Path, key: str = "key", *, resume: bool = False, name: str = "out.jsonl", once: bool = False) -> Journal:
    return Journal(f"{folder}/{name}", f"{folder}/rejects", folder / "work", key, resume=resume, once=once)


def begun(folder: Path, name: str = "out.jsonl") -> None:
    """A run that is killed after it saved a line, and wrote another one."""
    run = journal(folder, name=name)
    run.add(b"one\n", [b"reject\n"], Totals(records=2, rejected=1))
    run.save(2)
    run.add(b"two\n" * 9999, [b"another\n"], Totals(records=1))
    run._close()


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_what_came_after_the_checkpoint_is_written_anew(tmp_path: Path, name: str) -> None:
    begun(tmp_path, name)
    assert not (tmp_path / name).exists()
    again = journal(tmp_path, name=name, resume=True)
    assert again.resumed and again.checkpoint.last == 2 and again.totals == Totals(records=2, rejected=1)
    again.add(b"two\n", [], Totals(records=1))
    again.save(3, complete=True)
    again.finish()
    (tmp_path / "whole").mkdir()
    whole = journal(tmp_path / "whole", name=name)
    for line, last in ((b"one\n", 2), (b"two\n", 3)):
        whole.add(line, [], Totals())
        whole.save(last, complete=last == 3)
    whole.finish()
    assert (tmp_path / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert (tmp_path / "rejects").read_bytes() == b"reject\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [name, "rejects", "whole"]


def test_without_resume_all_begins_anew(tmp_path: Path) -> None:
    begun(tmp_path)
    again = journal(tmp_path)
    assert not again.resumed and again.checkpoint.last == 0
    again.save(0, complete=True)
    again.finish()
    assert (tmp_path / "out.jsonl").read_bytes() == b"" and not (tmp_path / "rejects").exists()


def test_a_forgotten_run_is_not_gone_on_with(tmp_path: Path) -> None:
    begun(tmp_path)
    forget(f"{tmp_path}/out.jsonl", tmp_path / "work")
    assert not journal(tmp_path, resume=True).resumed
    forget(f"{tmp_path}/out.jsonl", tmp_path / "none")


@pytest.mark.parametrize("damaged", [b"", b"[]", b'{"key": "key"}', b'{"totals": {"spin_rates": 1}}', b"\xff"])
def test_a_damaged_checkpoint_is_told(tmp_path: Path, damaged: bytes) -> None:
    begun(tmp_path)
    path = tmp_path / "work" / "checkpoint.json"
    path.write_bytes(damaged)
    with pytest.raises(InputError, match=r"checkpoint.json: not the checkpoint of a run; begin anew without --resume"):
        journal(tmp_path, resume=True)
    path.unlink()
    assert Checkpoint.read(path) is None


def test_an_output_that_was_cut_off_is_told(tmp_path: Path) -> None:
    begun(tmp_path)
    (tmp_path / "work" / "output").write_bytes(b"one")
    with pytest.raises(InputError, match="output: shorter than its checkpoint says"):
        journal(tmp_path, resume=True)


@pytest.mark.parametrize(("once", "saved", "left"), [(False, True, True), (False, False, False), (True, True, False)])
def test_what_is_abandoned_stays_if_it_can_be_resumed(tmp_path: Path, once: bool, saved: bool, left: bool) -> None:
    run = journal(tmp_path, once=once)
    run.add(b"one\n", [], Totals())
    if saved:
        run.save(1)
    assert run.abandon() is left
    assert (tmp_path / "work").exists() is left


def test_a_folder_is_locked_while_a_run_writes_there(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    first = journal(tmp_path)
    for other in (lambda: journal(tmp_path), lambda: forget("out.jsonl", tmp_path / "work")):
        with pytest.raises(OutputError, match=r"out.jsonl: cannot be written \(another run is writing it\)"):
            other()
    first.abandon()
    journal(tmp_path).abandon()


def test_a_stream_is_written_at_once_and_its_rejects_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    direct = Direct(f"{tmp_path}/out", f"{tmp_path}/new/rejects")
    direct.add(b"one\n", [b"reject\n"], Totals(records=2))
    assert (tmp_path / "out").read_bytes() == b"one\n" and not (tmp_path / "new").exists()
    direct.finish()
    assert (tmp_path / "new" / "rejects").read_bytes() == b"reject\n" and direct.totals.records == 2


def test_nothing_is_written_to_a_standard_output_that_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line puts a file in its place, in which all would be lost."""
    monkeypatch.setattr("sys.__stdout__", None)
    with pytest.raises(OutputError, match=r"-: cannot be written \(it is closed\)"):
        Direct("-", f"{tmp_path}/rejects")
