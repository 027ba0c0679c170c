from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fake_engine import Unspinner
from tests.review.conftest import CLEAN, SPUN
from unspin.errors import InputError
from unspin.review.article import ACCEPTED, REJECTED
from unspin.review.filter import Filter
from unspin.review.store import Conflict, Store

ROOT = Path(__file__).parents[2]


def verdicts(store: Store, article: int) -> list[str | None]:
    return [item.verdict for item in store.items(article)]


def test_the_queue_is_sorted_by_spin_rate(store: Store, unspinner: Unspinner) -> None:
    for name, text in (("clean", CLEAN), ("spun", SPUN), ("short", "Linked Press")):
        store.add(name, unspinner.analyze(text))
    assert [article.name for article in store.articles()] == ["short", "spun", "clean"]
    assert [article.name for article in store.articles(page=2, size=2)] == ["clean"]


def test_states_follow_from_decisions(store: Store, article: int) -> None:
    items = store.items(article)
    assert store.states() == {"new": 1, "in progress": 0, "done": 0, "flagged": 0}
    store.decide(items[0].id, 0, "ada", ACCEPTED)
    assert store.states()["in progress"] == 1
    store.decide_all(items, "ada", REJECTED)
    assert store.states()["done"] == 1
    found = store.article(article)
    assert found and (found.open, found.state) == (0, "done")


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        (Filter(search="primary mini"), ["spun"]),
        (Filter(search='"; DROP TABLE articles; --'), []),
        (Filter(search="clea"), ["clean"]),
        (Filter(code="US101"), ["spun"]),
        (Filter(code="US101", tier="possible"), []),
        (Filter(entry="phrases: said"), ["spun"]),
        (Filter(confidence=0.999), []),
        (Filter(state="done"), ["clean"]),
        (Filter(state="nonsense"), ["spun", "clean"]),
    ],
)
def test_filters(store: Store, unspinner: Unspinner, article: int, filter: Filter, names: list[str]) -> None:
    store.add("clean", unspinner.analyze(CLEAN))
    assert [found.name for found in store.articles(filter)] == names
    assert store.count(filter) == len(names)


def test_a_decision_on_what_somebody_else_changed_is_a_conflict(store: Store, article: int) -> None:
    item = store.items(article)[0]
    store.decide(item.id, item.revision, "ada", ACCEPTED, "Associate Press")
    with pytest.raises(Conflict, match=r"“Linked Press” was changed by somebody else in the meantime \(“Associate Press”\)"):
        store.decide(item.id, item.revision, "bob", REJECTED)
    with pytest.raises(Conflict):
        store.flag(item.id, item.revision, "bob")
    assert verdicts(store, article)[0] == ACCEPTED
    with pytest.raises(LookupError):
        store.decide(999, 0, "ada", ACCEPTED)


