from __future__ import annotations

import json
from base64 import b64decode

import pytest

from tests.corpus.test_jsonl import capital
from unspin.corpus.operation import Change, Item, Replacement
from unspin.corpus.work import Done, Job, reject
from unspin.errors import ModelError

LOG = {"spin_rate": 0.3, "spun": True, "edits": [], "findings": 2}


def test_what_is_edited_is_counted() -> None:
    done = Done()
    assert [done.change(Job(capital), Item(n, None, text)) is None for n, text in enumerate(("a", "B", ""))] == [
        False,
        False,
        True,
    ]
    totals = done.totals
    assert (totals.records, totals.edited, totals.edits, totals.dropped) == (3, 1, 1, 1)


def test_what_is_dropped_for_its_spin_rate_counts_in_the_summary_only() -> None:
    done = Done()
    assert done.change(Job(lambda item: Change("", [], LOG, 7, dropped=True)), Item(1, None, "a")) is None
    assert (done.totals.dropped, done.totals.spun, done.totals.words, sum(done.totals.spin_rates)) == (1, 1, 7, 1)


def test_what_is_taken_back_counts_as_edited() -> None:
    done = Done()
    change = Change("a", [Replacement(0, 1, "a")], None)
    assert done.change(Job(lambda item: change), Item(1, None, "A")) is change
    assert done.change(Job(lambda item: Change("a", [], None)), Item(2, None, "a")) is not None
    assert (done.totals.records, done.totals.edited, done.totals.edits) == (2, 1, 1)


def test_what_is_rejected_is_counted_once() -> None:
    def fail(item: Item) -> Change:
        raise ValueError("of no use")

    done = Done()
    with pytest.raises(ValueError, match="of no use") as told:
        done.change(Job(fail), Item(5, None, "a"))
    done.reject(5, b'{"text": "a"}', told.value)
    assert (done.totals.records, done.totals.rejected) == (1, 1)
    assert [json.loads(line) for line in done.rejects] == [{"line": 5, "reason": "of no use", "raw": '{"text": "a"}'}]


def test_a_fault_of_ours_at_a_text_rejects_it_but_one_of_the_surroundings_does_not() -> None:
    def fail(item: Item) -> Change:
        raise {"text": IndexError("7"), "disk": OSError("full"), "engine": ModelError("gone")}[item.text]

    with pytest.raises(ValueError, match=r"internal error \(IndexError: 7\)"):
        Done().change(Job(fail), Item(1, None, "text"))
    for text, error in (("disk", OSError), ("engine", ModelError)):
        with pytest.raises(error):
            Done().change(Job(fail), Item(1, None, text))


@pytest.mark.parametrize("raw", [b"caf\xe9", b"\xff" * 9, b"\xed\xa0\x80"])
def test_what_is_not_utf_8_is_kept_in_base64_besides(raw: bytes) -> None:
    assert b64decode(json.loads(reject(1, raw, ""))["base64"]) == raw
    assert "base64" not in json.loads(reject(1, "café \ufffd".encode(), ""))
