from __future__ import annotations

import io
import json
from typing import Any

import jsonschema
import pytest

from tests.fake_engine import Unspinner
from unspin.findings import Tier
from unspin.reporting.filereport import FileReport
from unspin.reporting.json import schema, write


def written(*files: FileReport) -> Any:
    stream = io.StringIO()
    write(files, stream)
    return json.loads(stream.getvalue())


@pytest.mark.parametrize("number", [0, 1, 3])
def test_output_follows_the_schema(file: FileReport, number: int) -> None:
    data = written(*[file] * number)
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(data, schema())
    assert len(data["files"]) == number


def test_a_finding_says_where_it_is(file: FileReport) -> None:
    finding = written(file)["files"][0]["findings"][0]
    assert finding["text"] == "primary minister" == file.report.text[finding["start"] : finding["end"]]
    assert (finding["line"], finding["column"]) == (2, 5)
    assert finding["suggestions"][0] == {"text": "prime minister", "confidence": 0.99}


@pytest.mark.parametrize(("tier", "number"), [(Tier.SAFE, 2), (Tier.LIKELY, 3), (Tier.POSSIBLE, 4)])
def test_findings_of_the_tier_and_the_safer_ones(file: FileReport, tier: Tier, number: int) -> None:
    data = written(FileReport("x", file.report, tier))
    assert len(data["files"][0]["findings"]) == number


def test_offsets_count_code_points() -> None:
    report = Unspinner().analyze("“🚀” Linked Press")
    finding = written(FileReport("x", report))["files"][0]["findings"][0]
    assert (finding["start"], finding["end"], finding["column"]) == (4, 16, 5)


def test_the_schema_refuses_what_it_does_not_know(file: FileReport) -> None:
    data = written(file)
    data["files"][0]["findings"][0]["color"] = "red"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema())
