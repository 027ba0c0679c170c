from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.errors import InputError
from unspin.findings import Evidence, Finding, Suggestion, Tier
from unspin.reading.records import read


def texts(content: str, suffix: str, *fields: str) -> list[str]:
    return [prose.text for prose in read(content, suffix, fields or ("text",), f"x{suffix}")]


def test_the_chosen_fields_of_json_lines() -> None:
    content = '{"id": 1, "text": "One\\n\\u201ctwo\\u201d \\ud83d\\ude00", "title": "T"}\n\n{"text": 7}\n{"text":"Three"}'
    assert texts(content, ".jsonl") == ["One\n“two” 😀", "Three"]
    assert texts(content, ".jsonl", "title", "text") == ["One\n“two” 😀", "T", "Three"]


def test_the_chosen_columns_of_a_table() -> None:
    content = 'id,text,x\r\n1,"a ""b"", c\nd",5\r\n2,plain,\r\n3,,6\r\n'
    assert texts(content, ".csv") == ['a "b", c\nd', "plain"]
    assert texts("text\tid\nx, y\t1\n", ".tsv") == ["x, y"]
    assert texts('id\ttext\n1\t"a\tb ""c"""\n2\t"Yes," he said.\n3\t"No\n', ".tsv") == ['a\tb "c"', '"Yes," he said.', '"No']
    assert texts("\nid,text\n\n1,a\n \n\r\n2,b\n\n", ".csv") == ["a", "b"]
    assert texts("text\n\na\n", ".csv") == ["a"]
    assert texts('id;text\r\n1,5;"a;b, c"\r\n2;d, e\r\n', ".csv") == ["a;b, c", "d, e"]
    assert texts("text\na;b\n", ".csv") == texts("text,id;x\na;b,1\n", ".csv") == ["a;b"]


@pytest.mark.parametrize(
    ("suffix", "content", "message"),
    [
        (".jsonl", '{"text": "a"}\n{"text": "b"', "x.jsonl:2: malformed JSON: Expecting"),
        (".jsonl", "[1]\n", "x.jsonl:1: not a JSON object"),
        (".jsonl", '{"a": ' + "[" * 100_000, "x.jsonl:1: nested too deeply"),
        (".jsonl", '{"body": "b", "id": 1}\n{"body": "c"}', "x.jsonl: no record has text in 'text'; choose with --field: 'body'"),
        (".jsonl", '{"id": 1}\n', "x.jsonl: no record has text in 'text'; there is text in no field"),
        (".csv", "id,body\n1,2\n", "x.csv: no record has text in 'text'; choose with --field: 'id', 'body'"),
        (".csv", ", ".join(f"column {n}" for n in range(9999)), " …"),
        (".csv", 'id,text\n1,"a"b"\n', "x.csv:2: a stray quotation mark"),
        (".csv", "id,text\n1\n", "x.csv:2: has 1 cells, too few for the header"),
    ],
)
def test_broken_records(suffix: str, content: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        texts(content, suffix)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("suffix", "content", "after", "spelled"),
    [
        (".csv", "text\nten thousand\n", "10,000", None),
        (".csv", "text\nten thousand\n", '10"', None),
        (".csv", "text\nten thousand\n", "10;000", "10;000"),
        (".csv", "id;text\n1;ten thousand\n", "10,000", "10,000"),
        (".csv", "id;text\n1;ten thousand\n", "10;000", None),
        (".csv", 'text\n"ten thousand"\n', '10,000 "', '10,000 ""'),
        (".tsv", "text\nten thousand\n", "10,000", "10,000"),
        (".tsv", "text\nten thousand\n", "10\t000", None),
        (".jsonl", '{"text": "ten thousand"}\n', '10"\n', '10\\"\\n'),
    ],
)
def test_new_text_is_spelled_as_the_cell_needs_it_or_refused(suffix: str, content: str, after: str, spelled: str | None) -> None:
    (prose,) = read(content, suffix, ("text",), f"x{suffix}")
    assert prose.escape(after) == spelled
    finding = Finding("US101", "e", 0, 3, "ten", (Suggestion(after, 0.9),), Tier.SAFE, Evidence(0, 0, 0))
    placed = prose.place(finding)
    assert (placed.suggestions[0].text if placed else None) == spelled


def test_of_a_run_of_escapes_only_those_of_the_finding_are_replaced() -> None:
    escaped = "".join(f"\\u{ord(character):04x}" for character in "One ten two")
    (prose,) = read(f'{{"text": "\\ud83d\\ude00{escaped}"}}\n', ".jsonl", ("text",), "x.jsonl")
    placed = prose.place(Finding("US101", "e", 5, 8, "ten", (Suggestion("10", 0.9),), Tier.SAFE, Evidence(0, 0, 0)))
    assert placed is not None
    assert placed.text == "\\u0074\\u0065\\u006e"


def test_an_empty_file_has_no_records() -> None:
    assert texts("", ".jsonl") == texts("\n", ".csv") == []
    assert texts("id,text\n", ".csv") == texts("id,text\n1,\n", ".csv") == []


CELL = st.text(alphabet='ab ",\n\r\té', max_size=8)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_tables_are_read_as_pythons_csv_module_reads_them(rows: list[tuple[str, str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows([("id", "text"), *rows])
    expected = [row[1] for row in [*csv.reader(io.StringIO(stream.getvalue(), newline=""))][1:] if row[1]]
    if expected:
        assert texts(stream.getvalue(), ".csv") == expected


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5), st.booleans())
def test_json_strings_are_decoded(values: list[str], ascii_only: bool) -> None:
    content = "\n".join(json.dumps({"text": value}, ensure_ascii=ascii_only) for value in values)
    expected = [value for value in values]
    assert texts(content, ".jsonl") == expected
