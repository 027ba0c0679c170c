from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests import fake_engine
from tests.cli.conftest import Run
from unspin.corpus.journal import Direct, Journal
from unspin.findings import Edit, Tier
from unspin.patching import revert

RECORDS = [
    {"id": 1, "text": "The Linked Press met the primary minister final year. café", "n": 1.5},
    {"id": 2, "text": "Nothing here.", "tags": ["a", None]},
    {"id": 3, "text": ""},
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS))
    return path


def records(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def test_records_keep_order_and_fields(run: Run, corpus: Path, tmp_path: Path) -> None:
    result = run("batch", "in.jsonl", "out.jsonl")
    assert result.exit_code == 0, result.output
    out = records(tmp_path / "out.jsonl")
    assert [{key: record[key] for key in before if key != "text"} for record, before in zip(out, RECORDS, strict=True)] == [
        {key: value for key, value in before.items() if key != "text"} for before in RECORDS
    ]
    assert out[0]["text"] == "The Associated Press met the prime minister final year. café"
    assert out[1]["unspin"] == {"spin_rate": 0.0, "spun": False, "edits": [], "findings": 0}
    assert "3 records, 1 edited (2 edits), 0 rejected" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_every_edit_can_be_taken_back(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", "in.jsonl", "out.jsonl", "--tier", "likely")
    record = records(tmp_path / "out.jsonl")[0]
    log = record["unspin"]["edits"]  # type: ignore[index]
    assert [edit["tier"] for edit in log] == ["safe", "safe", "likely"]
    assert revert(str(record["text"]), [Edit(**{**edit, "tier": Tier(edit["tier"])}) for edit in log]) == RECORDS[0]["text"]


def test_untouched_lines_only_gain_the_log(run: Run, tmp_path: Path) -> None:
    line = '{ "text" :"Nothing \\u0068ere", "n":1.10,"big":1e400 }\r\n'
    (tmp_path / "in.jsonl").write_bytes(("\ufeff" + line).encode())
    run("batch", "in.jsonl", "out.jsonl")
    out = (tmp_path / "out.jsonl").read_bytes().decode()
    start, end = out.index(', "unspin": '), out.rindex(" }")
    assert out[:start] + out[end:] == "\ufeff" + line


def test_unreadable_records_are_kept_apart(run: Run, corpus: Path, tmp_path: Path) -> None:
    bad = [b'{"text": "a"', b'{"txt": "a"}', b'{"text": 3}', b'{"text": "caf\xe9"}', b"[]"]
    good = corpus.read_bytes().splitlines()
    corpus.write_bytes(b"\n".join([good[0], *bad, b"", good[1]]))
    result = run("batch", "in.jsonl", "out.jsonl")
    assert result.exit_code == 3
    assert [record["id"] for record in records(tmp_path / "out.jsonl")] == [1, 2]
    rejects = records(tmp_path / "out.jsonl.rejects.jsonl")
    assert [reject["line"] for reject in rejects] == [2, 3, 4, 5, 6]
    reasons = ["malformed JSON", "no field 'text'", "is a number", "not valid UTF-8 at byte 13", "not a JSON object"]
    assert all(reason in str(reject["reason"]) for reason, reject in zip(reasons, rejects, strict=True))
    assert rejects[0]["raw"] == '{"text": "a"'
    assert rejects[3]["base64"] == "eyJ0ZXh0IjogImNhZukifQ=="
    assert "5 rejected" in result.stderr and "out.jsonl.rejects.jsonl" in result.stderr


def test_the_first_reject_is_told(run: Run, corpus: Path, tmp_path: Path) -> None:
    result = run("batch", "in.jsonl", "out.jsonl", "--field", "body")
    assert "are in out.jsonl.rejects.jsonl; the first, of line 1: no field 'body'\n" in result.stderr
    assert run("batch", "in.jsonl", "out.jsonl", "--field", "body", "--rejects", "/dev/null").stderr.endswith(
        "are in /dev/null\n"
    )


def test_field_and_rejects_options(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"body": "Linked Press"}\n{"text": "a"}\n')
    run("batch", "in.jsonl", "out.jsonl", "--field", "body", "--rejects", "bad.jsonl")
    assert records(tmp_path / "out.jsonl")[0]["body"] == "Associated Press"
    assert len(records(tmp_path / "bad.jsonl")) == 1


def test_gzip(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(corpus.read_bytes()))
    run("batch", "in.jsonl", "plain.jsonl")
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        assert run("batch", "in.jsonl.gz", name).exit_code == 0
    assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()) == (tmp_path / "plain.jsonl").read_bytes()
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_damaged_gzip_writes_nothing(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(corpus.read_bytes() * 100)[:-20])
    result = run("batch", "in.jsonl.gz", "out.jsonl")
    assert result.exit_code == 3
    assert "damaged gzip" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "in.jsonl.gz"]


