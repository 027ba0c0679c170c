from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, run  # noqa: F401 a fixture
from tests.fake_engine import Unspinner
from tests.review.conftest import CLEAN, SPUN
from unspin.linting.config import Configurations
from unspin.review import export, learning, queue
from unspin.review.article import ACCEPTED, REJECTED
from unspin.review.filter import Filter
from unspin.review.store import Store


@pytest.fixture
def decided(store: Store, unspinner: Unspinner) -> Path:
    """Four articles in which everything is decided."""
    for number in range(4):
        items = store.items(store.add(f"a{number}", unspinner.analyze(SPUN)))
        store.decide(items[0].id, 0, "ada", ACCEPTED)
        store.decide(items[1].id, 0, "ada", ACCEPTED, "premier")
        store.decide(items[2].id, 0, "ada", REJECTED)
        store.decide(items[4].id, 0, "ada", REJECTED if number else ACCEPTED)
    return Path(store.path)


def test_accepted_edits_are_examples(store: Store, decided: Path) -> None:
    example = next(learning.examples(store))
    assert [gold.original for gold in example.gold] == ["Associated Press", "premier", "Associated Press"]


def test_what_is_rejected_again_and_again_is_ignored(store: Store, decided: Path, tmp_path: Path) -> None:
    assert learning.ignored(store) == [("final year", 4, 4)]
    (tmp_path / ".unspin.toml").write_text(learning.configuration(learning.ignored(store)))
    assert Configurations().settings_for(tmp_path / "a.txt", None, {}).ignore_words == ("final year",)


def test_decisions_become_a_dictionary(run: Run, decided: Path, tmp_path: Path) -> None:  # noqa: F811
    arguments = ("dict", "learn", "--from-decisions", decided, "--to", "words-decided.tsv", "--ignores", "ignores.toml")
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    learned = (tmp_path / "words-decided.tsv").read_text()
    assert "premier\tform\tprimary minister:" in learned and "associated press\tform\tlinked press:" in learned
    assert '"final year",  # rejected 4 of 4 times' in (tmp_path / "ignores.toml").read_text()
    assert "is there already" in run(*arguments).stderr


@pytest.mark.parametrize(("arguments", "said"), [([], "Name files of pairs"), (["--ignores", "x"], "Name files of pairs")])
def test_learning_needs_something_to_learn_from(run: Run, arguments: list[str], said: str) -> None:  # noqa: F811
    result = run("dict", "learn", *arguments)
    assert result.exit_code == 2 and said in result.stderr


def test_stats(run: Run, decided: Path) -> None:  # noqa: F811
    lines = run("stats", decided).stdout.splitlines()
    assert lines[1].split() == ["US201", "5", "0", "3", "0.625", "[0.306,", "0.863]"]
    [first, *_] = json.loads(run("stats", decided, "--by", "entry", "--format", "json").stdout)
    assert first["entry"] == "phrases: Associated Press" and first["interval"][0] < first["precision"]


def test_stats_of_nothing(run: Run, store: Store) -> None:  # noqa: F811
    assert run("stats", store.path).stdout == "Nothing is decided yet.\n"


def test_decisions_of_the_desk_can_be_applied_to_the_corpus(run: Run, store: Store, unspinner: Unspinner, tmp_path: Path) -> None:  # noqa: F811
    lines = [json.dumps({"id": number, "text": text}) for number, text in enumerate((CLEAN, SPUN, SPUN))]
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    for arrival in queue.arrivals(["in.jsonl"]):
        queue.add(store, unspinner, arrival, "")  # type: ignore[arg-type]
    [first, second] = [item for item in store.sample(Filter(), 100)[2] if item.text == "final year"]
    store.decide(first.id, 0, "ada", ACCEPTED, "in 2019")
    store.decide(second.id, 0, "ada", REJECTED)
    store.decide(store.items(second.article)[0].id, 0, "ada", ACCEPTED)
    (tmp_path / "decided.jsonl").write_text("".join(export.decisions(store)))
    run("batch", "in.jsonl", "edits.jsonl", "--propose")
    result = run("apply", "edits.jsonl", "in.jsonl", "out.jsonl", "--min-confidence", "1", "--decisions", "decided.jsonl")
    assert result.exit_code == 0 and "no effect" not in result.stderr
    texts = [json.loads(line)["text"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert texts == [json.loads(line)["text"] for line in export.repaired(store)]
