from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.corpus.operation import Change, Item, Replacement, Reverting
from unspin.corpus.record import DEPTH, Record, parse

LOG = {"spin_rate": 0.1, "edits": []}


def logged(record: Record, edits: list[tuple[int, int, str]]) -> str:
    """The line with these edits and their log."""
    rest = {"code": "US101", "entry": "phrase: a", "confidence": 0.9, "tier": "safe"}
    log = [{"start": s, "end": e, "before": record.text[s:e], "after": after, **rest} for s, e, after in edits]
    return record.changed(Change("", [Replacement(*edit) for edit in edits], {"spin_rate": 0.1, "edits": log}))


def reverted(line: str) -> str:
    """The line as it was before."""
    record = parse(line, "text")
    return record.changed(Reverting()(Item(1, None, record.text, record.logged())))


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
    new = record.changed(Change("a", [], LOG))
    assert new.replace(f', "unspin": {json.dumps(LOG)}', "") == line
    assert json.loads(new)["unspin"] == LOG
    assert json.loads(logged(record, [(0, 1, "b")]))["text"] == "b"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (
            '{"n": 1.10, "article" : { "body":{"z":1e400 , "text" : "a\\u0020b" } , "text": "x"}, "text": "y"}',
            "article.body.text",
        ),
        ('{"a.b": "a\\u0020b", "a": {"b": "x"}}', "a.b"),
        ('{"a": {"b.c": "a\\u0020b", "b": {"c": "x"}}, "b.c": "y"}', "a.b.c"),
        ('{"a": {"b": "x", "b": "a\\u0020b"}}', "a.b"),
        ('{"a": {"b": "x"}, "a": {"b": "a\\u0020b"}}', "a.b"),
    ],
)
def test_texts_inside_of_objects(line: str, field: str) -> None:
    """A field whose name has a dot comes first."""
    record = parse(line, field)
    assert record.text == "a b"
    new = logged(record, [(1, 3, "-c")])
    assert new.startswith(line.replace("\\u0020b", "-c")[:-1] + ', "unspin": {')
    again = parse(new, field)
    assert again.changed(Reverting()(Item(1, None, again.text, again.logged()))) == line


def test_ids_inside_of_objects() -> None:
    line = '{"text": "a", "of": {"id": {"n": 1.0}}}'
    assert parse(line, "text", "of.id").id == '{"n": 1.0}'
    assert parse(line, "text", "of.id.n").id == "1.0"
    assert parse(line, "text", "of.n").id is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"a": "x"}', "no field 'a.b'"),
        ('{"a": null}', "no field 'a.b'"),
        ('{"a": [{"b": "x"}]}', "no field 'a.b'"),
        ('{"b": "x"}', "no field 'a.b'"),
        ('{"a": {"b": 3}}', "field 'a.b' is a number, not a text"),
        ('{"a": {"b": {"c": "x"}}}', "field 'a.b' is an object, not a text"),
    ],
)
def test_what_is_no_text_inside_of_objects(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parse(line, "a.b")


def test_integers_of_any_length() -> None:
    line = '{"n": ' + "9" * 10_000 + ', "text": "a"}'
    assert ("9" * 10_000) in logged(parse(line, "text"), [(0, 1, "b")])


def test_ascii_stays_ascii() -> None:
    assert logged(parse('{"text": "caf\\u00e9"}', "text"), [(0, 4, "thé")]).isascii()
    assert '"thé"' in logged(parse('{"text": "café"}', "text"), [(0, 4, "thé")])


def test_escapes_outside_of_edits_stay_as_they_are() -> None:
    line = '{"text": "\\u0041\\/\\ud83d\\ude00 \\ud800 a\\n\\u00e9 b"}'
    record = parse(line, "text")
    assert logged(record, [(record.text.index("a"), record.text.index("a") + 1, "new")]).startswith(
        line.replace(" a", " new")[:-1]
    )


def test_the_log_of_an_earlier_run_is_kept_inside() -> None:
    first = logged(parse('{"text": "a"}', "text"), [(0, 1, "b")])
    second = logged(parse(first, "text"), [(0, 1, "c")])
    assert json.loads(second)["unspin"]["previous"] == json.loads(first)["unspin"]
    assert reverted(second) == first
    assert reverted(first) == '{"text": "a"}'


def test_a_log_that_comes_first_is_taken_away() -> None:
    line = '{"unspin": {"edits": []} , "text": "a"}'
    assert json.loads(reverted(line)) == {"text": "a"}


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


def test_null_is_no_log_and_comes_back() -> None:
    line = '{"text": "a", "unspin": null}'
    assert parse(line, "text").logged() is None
    changed = logged(parse(line, "text"), [(0, 1, "b")])
    assert json.loads(changed)["unspin"]["previous"] is None
    assert reverted(changed) == line


@pytest.mark.parametrize("depth", [DEPTH, DEPTH + 1])
@pytest.mark.parametrize("line", ['{"n": %s, "text": "a\\"["}', '{"text": "a", "unspin": {"n": %s}}', '{"text": "a", "id": %s}'])
def test_how_deep_a_record_may_be_does_not_depend_on_the_caller(line: str, depth: int) -> None:
    inner = depth - line.count("{")
    line %= "[" * inner + "]" * inner
    if depth > DEPTH:
        with pytest.raises(ValueError, match="nested too deeply"):
            parse(line, "text")
    else:
        record = parse(line, "text")
        assert record.logged() is None or record.logged()


def test_brackets_in_texts_are_not_nested() -> None:
    for text in ("[" * 600, '\\"{' * 600, "[]" * 600):
        assert parse(f'{{"text": "{text}", "n": {[[1]] * 600}}}', "text").text


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), json_values), st.text(), st.text(), st.booleans(), st.sampled_from([None, 1]))
def test_any_object_is_read_as_json_reads_it(
    fields: dict[str, Any], text: str, new: str, ascii: bool, indent: int | None
) -> None:
    fields = {key: value for key, value in fields.items() if key != "unspin"} | {"text": text}
    line = json.dumps(fields, ensure_ascii=ascii, indent=indent)
    record = parse(line, "text")
    assert record.text == text
    changed = logged(record, [(0, len(text), new)])
    read = json.loads(changed)
    assert read.pop("unspin")["edits"][0]["before"] == text
    assert read == {**fields, "text": new}
    assert reverted(changed) == line


@given(st.text(), st.data(), st.booleans())
def test_what_is_taken_back_is_what_was_there_byte_for_byte(text: str, data: st.DataObject, ascii: bool) -> None:
    literal = json.dumps(text, ensure_ascii=ascii).replace("/", "\\/")
    line = f'{{"text":{literal} ,"n":1.10}}'
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), unique=True, max_size=6)))
    edits = [(start, end, data.draw(st.text())) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    assert reverted(logged(parse(line, "text"), edits)) == line


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
