from __future__ import annotations

import io
import json
import math

import pytest

from tests.fake_engine import Unspinner
from unspin.evaluation.metrics import Evaluation, auc
from unspin.evaluation.pairs import parse
from unspin.evaluation.tables import as_record, write
from unspin.findings import Tier

RECORDS = [
    {
        "spun": "The Linked Press met the primary minister in the final year",
        "original": "The Associated Press met the premier in the last year",
    },
    {"spun": "It was bright", "original": "It was clear"},
    {"text": "It is her final year at school"},
    {"text": "Nothing to see"},
]


@pytest.fixture
def evaluation() -> Evaluation:
    result = Evaluation()
    for record in RECORDS:
        pair = parse(record, "")
        result.add(pair, Unspinner().analyze(pair.text))
    return result


def test_counts_by_tier(evaluation: Evaluation) -> None:
    exact, detection = evaluation.exact(Tier.SAFE), evaluation.detection(Tier.SAFE)
    assert (exact.edits, exact.right, exact.gold, exact.reached) == (2, 1, 4, 1)
    assert (detection.edits, detection.right, detection.gold, detection.reached) == (2, 2, 4, 2)
    assert evaluation.exact(Tier.LIKELY).right == 2


def test_figures(evaluation: Evaluation) -> None:
    exact = evaluation.exact(Tier.LIKELY)
    assert exact.precision.value == pytest.approx(2 / 3)
    assert exact.recall.value == pytest.approx(0.5)
    assert exact.f.value == pytest.approx(1.25 * (2 / 3) * 0.5 / (0.25 * 2 / 3 + 0.5))
    assert exact.recall.low <= exact.recall.value <= exact.recall.high


def test_intervals_are_reproducible(evaluation: Evaluation) -> None:
    assert evaluation.exact(Tier.SAFE) == evaluation.exact(Tier.SAFE)


def test_intervals_narrow_with_more_documents(evaluation: Evaluation) -> None:
    many = Evaluation()
    for record in RECORDS * 20:
        pair = parse(record, "")
        many.add(pair, Unspinner().analyze(pair.text))
    few, lots = evaluation.exact(Tier.LIKELY).recall, many.exact(Tier.LIKELY).recall
    assert 0 < lots.high - lots.low < few.high - few.low


def test_codes(evaluation: Evaluation) -> None:
    assert evaluation.codes(Tier.LIKELY) == {"US101": (1, 0, 1), "US201": (1, 1, 1), "US401": (1, 1, 1)}


def test_false_alarms_are_counted_on_clean_documents_only(evaluation: Evaluation) -> None:
    assert evaluation.alarms(Tier.SAFE)[0] == 0
    count, rate = evaluation.alarms(Tier.LIKELY)
    assert count == 1
    assert rate.value == pytest.approx(1e5 / 10)


def test_reliability_covers_every_edit(evaluation: Evaluation) -> None:
    bins = evaluation.reliability()
    assert sum(bin.findings for bin in bins) == 3
    assert [(bin.low, bin.exact) for bin in bins] == [(0.9, 1.0), (0.99, 0.5)]


@pytest.mark.parametrize(
    ("positive", "negative", "expected"), [([2, 3], [0, 1], 1.0), ([0], [1], 0.0), ([1, 1], [1], 0.5), ([0, 2], [1], 0.5)]
)
def test_auc(positive: list[float], negative: list[float], expected: float) -> None:
    assert auc(positive, negative) == expected


def test_without_documents_nothing_is_claimed() -> None:
    empty = Evaluation()
    assert math.isnan(empty.auc())
    assert math.isnan(empty.exact(Tier.SAFE).precision.value)
    assert as_record(empty)["tiers"]["safe"]["exact"]["precision"]["value"] is None


def test_a_tool_that_does_nothing_scores_zero() -> None:
    evaluation = Evaluation()
    pair = parse({"spun": "It was bright", "original": "It was clear"}, "")
    evaluation.add(pair, Unspinner().analyze(pair.text))
    assert evaluation.exact(Tier.SAFE).f.value == 0


def test_the_record_is_json_and_the_tables_show_the_figures(evaluation: Evaluation) -> None:
    assert json.loads(json.dumps(as_record(evaluation), allow_nan=False))["tiers"]["likely"]["exact"]["right"] == 2
    stream = io.StringIO()
    write(evaluation, Tier.LIKELY, stream)
    for shown in ("0.667 [", "US401", "10000.0", "AUC"):
        assert shown in stream.getvalue()
