from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from tests.fake_engine import Unspinner
from unspin.reporting import json as unspin_json
from unspin.reporting.filereport import FileReport
from unspin.reporting.jsonl import write


def written(*files: FileReport) -> str:
    out = io.StringIO()
    write(files, out)
    return out.getvalue()


def records(*files: FileReport) -> list[Any]:
    return [json.loads(line) for line in written(*files).split("\n")[:-1]]


def test_a_line_is_a_finding_and_its_path(file: FileReport) -> None:
    first, *others = records(file, replace(file, path="other.txt"))
    assert first["path"] == "news.txt"
    assert (first["text"], first["line"], first["column"]) == ("primary minister", 2, 5)
    assert [other["path"] for other in others] == ["news.txt"] * 2 + ["other.txt"] * 3


def test_findings_are_those_of_the_json_format(file: FileReport) -> None:
    schema = unspin_json.schema()
    for record in records(file):
        del record["path"]
        jsonschema.validate(record, {"$ref": "#/$defs/finding", "$defs": schema["$defs"]})


def test_nothing_without_findings() -> None:
    assert written() == ""
    assert written(FileReport("a", Unspinner().analyze(""))) == ""


def test_texts_are_readable_and_stay_on_their_line() -> None:
    lines = written(FileReport("é\n.txt", Unspinner().analyze("Linked Press"))).split("\n")
    assert len(lines) == 2
    assert lines[0].startswith('{"path": "é\\n.txt", ')


@pytest.mark.parametrize("write", [write, unspin_json.write])
def test_a_name_that_is_no_utf8_can_be_written_and_read_back(write: Any) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    write([FileReport("bad\udcff.txt", Unspinner().analyze("Linked Press"))], out)
    out.seek(0)
    assert '"bad\\udcff.txt"' in out.read()
