from __future__ import annotations

import gc
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.corpus import killed
from tests.corpus.test_jsonl import capital
from unspin.corpus import jsonl
from unspin.corpus.journal import Journal
from unspin.corpus.operation import Repairing
from unspin.corpus.run import Run, Shard
from unspin.corpus.shards import single
from unspin.corpus.transform import Transform
from unspin.corpus.work import Job
from unspin.errors import InputError, OutputError
from unspin.findings import Tier

ROOT = Path(__file__).parents[2]
SPUN = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples" / "spun").glob("*.txt"))]


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "SEGMENT", killed.SEGMENT)
    monkeypatch.setattr(jsonl, "CHUNK", killed.CHUNK)


def done(run: Run) -> None:
    for _ in run:
        pass


def corpus(path: Path, count: int = 200) -> Path:
    lines = [b'{"id": %d, "text": "%s"}\n' % (number, (b"a", b"B", b"", b"\\u00e9 a")[number % 4]) for number in range(count)]
    lines[3::20] = [b"broken\n"] * len(lines[3::20])
    path.write_bytes(b"".join(lines))
    return path


def test_workers_and_threads_write_the_same_bytes_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "CHUNK", 3000)
    monkeypatch.setattr(jsonl, "SMALL_CHUNK", 1000)
    lines = [b'\xef\xbb\xbf{"text": "The Linked Press met."}\r\n']
    for number in range(24):
        lines.append(json.dumps({"id": number, "text": SPUN[number % 4][: 300 + 60 * number]}).encode() + b"\n")
        lines += [b"\n", b'{"text": null}\n', b"broken\n", b'{"text": "\\ud800 final year"}\n'][number % 5 : number % 5 + 1]
    (tmp_path / "in.jsonl").write_bytes(b"".join(lines))
    results = []
    for workers, neural in ((1, False), (2, False), (1, True), (2, True)):
        shard = single(
            str(tmp_path / "in.jsonl"), *(str(tmp_path / f"{workers}{neural}.{name}") for name in ("jsonl", "rejects"))
        )
        done(Run([shard], Job(Repairing(Transform(Tier.LIKELY))), workers, neural=neural))
        results.append((Path(shard.target).read_bytes(), Path(shard.rejects).read_bytes()))
    assert results[0] == results[1] == results[2] == results[3]
    assert results[0][0].count(b"Associated Press") > 1
    assert results[0][1].count(b"\n") == 10


