from __future__ import annotations

import json
from typing import Any

import pytest

from unspin.corpus.summary import EDGES, TOP, Totals, summary


def log(rate: float | None, *entries: str, spun: bool | None = False) -> dict[str, Any]:
    return {"spin_rate": rate, "spun": spun, "edits": [{"entry": entry} for entry in entries]}


def counted(*logs: dict[str, Any]) -> Totals:
    totals = Totals()
    for each in logs:
        totals.count(each, 100)
    return totals


@pytest.mark.parametrize(
    ("rate", "name"),
    [(0.0, "0-0.01"), (0.0099, "0-0.01"), (0.01, "0.01-0.02"), (0.12, "0.1-0.15"), (0.5, "0.5-1"), (1.0, "0.5-1")],
)
def test_a_rate_is_in_the_bin_that_begins_with_it(rate: float, name: str) -> None:
    bins = summary(counted(log(rate)), 1.0, 0, None)["spin_rates"]
    assert {bin for bin, count in bins.items() if count} == {name}
    assert len(bins) == len(EDGES) + 1


def test_what_is_removed_counts_no_longer() -> None:
    first, second = counted(log(0.2, "a", spun=True)), counted(log(0.2, "a", "b"), log(0.0))
    second.rejected, second.dropped = 1, 2
    total = Totals()
    total.add(first)
    total.add(second)
    total.remove(second)
    assert total == first and [*total.entries] == ["a"]


def test_records_without_a_rate_are_in_no_bin() -> None:
    assert sum(counted(log(None, spun=None)).spin_rates) == 0


def test_counts_add_up() -> None:
    parts = counted(log(0.2, "a", "b", spun=True), log(0.0)), counted(log(0.2, "a", spun=True))
    parts[1].rejected, parts[1].dropped, parts[1].records = 1, 2, 6
    total = Totals()
    for part in parts:
        total.add(part)
    assert (total.edited, total.edits, total.spun, total.words) == (2, 3, 2, 300)
    assert (total.rejected, total.dropped, total.records) == (1, 2, 6)
    assert total.entries == {"a": 2, "b": 1} and total.spin_rates[EDGES.index(0.2) + 1] == 2
    assert parts[0].entries == {"a": 1, "b": 1}


def test_totals_come_back_from_a_file() -> None:
    totals = counted(log(0.2, "a", spun=True))
    again = Totals.from_json(json.loads(json.dumps(totals.as_json())))
    assert again == totals
    again.count(log(0.2, "a"), 1)
    assert totals.entries == {"a": 1}


def test_a_summary_has_the_entries_edited_most_and_the_throughput_of_this_run() -> None:
    totals = counted(*(log(0.2, *(f"entry {i}" for i in range(n))) for n in range(TOP + 5)))
    record = summary(totals, 2.0, 1000, 5000)
    assert [*record["entries"].values()] == [*range(TOP + 4, 4, -1)]
    assert (record["words"], record["words_per_second"], record["bytes_per_second"]) == (100 * (TOP + 5), 500, 2500)
    assert summary(totals, 0.0, 0, None)["bytes_per_second"] is None
