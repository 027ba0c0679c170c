"""`unspin batch`, `apply` and `revert` on whole corpora, with the fake engine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import fake_engine
from tests.cli.conftest import Run
from unspin.corpus.operation import digest
from unspin.corpus.summary import Totals
from unspin.errors import DictionaryError

RECORDS = [
    {"id": "a", "text": "The Linked Press met the primary minister final year, he mentioned. caf\u00e9"},
    {"id": "a", "text": "Nothing here."},
    {"id": 3, "text": "It mentioned the Linked Press."},
    {"text": ""},
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS) + '{"text": 1}\n\n' + json.dumps(RECORDS[0]))
    return path


def records(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines() if line]


@pytest.mark.parametrize("tier", ["safe", "likely", "possible"])
def test_proposed_edits_when_applied_are_what_batch_writes(run: Run, corpus: Path, tmp_path: Path, tier: str) -> None:
    assert run("batch", corpus, "edits.jsonl", "--propose", "--tier", tier).exit_code == 3
    assert run("apply", "edits.jsonl", corpus, "applied.jsonl", "--tier", tier).exit_code == 3
    run("batch", corpus, "repaired.jsonl", "--tier", tier)
    assert (tmp_path / "applied.jsonl").read_bytes() == (tmp_path / "repaired.jsonl").read_bytes()


def test_a_proposal_names_the_record_and_its_edits(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "edits.jsonl", "--propose")
    found = records(tmp_path / "edits.jsonl")
    assert [(record["line"], record["id"], len(record["edits"])) for record in found] == [
        (1, "a", 4),
        (2, "a", 0),
        (3, 3, 2),
        (4, None, 0),
        (7, "a", 4),
    ]
    assert {"start", "end", "before", "after", "confidence", "tier"} <= found[0]["edits"][0].keys()
    assert "text" not in found[0]


def test_what_is_applied_can_be_chosen(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "edits.jsonl", "--propose")
    run("apply", "edits.jsonl", corpus, "out.jsonl", "--tier", "possible", "--min-confidence", "0.992")
    assert [edit["before"] for edit in records(tmp_path / "out.jsonl")[0]["unspin"]["edits"]] == ["Linked Press"]
    first = records(tmp_path / "edits.jsonl")[0]["edits"]
    places = [{"line": 1, "start": edit["start"], "end": edit["end"]} for edit in first]
    verdicts = [{"verdict": "reject"}, {"verdict": "accept", "after": "premier"}, {"verdict": "accept"}]
    lines = [json.dumps({**place, **verdict}) for place, verdict in zip(places, verdicts, strict=False)]
    (tmp_path / "decided.jsonl").write_text("\n".join(lines))
    run("apply", "edits.jsonl", corpus, "out.jsonl", "--decisions", "decided.jsonl")
    out = records(tmp_path / "out.jsonl")
    assert out[0]["text"] == "The Linked Press met the premier last year, he mentioned. café"
    for extra in ({"line": 1, "start": 0, "end": 3}, {**places[0], "path": "elsewhere/other.jsonl"}):
        lines.append(json.dumps({**extra, "verdict": "accept"}))
    (tmp_path / "decided.jsonl").write_text("\n".join(lines))
    result = run("apply", "edits.jsonl", corpus, "again.jsonl", "--decisions", "decided.jsonl")
    assert "unspin: 1 decisions were about edits that are not proposed" in result.stderr
    assert records(tmp_path / "again.jsonl") == out
    assert out[-1]["text"].startswith("The Associated Press met the prime minister final year")


def test_what_a_desk_rejected_is_not_written_as_part_of_something_longer(run: Run, tmp_path: Path) -> None:
    text = "a vital financial institution"
    (tmp_path / "in.jsonl").write_text(json.dumps({"text": text}))
    longer = {"start": 2, "end": 29, "before": text[2:], "after": "central bank", "confidence": 0.95, "tier": "safe"}
    names = {"code": "US101", "entry": "phrases: central bank"}
    proposal = {"id": None, "line": 1, "digest": digest(text), "spin_rate": 0.5, "spun": True, "findings": 1}
    (tmp_path / "edits.jsonl").write_text(json.dumps({**proposal, "edits": [{**longer, **names}]}))
    decision = {
        "line": 1,
        "start": 8,
        "end": 29,
        "before": text[8:],
        "suggestion": "bank",
        "code": "US401",
        "entry": "words: bank",
    }
    for verdict, after in (("reject", text), ("accept", "a vital bank")):
        (tmp_path / "decided.jsonl").write_text(json.dumps({**decision, "verdict": verdict}))
        result = run("apply", "edits.jsonl", "in.jsonl", "out.jsonl", "--decisions", "decided.jsonl")
        assert "had no effect" not in result.stderr
        assert records(tmp_path / "out.jsonl")[0]["text"] == after


def test_nothing_is_written_that_is_no_text(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "edits.jsonl", "--propose")
    decision = {"line": 1, "start": 4, "end": 16, "verdict": "accept", "after": "\ud800"}
    (tmp_path / "decided.jsonl").write_text(json.dumps(decision))
    assert run("apply", "edits.jsonl", corpus, "out.jsonl", "--decisions", "decided.jsonl").exit_code == 3
    assert records(tmp_path / "out.jsonl.rejects.jsonl")[0]["reason"] == "an edit would write a lone surrogate"


@pytest.mark.parametrize("option", ["--rejects", "--summary", "OUTPUT"])
@pytest.mark.parametrize(("path", "name"), [("edits.jsonl", "EDITS"), ("decided.jsonl", "--decisions")])
def test_what_is_applied_is_not_written_to(run: Run, corpus: Path, tmp_path: Path, option: str, path: str, name: str) -> None:
    run("batch", corpus, "edits.jsonl", "--propose")
    (tmp_path / "decided.jsonl").write_text('{"line": 1, "start": 4, "end": 16, "verdict": "reject"}')
    before = (tmp_path / path).read_bytes()
    written = [path] if option == "OUTPUT" else ["out.jsonl", option, path]
    result = run("apply", "edits.jsonl", corpus, *written, "--decisions", "decided.jsonl")
    assert result.exit_code == 2 and f"{option} must be another file than {name}" in result.stderr
    assert (tmp_path / path).read_bytes() == before


def test_edits_are_not_applied_to_another_text(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "edits.jsonl", "--propose")
    corpus.write_text(corpus.read_text().replace("It mentioned", "He mentioned"))
    result = run("apply", "edits.jsonl", corpus, "out.jsonl")
    assert result.exit_code == 3
    reasons = [reject["reason"] for reject in records(tmp_path / "out.jsonl.rejects.jsonl")]
    assert reasons == ["the proposed edits are for another text", "field 'text' is a number, not a text"]


@pytest.mark.parametrize(("order", "unused"), [([0, 1, 2], 0), ([0, 1, 2, 3], 1), ([2, 1, 0], 2), ([0, 3, 1], 2)])
def test_proposals_that_no_record_asks_for_are_told(run: Run, tmp_path: Path, order: list[int], unused: int) -> None:
    lines = [json.dumps({"id": number, "text": "The Linked Press"}) + "\n" for number in range(4)]
    (tmp_path / "in.jsonl").write_text("".join(lines))
    run("batch", "in.jsonl", "edits.jsonl", "--propose")
    proposed = (tmp_path / "edits.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "edits.jsonl").write_text("".join(proposed[number] for number in order))
    (tmp_path / "in.jsonl").write_text("".join(lines[:3]))
    result = run("apply", "edits.jsonl", "in.jsonl", "out.jsonl")
    assert result.exit_code == (3 if unused else 0)
    assert (f"{unused} records of edits.jsonl are not in in.jsonl in this order" in result.stderr) == bool(unused)
    assert len(records(tmp_path / "out.jsonl")) == 3


def test_records_without_proposals_stay_and_come_back(run: Run, corpus: Path, tmp_path: Path) -> None:
    corpus.write_text(corpus.read_text().replace('{"text": 1}\n', ""))
    run("batch", corpus, "first.jsonl")
    run("batch", "first.jsonl", "edits.jsonl", "--propose", "--only-spun", "--tier", "possible")
    assert len(records(tmp_path / "edits.jsonl")) == 3
    assert run("apply", "edits.jsonl", "first.jsonl", "applied.jsonl", "--tier", "possible").exit_code == 0
    out = records(tmp_path / "applied.jsonl")
    assert out[1]["text"] == RECORDS[1]["text"] and out[1]["unspin"]["edits"] == [] and out[1]["unspin"]["spin_rate"] is None
    for before, after in (("applied", "back"), ("back", "original")):
        assert run("revert", f"{before}.jsonl", f"{after}.jsonl").exit_code == 0
    assert (tmp_path / "back.jsonl").read_bytes() == (tmp_path / "first.jsonl").read_bytes()
    assert (tmp_path / "original.jsonl").read_bytes() == corpus.read_bytes()


def test_any_record_can_be_proposed_for(run: Run, tmp_path: Path) -> None:
    ids = ["9" * 6000, "NaN", '"\\ud800"', "[" * 490 + "]" * 490, '{"a": 1, "a": 2}', "1.10"]
    lines = [f'{{"id": {id}, "text": "\\ud800 Linked Press"}}' for id in ids]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    assert run("batch", "in.jsonl", "edits.jsonl", "--propose").exit_code == 0
    assert run("apply", "edits.jsonl", "in.jsonl", "applied.jsonl").exit_code == 0
    run("batch", "in.jsonl", "repaired.jsonl")
    assert (tmp_path / "applied.jsonl").read_bytes() == (tmp_path / "repaired.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x", "edits.jsonl:1: malformed JSON: Expecting"),
        ("[" * 100_000, "edits.jsonl:1: nested too deeply"),
        ("[]", "edits.jsonl:1: not a JSON object"),
        ("{}", 'edits.jsonl:1: no "line", so these are not edits that `unspin batch --propose` wrote'),
        ('{"line": 0}', "not in the order of the corpus"),
    ],
)
def test_malformed_proposals_are_an_error(run: Run, corpus: Path, tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "edits.jsonl").write_text(line + "\n")
    result = run("apply", "edits.jsonl", corpus, "out.jsonl")
    assert result.exit_code == 3 and message in result.stderr
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    "decision",
    [
        "{}",
        "3",
        '{"line": 1, "start": 0, "end": 2, "verdict": "maybe"}',
        '{"line": 1, "start": 4, "end": 4, "verdict": "accept", "after": "inserted"}',
        '{"line": 1, "start": -2, "end": 2, "verdict": "reject"}',
    ],
)
def test_malformed_decisions_are_an_error(run: Run, corpus: Path, tmp_path: Path, decision: str) -> None:
    (tmp_path / "edits.jsonl").touch()
    (tmp_path / "decided.jsonl").write_text(decision)
    result = run("apply", "edits.jsonl", corpus, "out.jsonl", "--decisions", "decided.jsonl")
    assert result.exit_code == 3 and "decided.jsonl:1: not a" in result.stderr


def test_blank_lines_in_sidecar_files_are_skipped(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "edits.jsonl").write_text("\n")
    (tmp_path / "decided.jsonl").write_text('\n{"line": 1, "start": 0, "end": 2, "verdict": "reject"}\r\n\r\n')
    result = run("apply", "edits.jsonl", corpus, "out.jsonl", "--decisions", "decided.jsonl")
    assert "6 records, 0 edited (0 edits), 1 rejected" in result.stderr and "1 decisions were about edits" in result.stderr


def test_a_run_can_be_taken_back_byte_for_byte(run: Run, corpus: Path, tmp_path: Path) -> None:
    corpus.write_text(corpus.read_text().replace('{"text": 1}\n', ""))
    assert run("batch", corpus, "out.jsonl", "--tier", "possible", "--keep-original").exit_code == 0
    out = records(tmp_path / "out.jsonl")
    assert out[0]["unspin"]["original"] == RECORDS[0]["text"] and "original" not in out[1]["unspin"]
    assert run("revert", "out.jsonl", "back.jsonl").exit_code == 0
    assert (tmp_path / "back.jsonl").read_bytes() == corpus.read_bytes()


def test_what_was_changed_since_is_not_taken_back(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "out.jsonl")
    path = tmp_path / "out.jsonl"
    path.write_text(
        path.read_text().replace("It mentioned the Associated", "It mentioned the Dissociated", 1) + '\n{"text": "x"}\n'
    )
    assert run("revert", "out.jsonl", "back.jsonl").exit_code == 3
    reasons = [reject["reason"] for reject in records(tmp_path / "back.jsonl.rejects.jsonl")]
    assert "expected 'Associated Press'" in reasons[0] and "nothing is known of its edits" in reasons[1]


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (["--only-spun"], [0, 2, 0]),
        (["--drop-spun"], [1, 3]),
        (["--min-spin-rate", "0.35"], [2]),
        (["--drop-spun", "--min-spin-rate", "0.35"], [0, 1, 3, 0]),
    ],
)
def test_documents_are_filtered(run: Run, corpus: Path, tmp_path: Path, options: list[str], kept: list[int]) -> None:
    result = run("batch", corpus, "out.jsonl", *options, "--summary", "summary.json")
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["spun"], sum(summary["spin_rates"].values()), summary["words"]) == (3, 5, 31)
    assert [record.get("id") for record in records(tmp_path / "out.jsonl")] == [RECORDS[i].get("id") for i in kept]
    assert f"{5 - len(kept)} dropped" in result.stderr


@pytest.mark.parametrize("source", ["shards", "shards/**/*.jsonl"])
def test_shards_keep_their_names(run: Run, corpus: Path, tmp_path: Path, source: str) -> None:
    (tmp_path / "shards" / "sub").mkdir(parents=True)
    (tmp_path / "shards" / "_meta").mkdir()
    for name in ("a.jsonl", "sub/b.jsonl"):
        (tmp_path / "shards" / name).write_bytes(corpus.read_bytes())
    result = run("batch", source, "out", "--summary", "summary.json")
    assert result.exit_code == 3
    out = tmp_path / "out"
    assert [str(path.relative_to(out)) for path in sorted(out.rglob("*.jsonl")) if path.is_file()] == [
        "_rejects/a.jsonl.rejects.jsonl",
        "_rejects/sub/b.jsonl.rejects.jsonl",
        "a.jsonl",
        "sub/b.jsonl",
    ]
    assert records(out / "a.jsonl") == records(out / "sub" / "b.jsonl")
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["records"] == 12 and summary["rejected"] == 2 and summary["edits"] == 10
    assert summary["entries"]["phrases: Associated Press"] == 6
    assert sum(summary["spin_rates"].values()) == 10


def test_shards_keep_their_formats_unless_one_is_asked_for(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    (tmp_path / "shards" / "a.jsonl").write_bytes(b'{"id": 1, "text": "final year"}\n')
    run("batch", "shards/a.jsonl", "shards/b.parquet")
    for options, names in (((), ["a.jsonl", "b.parquet"]), (("--output-format", "parquet"), ["a.parquet", "b.parquet"])):
        folder = tmp_path / f"out{len(options)}"
        assert run("batch", "shards", folder, *options).exit_code == 0
        starts = [(path.name, path.read_bytes()[:4] == b"PAR1") for path in sorted(folder.iterdir()) if path.is_file()]
        assert starts == [(name, name.endswith("parquet")) for name in names]
    assert run("revert", "out0", "back").exit_code == 0
    assert (tmp_path / "back" / "a.jsonl").read_bytes() == (tmp_path / "shards" / "a.jsonl").read_bytes()


def test_files_of_a_folder_that_are_left_out_are_told(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    (tmp_path / "shards" / "a.jsonl").write_bytes(corpus.read_bytes())
    (tmp_path / "shards" / "b.json.gz").touch()
    (tmp_path / "shards" / "c.jsonl").symlink_to("none")
    result = run("batch", "shards", "out")
    assert "unspin: 1 other files of shards are left out (shards/b.json.gz)\n" in result.stderr
    assert result.exit_code == 3 and "shards/c.jsonl: no such file" in result.stderr and "6 records" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="file names cannot hold control characters")
def test_names_of_shards_do_not_command_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    for name, content in (("a\x1b.jsonl", b"broken"), ("b\n.jsonl.gz", b"\x1f\x8bx"), ("c\r", b"")):
        (tmp_path / "shards" / name).write_bytes(content)
    told = run("batch", "shards", "out").stderr
    assert "(shards/c )" in told and "shards/b .jsonl.gz: damaged" in told and "out/_rejects/a�.jsonl.rejects.jsonl;" in told
    assert "\x1b" not in told and "\r" not in told


def test_finished_shards_are_not_done_again(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    for name in ("a.jsonl", "b.jsonl.gz"):
        (tmp_path / "shards" / name).write_bytes(corpus.read_bytes())
    (tmp_path / "shards" / "b.jsonl.gz").write_bytes(b"\x1f\x8bx")
    assert run("batch", "shards", "out").exit_code == 3
    (tmp_path / "shards" / "b.jsonl.gz").write_bytes(corpus.read_bytes())
    stamp = (tmp_path / "out" / "a.jsonl").stat().st_mtime_ns
    result = run("batch", "shards", "out", "--resume")
    assert "12 records" in result.stderr and "6 of these records were done by an earlier run" in result.stderr
    assert (tmp_path / "out" / "a.jsonl").stat().st_mtime_ns == stamp
    assert (tmp_path / "out" / "b.jsonl.gz").exists()


def test_a_shard_whose_output_is_gone_is_done_again(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / "shards" / name).write_bytes(corpus.read_bytes())
    run("batch", "shards", "out")
    before = (tmp_path / "out" / "b.jsonl").read_bytes()
    (tmp_path / "out" / "b.jsonl").unlink()
    result = run("batch", "shards", "out", "--resume")
    assert "12 records" in result.stderr and "6 of these records were done by an earlier run" in result.stderr
    assert (tmp_path / "out" / "b.jsonl").read_bytes() == before


@pytest.mark.parametrize("option", ["--dictionary", "--model"])
def test_other_dictionaries_and_models_do_not_go_on(run: Run, corpus: Path, tmp_path: Path, option: str) -> None:
    (tmp_path / "shards").mkdir()
    (tmp_path / "shards" / "a.jsonl").write_bytes(corpus.read_bytes())
    (tmp_path / "mine").write_text("a b\tc\n")
    run("batch", "shards", "out", option, "mine")
    assert "6 of these records were done by an earlier run" in run("batch", "shards", "out", option, "mine", "--resume").stderr
    (tmp_path / "mine").write_text("a b\td e\n")
    result = run("batch", "shards", "out", option, "mine", "--resume")
    assert "input or settings are not those of the run to resume" in result.stderr


def test_a_line_of_20_megabytes_and_a_lone_surrogate(run: Run, tmp_path: Path) -> None:
    text = "Linked Press. " + "x" * 20_000_000
    (tmp_path / "in.jsonl").write_text(json.dumps({"text": text}) + '\n{"text": "\\ud800 Linked Press"}\n')
    assert run("batch", "in.jsonl", "out.jsonl").exit_code == 0
    out = records(tmp_path / "out.jsonl")
    assert out[0]["text"].startswith("Associated Press. xxx") and len(out[0]["text"]) == len(text) + 4
    assert out[1]["text"] == "\ud800 Associated Press"


def test_parquet_on_the_command_line(run: Run, corpus: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    assert run("batch", corpus, "out.parquet").exit_code == 3
    assert pq.read_table(tmp_path / "out.parquet")["text"][0].as_py().startswith("The Associated Press")
    result = run("revert", "out.parquet", "back.jsonl", "--output-format", "jsonl")
    assert result.exit_code == 0, result.output
    assert [record["text"] for record in records(tmp_path / "back.jsonl")][:2] == [record["text"] for record in RECORDS[:2]]


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What Ray is asked to do, and does not."""
    asked: list[Any] = []
    pytest.importorskip("ray")
    monkeypatch.setattr("unspin.corpus.ray.repair", lambda *arguments: asked.append(arguments) or Totals(records=1, rejected=1))
    return asked