@pytest.mark.parametrize(("name", "workers"), [("out.jsonl", 1), ("out.jsonl.gz", 1), ("out.jsonl", 2)])
def test_a_run_that_is_killed_again_and_again_loses_and_repeats_nothing(tmp_path: Path, name: str, workers: int) -> None:
    source = corpus(tmp_path / "in.jsonl", 1000)
    whole, target = tmp_path / "whole" / name, tmp_path / name
    whole.parent.mkdir()
    done(killed.run(str(source), str(whole)))
    command = [sys.executable, "-m", "tests.corpus.killed", str(source), str(target), str(workers)]
    chance = random.Random(workers)
    checkpoint = Path(f"{target}.unspin") / "checkpoint.json"
    for _ in range(6):
        before = checkpoint.read_bytes() if checkpoint.exists() else b""
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        while process.poll() is None and (not checkpoint.exists() or checkpoint.read_bytes() == before):
            time.sleep(0.005)
        time.sleep(0.1 * chance.random())
        assert process.poll() is None, "it should not be done yet"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert subprocess.run(command, cwd=ROOT, check=True).returncode == 0
    assert target.read_bytes() == whole.read_bytes()
    assert Path(f"{target}.rejects.jsonl").read_bytes() == Path(f"{whole}.rejects.jsonl").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", name, f"{name}.rejects.jsonl", "whole"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_processes_end_with_a_run_that_is_killed_alone(tmp_path: Path) -> None:
    source, target = corpus(tmp_path / "in.jsonl", 1000), tmp_path / "out.jsonl"
    process = subprocess.Popen([sys.executable, "-m", "tests.corpus.killed", str(source), str(target), "2"], cwd=ROOT)
    while not (tmp_path / "out.jsonl.unspin" / "checkpoint.json").exists():
        assert process.poll() is None
        time.sleep(0.01)
    children = [
        number
        for task in Path(f"/proc/{process.pid}/task").iterdir()
        for number in (task / "children").read_text().split()
        if b"spawn_main" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]
    process.kill()
    process.wait()
    assert len(children) == 2
    deadline = time.monotonic() + 20
    while any(_running(number) for number in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _running(number: str) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def steps_until(run: Run, records: int) -> None:
    """A run is interrupted after so many records."""
    steps = iter(run)
    for totals in steps:
        if totals.records >= records:
            break
    with pytest.raises(KeyboardInterrupt):
        steps.throw(KeyboardInterrupt)  # type: ignore[attr-defined]


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    source, target = corpus(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    run = killed.run(str(source), str(target), resume=False)
    steps_until(run, 90)
    assert run.resumable and not target.exists()
    again = killed.run(str(source), str(target))
    done(again)
    assert 60 < again.earlier.records <= 90
    assert again.totals.records == 200
    assert sum(again.totals.spin_rates) == 140
    assert [json.loads(line)["id"] for line in target.read_bytes().splitlines()] == [
        number for number in range(200) if number % 4 != 2 and number % 20 != 3
    ]


def test_without_resume_a_run_begins_anew(tmp_path: Path) -> None:
    source, target = corpus(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    steps_until(killed.run(str(source), str(target), resume=False), 90)
    run = killed.run(str(source), str(target), resume=False)
    done(run)
    assert run.earlier.records == 0 and run.totals.records == 200


def test_another_input_is_not_resumed(tmp_path: Path) -> None:
    source, target = corpus(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    steps_until(killed.run(str(source), str(target), resume=False), 90)
    corpus(source, 300)
    run = killed.run(str(source), str(target))
    done(run)
    assert [str(error) for error in run.errors] == [
        f"{target}: input or settings are not those of the run to resume; begin anew without --resume"
    ]


def test_a_run_killed_just_before_its_end_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = corpus(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    with monkeypatch.context() as patch:
        patch.setattr("unspin.corpus.journal.Journal.finish", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            done(killed.run(str(source), str(target), resume=False))
    other = killed.run(str(source), str(target))
    other.job = Job(other.job.operation, id_field="url")
    done(other)
    assert len(other.errors) == 1 and not target.exists()
    done(killed.run(str(source), str(target)))
    assert target.read_bytes().count(b'"unspin"') == 140
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl", "out.jsonl.rejects.jsonl"]


def test_two_runs_do_not_write_the_same_output(tmp_path: Path) -> None:
    source, target = corpus(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    first = iter(killed.run(str(source), str(target)))
    next(first)
    for resume in (False, True):
        with pytest.raises(OutputError, match="another run is writing it"):
            done(killed.run(str(source), str(target), resume=resume))
    for _ in first:
        pass
    assert len(target.read_bytes().splitlines()) == 140


def two_shards(tmp_path: Path) -> list[Shard]:
    return [single(str(corpus(tmp_path / f"{number}.jsonl", 60)), str(tmp_path / f"{number}.out")) for number in range(2)]


def test_a_run_over_a_folder_that_began_anew_with_other_settings_goes_on(tmp_path: Path) -> None:
    shards = two_shards(tmp_path)
    done(Run(shards, Job(capital), kept=True))
    other = Job(capital, id_field="url")
    steps_until(Run(shards, other, kept=True), 30)
    again = Run(shards, other, resume=True, kept=True)
    done(again)
    assert not again.errors and again.totals.records == 120


def test_a_shard_that_has_changed_can_be_done_anew_by_itself(tmp_path: Path) -> None:
    shards = two_shards(tmp_path)
    done(Run(shards, Job(capital), kept=True))
    corpus(Path(shards[1].source), 80)
    again = Run(shards, Job(capital), resume=True, kept=True)
    done(again)
    assert str(again.errors[0]).endswith(f"begin anew without --resume, or delete {shards[1].folder} to do this shard alone anew")
    shutil.rmtree(shards[1].folder)
    last = Run(shards, Job(capital), resume=True, kept=True)
    done(last)
    assert not last.errors and (last.totals.records, last.earlier.records) == (140, 60)


def test_two_runs_do_not_write_to_the_same_folder_even_at_different_shards(tmp_path: Path) -> None:
    shards = two_shards(tmp_path)
    first = iter(Run(shards, Job(capital), kept=True))
    while not Path(shards[0].target).exists():
        next(first)
    next(first)
    with pytest.raises(OutputError, match=r"1\.out: cannot be written \(another run is writing it\)"):
        done(Run(shards, Job(capital, id_field="url"), kept=True))
    for _ in first:
        pass
    again = Run(shards, Job(capital), resume=True, kept=True)
    done(again)
    assert not again.errors and again.totals.records == 120


@pytest.mark.parametrize("once", [False, True])
def test_what_is_not_of_a_run_stays_in_the_folder_beside_the_output(tmp_path: Path, once: bool) -> None:
    shard = single(str(corpus(tmp_path / "in.jsonl")), str(tmp_path / "out.jsonl"))
    folder = Path(shard.folder)
    folder.mkdir()
    for name in ("notes", ".unspin-0.tmp"):
        (folder / name).touch()
    run = Run([shard], Job(capital), once=once)
    if once:
        steps_until(run, 90)
    else:
        done(run)
    assert [path.name for path in folder.iterdir()] == ["notes"]


def test_throughput_is_that_of_this_run(tmp_path: Path) -> None:
    source, target = corpus(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    steps_until(killed.run(str(source), str(target), resume=False), 90)
    run = killed.run(str(source), str(target))
    done(run)
    assert run.size is not None and 0.3 < run.skipped / run.size < 0.6


def test_a_full_disk_is_a_clear_error_and_what_is_done_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = corpus(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    run = killed.run(str(source), str(target), resume=False)

    def pack(self: object, data: bytes) -> bytes:
        if run.totals.records > 90:
            raise OSError(28, "No space left on device")
        return data

    with monkeypatch.context() as patch:
        patch.setattr("unspin.corpus.packing.Packer.pack", pack)
        with pytest.raises(OutputError, match=r"out.jsonl: cannot be written \(No space left on device\)"):
            done(run)
    assert run.resumable
    again = killed.run(str(source), str(target))
    done(again)
    assert again.earlier.records and again.totals.records == 200


def test_shards_that_are_done_take_no_memory(tmp_path: Path) -> None:
    shards = [single(str(corpus(tmp_path / f"{number}.jsonl", 8)), str(tmp_path / f"{number}.out")) for number in range(6)]
    targets = [shard.target for shard in shards]
    for _ in Run(shards, Job(capital), kept=True):
        assert sum(isinstance(each, Journal) and each.target in targets for each in gc.get_objects()) <= 2
    assert all(Path(shard.target).exists() for shard in shards)


def test_dictionaries_are_looked_at_once_for_all_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Transform] = []
    monkeypatch.setattr(Transform, "state", property(lambda self: str(looks.append(self))))
    for name in "abc":
        (tmp_path / name).touch()
    done(Run([single(str(tmp_path / name), str(tmp_path / f"{name}.out")) for name in "abc"], Job(Repairing(Transform()))))
    assert len(looks) == 1


def test_a_damaged_shard_does_not_stop_the_others(tmp_path: Path) -> None:
    good = corpus(tmp_path / "a.jsonl")
    bad = tmp_path / "b.jsonl"
    bad.write_bytes(gzip.compress(good.read_bytes())[:-30])
    shards = [single(str(path), f"{path}.out") for path in (bad, good)]
    run = Run(shards, killed.run("", "").job)
    done(run)
    assert [type(error) for error in run.errors] == [InputError]
    assert Path(shards[1].target).exists() and not Path(shards[0].target).exists()


def test_nothing_of_a_damaged_shard_counts_also_if_an_earlier_run_began_it(tmp_path: Path) -> None:
    good = corpus(tmp_path / "a.jsonl")
    bad = tmp_path / "b.jsonl"
    bad.write_bytes(gzip.compress(good.read_bytes())[:-30])
    job = killed.run("", "").job
    alone = Run([single(str(good), f"{good}.alone")], job)
    done(alone)
    for resume in (False, True):
        run = Run([single(str(path), f"{path}.out") for path in (bad, good)], job, resume=resume)
        done(run)
        assert Path(f"{bad}.out.unspin/checkpoint.json").exists()
        assert (run.totals, run.earlier.records) == (alone.totals, 0)