@pytest.mark.parametrize("packed", [False, True])
def test_standard_streams(run: Run, corpus: Path, tmp_path: Path, packed: bool) -> None:
    data = corpus.read_bytes()
    run("batch", "in.jsonl", "out.jsonl")
    result = run("batch", "-", "-", input=gzip.compress(data) if packed else data)
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes == (tmp_path / "out.jsonl").read_bytes()


@pytest.mark.parametrize("command", ["batch", "revert"])
def test_input_and_output_are_never_the_same_file(run: Run, corpus: Path, tmp_path: Path, command: str) -> None:
    before = corpus.read_bytes()
    (tmp_path / "link.jsonl").symlink_to(corpus)
    (tmp_path / "hard.jsonl").hardlink_to(corpus)
    for output in ("in.jsonl", "./in.jsonl", "link.jsonl", "hard.jsonl"):
        result = run(command, "in.jsonl", output)
        assert result.exit_code == 2 and "another file than INPUT" in result.stderr
    assert corpus.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("packed", [False, True])
def test_a_pipe_is_read_once_and_whole(run: Run, corpus: Path, tmp_path: Path, packed: bool) -> None:
    run("batch", "in.jsonl", "out.jsonl")
    os.mkfifo(tmp_path / "pipe")
    data = gzip.compress(corpus.read_bytes()) if packed else corpus.read_bytes()
    writer = Thread(target=(tmp_path / "pipe").write_bytes, args=(data,))
    writer.start()
    result = run("batch", "pipe", "piped.jsonl")
    writer.join()
    assert result.exit_code == 0, result.output
    assert (tmp_path / "piped.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()
    assert run("batch", "pipe", "piped.jsonl", "--resume").exit_code == 2


def test_parquet_in_a_pipe_is_an_error(run: Run) -> None:
    result = run("batch", "-", "-", input=b"PAR1....")
    assert result.exit_code == 3 and "Parquet cannot be read from a pipe" in result.stderr


@pytest.mark.parametrize("interrupted", ["batch", "revert"])
def test_what_cannot_be_resumed_leaves_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interrupted: str
) -> None:
    from unspin.corpus import journal, jsonl

    monkeypatch.setattr(jsonl, "SEGMENT", 1)
    save = journal.Journal.save

    def interrupt(self: journal.Journal, *arguments: object, **options: object) -> None:
        save(self, *arguments, **options)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    (tmp_path / "in.jsonl").write_text('{"text": "a", "unspin": {"edits": []}}\n' * 3)
    with monkeypatch.context() as patch:
        patch.setattr(journal.Journal, "save", interrupt)
        if interrupted == "batch":
            result = run("batch", "-", "out.jsonl", input=(tmp_path / "in.jsonl").read_bytes())
        else:
            result = run("revert", "in.jsonl", "out.jsonl")
    assert result.exit_code == 130 and "--resume" not in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize(("suffix", "magic"), [(".gz", b"\x1f\x8b"), (".zst", b"\x28\xb5\x2f\xfd")])
def test_an_empty_result_is_a_valid_archive(run: Run, tmp_path: Path, suffix: str, magic: bytes) -> None:
    pytest.importorskip("zstandard")
    (tmp_path / "in.jsonl").write_text('{"text": null}\n')
    run("batch", "in.jsonl", f"out.jsonl{suffix}")
    assert (tmp_path / f"out.jsonl{suffix}").read_bytes().startswith(magic)
    assert run("batch", f"out.jsonl{suffix}", "again.jsonl").exit_code == 0
    assert (tmp_path / "again.jsonl").read_bytes() == b""


