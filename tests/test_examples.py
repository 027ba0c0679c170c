"""The examples are whole and do what they say: every script runs, and the repaired articles are nearer to their originals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path

import pytest

from unspin.corpus.transform import Outcome
from unspin.evaluation.align import align
from unspin.findings import Tier
from unspin.patching import revert
from unspin.unspinner import Unspinner

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
NAMES = sorted(path.name for path in (EXAMPLES / "originals").glob("*.txt"))


def spun(name: str) -> str:
    return (EXAMPLES / "spun" / name).read_text(encoding="utf-8")


def original(name: str) -> str:
    return (EXAMPLES / "originals" / name).read_text(encoding="utf-8")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script as a reader of the examples would: with this Python, and with `unspin` on the path."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False, timeout=120)


@pytest.fixture(scope="module")
def unspinner() -> Unspinner:
    return Unspinner()


def test_every_original_has_a_spun_copy() -> None:
    assert len(NAMES) >= 4
    assert sorted(path.name for path in (EXAMPLES / "spun").glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_spun_copies_differ_by_about_a_tenth(name: str) -> None:
    assert 0.08 < len(align(spun(name), original(name))) / len(original(name).split()) < 0.15


def test_pairs_hold_the_same_texts() -> None:
    records = [json.loads(line) for line in (EXAMPLES / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {f"{record['id']}.txt": (record["spun"], record["original"]) for record in records} == {
        name: (spun(name), original(name)) for name in NAMES
    }


def differences(name: str, text: str) -> int:
    return len(align(text, original(name)))


@pytest.mark.parametrize("name", NAMES)
def test_repair_brings_each_article_nearer_to_its_original(unspinner: Unspinner, name: str) -> None:
    repair = unspinner.repair(spun(name), Tier.LIKELY)
    assert differences(name, repair.text) < differences(name, spun(name))
    assert revert(repair.text, repair.edits) == spun(name)


@pytest.mark.parametrize(("tier", "share"), [(Tier.SAFE, 0.02), (Tier.LIKELY, 0.33)])
def test_a_share_of_all_spans_is_restored(unspinner: Unspinner, tier: Tier, share: float) -> None:
    before = sum(differences(name, spun(name)) for name in NAMES)
    after = sum(differences(name, unspinner.repair(spun(name), tier).text) for name in NAMES)
    assert after <= (1 - share) * before


@pytest.mark.parametrize("name", NAMES)
def test_spin_rate_tells_spun_from_original(unspinner: Unspinner, name: str) -> None:
    assert unspinner.analyze(spun(name)).spun
    assert not unspinner.analyze(original(name)).spun


@pytest.mark.parametrize("path", [*sorted((EXAMPLES / "originals").glob("*.txt")), EXAMPLES / "clean.txt"], ids=lambda p: p.name)
def test_genuine_articles_stay_as_they_are(unspinner: Unspinner, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unspinner.repair(text, Tier.LIKELY).text == text


def test_repair_text_prints_edits_and_the_repaired_text() -> None:
    result = run(sys.executable, EXAMPLES / "repair_text.py")
    assert (result.returncode, result.stderr) == (0, "")
    assert "spun: yes" in result.stdout
    assert "Linked Press → Associated Press" in result.stdout
    assert "the Associated Press reported on Sunday." in result.stdout


def test_repair_text_takes_an_article_and_a_tier() -> None:
    clean = EXAMPLES / "clean.txt"
    result = run(sys.executable, EXAMPLES / "repair_text.py", clean, "--tier", "safe")
    assert result.returncode == 0
    assert "spun: no" in result.stdout
    assert result.stdout.endswith(clean.read_text(encoding="utf-8"))


def test_spacy_pipeline_lists_findings_of_spun_articles_only() -> None:
    result = run(sys.executable, EXAMPLES / "spacy_pipeline.py")
    assert (result.returncode, result.stderr) == (0, "")
    assert [line.split()[-1] for line in result.stdout.splitlines() if line[5] == "%"] == [*NAMES, "clean.txt"]
    assert "Linked Press → Associated Press" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("clean.txt")


def test_the_functions_for_spark_and_datasets_repair_and_log(monkeypatch: pytest.MonkeyPatch) -> None:
    pandas = pytest.importorskip("pandas")
    monkeypatch.syspath_prepend(EXAMPLES)
    row = import_module("datasets_map").repaired({"text": spun("baltic-drill.txt")})
    assert import_module("datasets_map").repaired({"text": None}) == {"text": None, "unspin": None}
    found = import_module("spark_pandas").repaired(pandas.Series([spun("baltic-drill.txt"), None]))
    assert "Associated Press" in row["text"] and row["unspin"]["edits"]
    assert (found["text"][0], json.loads(found["unspin"][0])) == (row["text"], row["unspin"])
    assert list(found.loc[1].isna()) == [True, True]


@pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java")
def test_spark_keeps_its_other_columns_and_can_be_taken_back(tmp_path: Path) -> None:
    pa, pq = (pytest.importorskip(name) for name in ("pyarrow", "pyarrow.parquet"))
    pytest.importorskip("pyspark")
    times = pa.array([datetime(1066, 10, 14), None], pa.timestamp("us"))
    before = pa.table(
        {"a.b": [2**60 + 1, None], "text": [spun("baltic-drill.txt"), None], "n": [float("nan"), 0.1], "time": times}
    )
    pq.write_table(before, tmp_path / "in.parquet")
    result = run(sys.executable, EXAMPLES / "spark_pandas.py", tmp_path / "in.parquet", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    after = pq.read_table(tmp_path / "out")
    assert str(after.drop_columns(["text", "unspin"]).to_pylist()) == str(before.drop_columns(["text"]).to_pylist())
    assert after["text"].to_pylist()[1:] == after["unspin"].to_pylist()[1:] == [None]
    result = run(sys.executable, "-m", "unspin", "revert", tmp_path / "out", tmp_path / "back")
    assert result.returncode == 3, result.stderr  # as there was a row without a text
    assert pq.read_table(tmp_path / "back")["text"].to_pylist() == before["text"].to_pylist()[:1]


def test_a_dataset_keeps_other_columns_may_begin_without_texts_and_is_repaired_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pa, pq = (pytest.importorskip(name) for name in ("pyarrow", "pyarrow.parquet"))
    pytest.importorskip("datasets")
    monkeypatch.syspath_prepend(EXAMPLES)
    example = import_module("datasets_map")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    log = {"spin_rate": 0.1, "spun": True, "edits": [], "findings": 0}
    monkeypatch.setattr(example, "TRANSFORM", lambda text: Outcome(text.upper(), log, 1))
    count = 1001  # the types of the first thousand rows would be taken for those of all
    texts = [*[None] * (count - 1), "a"]
    before = pa.table(
        {"id": [2**60 + 1, None, *range(count - 2)], "text": texts, "n": [1e-12, float("nan"), *[0.5] * (count - 2)]}
    )
    pq.write_table(before, tmp_path / "in.parquet")
    example.main(str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet"))
    after = pq.read_table(tmp_path / "out.parquet").replace_schema_metadata(None)
    assert str(after.select(["id", "n"]).to_pylist()) == str(before.select(["id", "n"]).to_pylist())
    assert after["text"].to_pylist()[-2:] == [None, "A"] and after["unspin"].to_pylist()[-2:] == [None, log]
    monkeypatch.setattr(example, "TRANSFORM", lambda text: Outcome("b", log, 1))
    example.main(str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet"))
    assert pq.read_table(tmp_path / "out.parquet")["text"].to_pylist()[-1] == "b"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_batch_keeps_every_record_and_field(tmp_path: Path) -> None:
    output = tmp_path / "repaired.jsonl"
    result = run("sh", EXAMPLES / "batch.sh", EXAMPLES / "articles.jsonl", output)
    assert result.returncode == 0, result.stderr
    before = [json.loads(line) for line in (EXAMPLES / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    after = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    logs = [record.pop("unspin") for record in after]
    assert [list(record) for record in after] == [list(record) for record in before]
    assert [{**record, "text": ""} for record in after] == [{**record, "text": ""} for record in before]
    assert [log["spun"] for log in logs] == [True, True, True, True, False]
    assert after[-1] == before[-1]
    for old, new, log in zip(before, after, logs, strict=True):
        assert (new["text"] != old["text"]) == bool(log["edits"])
        for edit in log["edits"]:
            assert old["text"][edit["start"] : edit["end"]] == edit["before"]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_batch_sets_a_bad_record_aside(tmp_path: Path) -> None:
    corpus = tmp_path / "articles.jsonl"
    good = (EXAMPLES / "articles.jsonl").read_text(encoding="utf-8")
    corpus.write_text('{"id": 0, "text": "cut off\n' + good, encoding="utf-8")
    result = run("sh", EXAMPLES / "batch.sh", corpus, tmp_path / "repaired.jsonl")
    assert result.returncode == 3
    assert "1 rejected" in result.stderr
    assert len((tmp_path / "repaired.jsonl").read_text(encoding="utf-8").splitlines()) == len(good.splitlines())
    (reject,) = (tmp_path / "repaired.jsonl.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(reject)["line"] == 1
