from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.corpus.record import parse

LOG = {"spin_rate": 0.1, "edits": []}


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "a"}',
        ' { "n" : 1.10 , "big": 1e400, "int": 123456789012345678901234567890, "text" : "a", "z": [null, {"text": "b"}] } ',
        '{"text": "x", "text": "a"}',
        '{"\\u0074ext": "a"}',
    ],
)
def test_all_but_text_and_log_stays_as_it_is(line: str) -> None:
    record = parse(line, "text")
    assert record.text == "a"
    new = record.with_edits("a", LOG)
    assert new.replace(f', "unspin": {json.dumps(LOG)}', "") == line
    assert json.loads(new)["unspin"] == LOG
    assert json.loads(record.with_edits("b", LOG))["text"] == "b"


def test_integers_of_any_length() -> None:
    line = '{"n": ' + "9" * 10_000 + ', "text": "a"}'
    assert ("9" * 10_000) in parse(line, "text").with_edits("b", LOG)


def test_ascii_stays_ascii() -> None:
    assert parse('{"text": "caf\\u00e9"}', "text").with_edits("thé", LOG).isascii()
    assert '"thé"' in parse('{"text": "café"}', "text").with_edits("thé", LOG)


def test_lone_surrogates_stay_escaped() -> None:
    line = parse('{"a": "é", "text": "x\\ud800"}', "text").with_edits("y\ud800", LOG)
    assert json.loads(line.encode())["text"] == "y\ud800"


def test_the_log_of_an_earlier_run_is_kept_inside() -> None:
    first = parse('{"text": "a"}', "text").with_edits("b", {"edits": [1]})
    second = json.loads(parse(first, "text").with_edits("c", {"edits": [2]}))
    assert second == {"text": "c", "unspin": {"edits": [2], "previous": {"edits": [1]}}}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ('{"text": "a"', "Expecting ','"),
        ('{"text" "a"}', "Expecting ':'"),
        ('{"text": "a",}', "Expecting property name"),
        ('{"text": "a"} x', "Extra data"),
        ('{"text": "a\nb"}', "Invalid control character"),
        ("[1]", "not a JSON object"),
        ("{}", "no field 'text'"),
        ('{"text": null}', "is null, not a text"),
        ('{"text": 1.5}', "is a number, not a text"),
        ('{"text": ["a"]}', "is a list, not a text"),
        ('{"text": ' + "[" * 100_000, "nested too deeply"),
    ],
)
def test_what_cannot_be_used_is_refused(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(line, "text")


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.text(), json_values), st.text(), st.text(), st.booleans(), st.sampled_from([None, 1]))
def test_any_object_is_read_as_json_reads_it(
    fields: dict[str, Any], text: str, new: str, ascii: bool, indent: int | None
) -> None:
    fields = {**fields, "text": text}
    line = json.dumps(fields, ensure_ascii=ascii, indent=indent)
    record = parse(line, "text")
    assert record.text == text
    assert json.loads(record.with_edits(new, LOG)) == {**fields, "text": new, "unspin": LOG} | (
        {"unspin": {**LOG, "previous": fields["unspin"]}} if "unspin" in fields else {}
    )


@given(st.text(alphabet='{}[]",: \\text1e.u0a-\n'))
def test_any_line_is_read_or_refused_as_json_does(line: str) -> None:
    try:
        parsed: Any = json.loads(line)
    except ValueError:
        parsed = None
    if isinstance(parsed, dict) and isinstance(parsed.get("text"), str):
        assert parse(line, "text").text == parsed["text"]
    else:
        with pytest.raises(ValueError):
            parse(line, "text")