def test_rejects_of_an_earlier_run_do_not_stay(run: Run, corpus: Path, tmp_path: Path) -> None:
    good = corpus.read_bytes()
    corpus.write_bytes(b"x\n" + good)
    assert run("batch", "in.jsonl", "out.jsonl").exit_code == 3
    corpus.write_bytes(good)
    assert run("batch", "in.jsonl", "out.jsonl").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_rejects_of_two_streams_at_a_time_are_both_kept(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add = Direct.add

    def meanwhile(*arguments: Any) -> None:
        monkeypatch.setattr(Direct, "add", add)
        assert "are in unspin.rejects.jsonl;" in run("batch", "-", "-", input="second").stderr
        add(*arguments)

    monkeypatch.setattr(Direct, "add", meanwhile)
    assert "are in unspin-2.rejects.jsonl;" in run("batch", "-", "-", input="first").stderr
    kept = [records(tmp_path / name) for name in ("unspin.rejects.jsonl", "unspin-2.rejects.jsonl")]
    assert [rejects[0]["raw"] for rejects in kept] == ["second", "first"]


@pytest.mark.parametrize("output", ["first.out", "-"])
@pytest.mark.parametrize("before", [b"", b"before"])
@pytest.mark.parametrize(("text", "path"), [(b"first", "bad-2.jsonl"), (b"", "bad.jsonl")])
def test_rejects_of_two_runs_at_a_time_are_both_kept_in_one_place(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, before: bytes, text: bytes, path: str
) -> None:
    for name, content in (("before", before), ("first", text), ("second", b"second")):
        (tmp_path / f"{name}.jsonl").write_bytes(content + b"\n")
    run("batch", "before.jsonl", "out", "--rejects", "bad.jsonl")
    made = Direct if output == "-" else Journal
    add = made.add

    def meanwhile(*arguments: Any) -> None:
        monkeypatch.setattr(made, "add", add)
        run("batch", "second.jsonl", "out", "--rejects", "bad.jsonl")
        add(*arguments)

    monkeypatch.setattr(made, "add", meanwhile)
    result = run("batch", "first.jsonl", output, "--rejects", "bad.jsonl")
    assert [record["raw"] for record in records(tmp_path / "bad.jsonl")] == ["second"]
    assert [record["raw"] for record in records(tmp_path / path)] == [text.decode() or "second"]
    assert (f"are in {path};" in result.stderr) == bool(text)


def test_rejects_of_two_streams_are_both_kept(run: Run, tmp_path: Path) -> None:
    for raw, path in (("first", "unspin.rejects.jsonl"), ("second", "unspin-2.rejects.jsonl")):
        assert f"are in {path}; " in run("batch", "-", "-", input=raw).stderr
    assert [records(path)[0]["raw"] for path in sorted(tmp_path.iterdir(), reverse=True)] == ["first", "second"]


@pytest.mark.parametrize("output", ["out.jsonl", "-"])
def test_a_rejects_file_is_that_of_the_last_run(run: Run, tmp_path: Path, output: str) -> None:
    for raw in ("first", "second"):
        (tmp_path / f"{raw}.jsonl").write_text(raw)
        run("batch", f"{raw}.jsonl", output, "--rejects", "bad.jsonl")
        assert [record["raw"] for record in records(tmp_path / "bad.jsonl")] == [raw]


@pytest.mark.parametrize("output", ["out.jsonl", "-"])
@pytest.mark.parametrize("other", [b"notes\n", b'{"text": "a"}\n', b"\xff"])
def test_rejects_take_the_place_of_nothing_else(run: Run, corpus: Path, tmp_path: Path, output: str, other: bytes) -> None:
    (tmp_path / "notes").write_bytes(other)
    result = run("batch", "in.jsonl", output, "--rejects", "notes")
    assert result.exit_code == 3 and "notes: cannot be written (it is there already and holds no rejects)" in result.stderr
    assert (tmp_path / "notes").read_bytes() == other
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "notes"]


@pytest.mark.parametrize("option", ["--summary", "--rejects"])
def test_what_cannot_be_written_is_told_before_the_work(run: Run, corpus: Path, tmp_path: Path, option: str) -> None:
    (tmp_path / "folder").mkdir()
    result = run("batch", "in.jsonl", "out.jsonl", option, "folder")
    assert result.exit_code == 2 and "folder is a folder" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "in.jsonl"]