def test_paths_for_ray_hold_in_every_folder(run: Run, corpus: Path, tmp_path: Path, ray: list[Any]) -> None:
    assert run("batch", corpus, "out", "--engine", "ray", "--rejects", "bad", "--workers", "2").exit_code == 3
    run("batch", "s3://bucket/in", "s3://bucket/out", "--engine", "ray")
    assert [arguments[:3] for arguments in ray] == [
        ([str(corpus)], str(tmp_path / "out"), str(tmp_path / "bad")),
        (["s3://bucket/in"], "s3://bucket/out", "s3://bucket/out/_rejects"),
    ]


@pytest.mark.parametrize("option", ["OUTPUT", "--rejects"])
def test_ray_writes_to_new_folders_only(run: Run, corpus: Path, tmp_path: Path, ray: list[Any], option: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "other").touch()
    for path in ("in.jsonl", "full"):
        written = [path] if option == "OUTPUT" else ["out", option, path]
        result = run("batch", corpus, *written, "--engine", "ray")
        assert result.exit_code == 2 and f"{option} must be a new or empty folder" in result.stderr
    assert not ray


def test_a_dictionary_is_looked_at_before_ray_starts(
    run: Run, corpus: Path, ray: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise DictionaryError("mine.tsv:1: damaged")

    monkeypatch.setattr(fake_engine.Unspinner, "__init__", fail)
    result = run("batch", corpus, "out", "--engine", "ray")
    assert result.exit_code == 2 and "mine.tsv:1: damaged" in result.stderr and not ray


def test_a_missing_package_is_told_before_the_work(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "unspin.corpus.parquet", raising=False)
    monkeypatch.setattr("unspin.corpus.parquet", None, raising=False)
    monkeypatch.delattr("unspin.corpus.parquet")
    result = run("batch", corpus, "out.parquet")
    assert result.exit_code == 3 and "pip install 'unspin[corpus]'" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]