def test_of_two_reviewers_at_once_one_wins(store: Store, article: int, tmp_path: Path) -> None:
    item = store.items(article)[0]
    outcomes: list[str] = []

    def decide(name: str) -> None:
        other = Store(tmp_path / "desk.sqlite")
        try:
            other.decide(item.id, 0, name, ACCEPTED, name)
            outcomes.append(name)
        except Conflict:
            outcomes.append("conflict")
        other.close()

    threads = [threading.Thread(target=decide, args=(f"r{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes).count("conflict") == 7
    assert store.audited() == 1


def test_undo_goes_back_step_by_step(store: Store, article: int) -> None:
    items = store.items(article)
    store.decide(items[0].id, 0, "ada", ACCEPTED)
    store.flag(items[1].id, 0, "ada")
    assert store.decide_all(items, "ada", REJECTED) == 4
    store.decide(items[0].id, 1, "ada", REJECTED)
    assert [store.undo("ada").count for _ in range(5)] == [1, 4, 1, 1, 0]
    assert verdicts(store, article) == [None] * 5
    assert not any(item.flagged for item in store.items(article))
    assert store.undo("bob").count == 0


def test_undo_does_not_touch_what_somebody_else_decided_since(store: Store, article: int) -> None:
    item = store.items(article)[0]
    store.decide(item.id, 0, "ada", ACCEPTED)
    store.decide(item.id, 1, "bob", REJECTED)
    with pytest.raises(Conflict, match="decided by somebody else"):
        store.undo("ada")
    assert verdicts(store, article)[0] == REJECTED
    assert store.undo("bob").count == 1
    assert verdicts(store, article)[0] == ACCEPTED


def test_undo_goes_on_before_what_somebody_else_decided_since(store: Store, article: int) -> None:
    first, second, *_ = store.items(article)
    store.decide(first.id, 0, "ada", ACCEPTED)
    store.decide(second.id, 0, "ada", ACCEPTED)
    store.decide(second.id, 1, "bob", REJECTED)
    with pytest.raises(Conflict):
        store.undo("ada")
    assert (store.audit()[0]["old_verdict"], store.audit()[0]["verdict"]) == (REJECTED, REJECTED)  # the log does not lie
    assert store.undo("ada").count == 1
    assert verdicts(store, article)[:2] == [None, REJECTED]


def test_undo_of_many_leaves_what_somebody_else_decided_since(store: Store, article: int) -> None:
    items = store.items(article)
    store.decide_all(items, "ada", ACCEPTED)
    store.decide(items[3].id, 1, "bob", REJECTED)
    undone = store.undo("ada")
    assert (undone.count, undone.articles, undone.left) == (4, 1, 1)
    assert verdicts(store, article) == [None, None, None, REJECTED, None]


def test_many_are_decided_only_if_they_are_as_many_as_shown(store: Store, article: int) -> None:
    with pytest.raises(Conflict, match="There are 2 now"):
        store.decide_matching(Filter(code="US201"), 3, "ada", ACCEPTED)
    assert verdicts(store, article) == [None] * 5 and store.audited() == 0
    assert store.decide_matching(Filter(code="US201"), 2, "ada", ACCEPTED) == 2
    assert [item.after for item in store.items(article)] == ["Associated Press", None, None, None, "Associated Press"]


def test_findings_that_are_gone_are_not_decided(store: Store, unspinner: Unspinner, article: int) -> None:
    items = store.items(article)
    store.add("spun", unspinner.analyze(CLEAN))
    assert store.decide_all(items, "ada", ACCEPTED) == 0
    with pytest.raises(LookupError):
        store.decide(items[0].id, 0, "ada", ACCEPTED)


def test_samples_are_drawn_from_what_is_open(store: Store, unspinner: Unspinner) -> None:
    for n in range(6):
        store.decide(store.items(store.add(str(n), unspinner.analyze(SPUN)))[0].id, 0, "ada", REJECTED)
    count, articles, sample = store.sample(Filter(code="US201", search="minister", state="in progress"), 4)
    assert (count, articles, len(sample)) == (6, 6, 4)
    assert all(item.code == "US201" and item.verdict is None for item in sample)
    assert store.sample(Filter(code="US999"), 4) == (0, 0, [])


def test_flagged_articles_can_be_found(store: Store, article: int) -> None:
    assert store.count(Filter(state="flagged")) == 0
    store.flag(store.items(article)[0].id, 0, "ada")
    assert store.count(Filter(state="flagged")) == 1 == store.states()["flagged"]


def test_choices_follow_the_findings(store: Store, unspinner: Unspinner, article: int) -> None:
    assert store.choices()["code"] == ["US101", "US201", "US401"]
    assert store.choices()["entry"][0] == "phrases: Associated Press"
    store.add("spun", unspinner.analyze("Linked Press"))
    assert store.choices() == {"code": ["US201"], "entry": ["phrases: Associated Press"]}
    store.add("spun", unspinner.analyze(CLEAN))
    assert store.choices() == {"code": [], "entry": []}


def test_a_store_of_the_first_version_is_taken_over(store: Store, article: int, tmp_path: Path) -> None:
    store.decide(store.items(article)[0].id, 0, "ada", ACCEPTED)
    old = """DROP TRIGGER kinds_more; DROP TRIGGER kinds_less; DROP TABLE kinds; DROP INDEX findings_by_trait; DROP INDEX articles_by_rank;
        ALTER TABLE findings DROP COLUMN decided; CREATE INDEX findings_by_kind ON findings (article, code, tier, confidence);
        CREATE INDEX articles_by_rate ON articles (spin_rate DESC, id); PRAGMA user_version = 1"""
    sqlite3.connect(tmp_path / "desk.sqlite").executescript(old)
    again = Store(tmp_path / "desk.sqlite")
    assert verdicts(again, article) == [ACCEPTED, None, None, None, None]
    assert again.sample(Filter(), 10)[0] == 4 and again.choices()["code"] == ["US101", "US201", "US401"]
    assert again.undo("ada").count == 1
    again.close()


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "x.sqlite")
    db.execute("CREATE TABLE invoices (id INTEGER)")
    db.close()
    before = (tmp_path / "x.sqlite").read_bytes()
    with pytest.raises(InputError, match="a database of something else"):
        Store(tmp_path / "x.sqlite")
    assert (tmp_path / "x.sqlite").read_bytes() == before


def test_decisions_survive_another_analysis(store: Store, unspinner: Unspinner, article: int) -> None:
    first, *_, last = store.items(article)
    store.decide(first.id, 0, "ada", ACCEPTED, "AP")
    store.decide(last.id, 0, "ada", REJECTED)
    store.add("spun", unspinner.analyze(SPUN + " The primary minister left."))
    assert verdicts(store, article) == [ACCEPTED, None, None, None, None, None]
    store.add("spun", unspinner.analyze(SPUN))
    assert verdicts(store, article) == [ACCEPTED, None, None, None, REJECTED]
    assert store.items(article)[0].after == "AP"
    assert store.undo("ada").count == 1


def test_what_is_current_need_not_be_analysed_again(store: Store, unspinner: Unspinner) -> None:
    store.add("a", unspinner.analyze(SPUN), "engine 1")
    assert store.current("a", SPUN, "engine 1")
    assert not store.current("a", SPUN, "engine 2")
    assert not store.current("a", SPUN + "!", "engine 1")
    assert not store.current("b", SPUN, "engine 1")


def test_the_log_cannot_be_changed(store: Store, article: int, tmp_path: Path) -> None:
    store.decide(store.items(article)[0].id, 0, "ada", ACCEPTED)
    db = sqlite3.connect(tmp_path / "desk.sqlite")
    for change in ("DELETE FROM log", "UPDATE log SET reviewer = 'bob'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(change)
    [line] = store.audit()
    assert (line["reviewer"], line["old_verdict"], line["verdict"], line["after"]) == ("ada", None, ACCEPTED, "Associated Press")


def test_rates_count_what_was_right(store: Store, article: int) -> None:
    items = store.items(article)
    store.decide(items[0].id, 0, "ada", ACCEPTED)
    store.decide(items[1].id, 0, "ada", ACCEPTED, "premier")
    store.decide(items[4].id, 0, "ada", REJECTED)
    assert {rate.name: (rate.right, rate.other, rate.wrong) for rate in store.rates("code")} == {
        "US101": (0, 1, 0),
        "US201": (1, 0, 1),
    }
    assert store.rates("entry")[0].precision == 0.5


def test_the_repaired_text_has_the_accepted_edits(store: Store, article: int) -> None:
    items = store.items(article)
    store.decide(items[0].id, 0, "ada", ACCEPTED)
    store.decide(items[2].id, 0, "ada", ACCEPTED, "in 2019")
    [(_, text, edits)] = store.repaired()
    assert text == "The Associated Press met the primary minister in 2019. He mentioned the Linked Press."
    assert len(edits) == 2


def test_the_repaired_text_keeps_its_lines(store: Store, unspinner: Unspinner) -> None:
    report = unspinner.analyze("The Linked Press met him.")
    [finding] = report.findings
    broken = replace(report, text="The Linked\nPress met him.", findings=(replace(finding, text="Linked\nPress"),))
    [item] = store.items(store.add("a", broken))
    store.decide(item.id, 0, "ada", ACCEPTED, "Guardian")
    [(_, text, edits)] = store.repaired()
    assert text == "The Guardian\nmet him."
    assert [edit.after for edit in edits] == ["Guardian", "\n"]


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("The Linked Press met him.", "The met him."),
        ("Linked Press met him.", "met him."),
        ("He met the Linked Press, again", "He met the, again"),
        ("He met the Linked Press\nagain", "He met the\nagain"),
        ("(Linked Press) met him", "() met him"),
        ("The Linked Press primary minister left", "The left"),
    ],
)
def test_deleted_words_take_a_space_along(store: Store, unspinner: Unspinner, text: str, repaired: str) -> None:
    for item in store.items(store.add("a", unspinner.analyze(text))):
        store.decide(item.id, 0, "ada", ACCEPTED, "")
    [(_, found, edits)] = store.repaired()
    assert found == repaired
    assert [text[edit.start : edit.end] for edit in edits] == [edit.before for edit in edits]


def test_next_is_the_next_open_article_of_the_queue(store: Store, unspinner: Unspinner) -> None:
    ids = [store.add(str(n), unspinner.analyze("Linked Press" + " word" * n)) for n in range(4)]
    found = [store.article(id) for id in ids]
    assert found[0] and found[3]
    assert store.following(found[0]) == ids[1]
    assert store.following(found[3]) == ids[0]
    store.decide_all(store.items(ids[1]), "ada", REJECTED)
    assert store.following(found[0]) == ids[2]


@pytest.mark.parametrize("content", [b"not a database, but a text that is long enough to be looked at" * 20])
def test_another_file_is_not_taken_for_a_store(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(InputError, match="cannot be used as the memory"):
        Store(tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == content


def test_a_kill_loses_no_decision(tmp_path: Path, store: Store, article: int) -> None:
    script = (
        "import os, sys\nfrom unspin.review.store import Store\n"
        f"store = Store({str(tmp_path / 'desk.sqlite')!r})\n"
        f"for item in store.items({article}):\n"
        "    store.decide(item.id, 0, 'ada', 'accepted')\n"
        "    print(item.id, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -9 and len(done.stdout.split()) == 5
    assert verdicts(Store(tmp_path / "desk.sqlite"), article) == [ACCEPTED] * 5