@pytest.mark.parametrize("place", ["bad.jsonl", "new/folder/bad.jsonl"])
def test_where_rejects_cannot_go_is_told_before_the_work_and_how_to_name_another_place(
    run: Run, corpus: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # root may write everywhere, and tests may run as root
    result = run("batch", "in.jsonl", "-", "--rejects", place)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "cannot be written (the folder is write-protected); --rejects names another place" in result.stderr


def interrupt_at_the_empty_text(monkeypatch: pytest.MonkeyPatch) -> None:
    repair = fake_engine.Unspinner.repair

    def interrupt(self: fake_engine.Unspinner, text: str, *arguments: object) -> object:
        if text == "":
            raise KeyboardInterrupt
        return repair(self, text, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(fake_engine.Unspinner, "repair", interrupt)


def test_interruption_leaves_the_old_output(run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out.jsonl").write_text("old")
    corpus.write_bytes(b"bad\n" + corpus.read_bytes())
    interrupt_at_the_empty_text(monkeypatch)
    assert run("batch", "in.jsonl", "out.jsonl").exit_code == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]
    assert (tmp_path / "out.jsonl").read_text() == "old"


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs /dev/null")
def test_rejects_of_a_device_are_not_put_beside_it(run: Run, corpus: Path, tmp_path: Path) -> None:
    corpus.write_bytes(b"bad\n")
    assert run("batch", "in.jsonl", "/dev/null").exit_code == 3
    assert (tmp_path / "unspin.rejects.jsonl").exists()


def test_rejects_of_a_stream_that_is_interrupted_are_kept(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt_at_the_empty_text(monkeypatch)
    assert run("batch", "-", "-", "--rejects", "bad.jsonl", input=b"bad\n" + corpus.read_bytes()).exit_code == 130
    assert [record["raw"] for record in records(tmp_path / "bad.jsonl")] == ["bad"]


def test_an_empty_corpus(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").touch()
    assert run("batch", "in.jsonl", "out.jsonl").exit_code == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("none.jsonl", "out.jsonl"), 3, "none.jsonl: no such file"),
        (("in.jsonl", "none/out.jsonl"), 3, "none/out.jsonl: cannot be written"),
        (("in.jsonl", "-", "--output-format", "parquet"), 2, "cannot be written to standard output"),
        (("in.jsonl", "out.jsonl.bz2"), 3, "out.jsonl.bz2: cannot be packed like this"),
        (("in.jsonl", "."), 2, "is a folder"),
        (("nothing/", "new/"), 3, "nothing/: no such file or folder"),
        (("in.jsonl", "new/"), 2, "new/ is a folder"),
        (("in.jsonl", "out.jsonl", "--rejects", "new/"), 2, "new/ is a folder"),
        (("in.jsonl", "out.jsonl", "--rejects", "in.jsonl/bad"), 3, "in.jsonl is no folder"),
        (("in.jsonl", "out.jsonl", "--summary", "new/"), 2, "new/ is a folder"),
        (("*.jsonl", "out", "--rejects", "in.jsonl"), 2, "--rejects must be a folder"),
        ((".", "out"), 2, "must lie outside"),
        (("*.jsonl", "."), 2, "must lie outside"),
        (("**/*.jsonl", "out"), 2, "must lie outside"),
        (("*.parquet", "out"), 3, "no corpus files"),
        ((__file__, "out.jsonl"), 3, "test_batch.py: no corpus, as few of its first lines are JSON objects"),
        (("-", "out.jsonl", "--resume"), 2, "cannot be read again"),
        (("in.jsonl", "out.jsonl", "--field", "unspin"), 2, "'unspin' gets the log of a run"),
        (("in.jsonl", "out.jsonl", "--field", "unspin.original"), 2, "'unspin' gets the log of a run"),
        (("in.jsonl", "out.jsonl", "--only-spun", "--drop-spun"), 2, "exclude each other"),
        (("in.jsonl", "out.jsonl", "--propose", "--keep-original"), 2, "writes no texts"),
        (("in.jsonl",), 2, "Missing argument"),
        (("in.jsonl", "out.jsonl", "--rejects", "in.jsonl"), 2, "--rejects must be another file than INPUT"),
        (("in.jsonl", "out.jsonl", "--rejects", "./out.jsonl"), 2, "--rejects must be another file than OUTPUT"),
        (("in.jsonl", "out.jsonl", "--summary", "in.jsonl"), 2, "--summary must be another file than INPUT"),
        (("in.jsonl", "out.jsonl", "--summary", "out.jsonl"), 2, "--summary must be another file than OUTPUT"),
        (("in.jsonl", "out.jsonl", "--summary", "out.jsonl.rejects.jsonl"), 2, "--summary must be another file than --rejects"),
        (("*.jsonl", "out", "--summary", "in.jsonl"), 2, "--summary must be another file than INPUT"),
        (("*.jsonl", "in.jsonl/out"), 3, "in.jsonl/out: the folder cannot be created (Not a directory)"),
    ],
)
def test_errors(run: Run, corpus: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    result = run("batch", *arguments)
    assert result.exit_code == code
    assert message in result.stderr
    assert [path.name for path in corpus.parent.iterdir()] == ["in.jsonl"]
