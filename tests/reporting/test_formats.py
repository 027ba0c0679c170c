from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from unspin.reporting import concise
from unspin.reporting.filereport import FileReport, Note
from unspin.reporting.formats import FORMATS, writer
from unspin.reporting.json import schema

SARIF = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_writer(name: str) -> None:
    assert callable(writer(name))


def test_the_writer_is_the_formats_own() -> None:
    assert writer("concise") is concise.write


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("github", "::warning file=news.txt,line=2,title=unspin comment::`unspin: ignore` 100%25\n"),
        ("json", '"notes": [{"line": 2, "message": "`unspin: ignore` 100%"}]'),
        ("rdjson", '"location": {"path": "news.txt", "range": {"start": {"line": 2}}}, "severity": "WARNING"}'),
        ("junit", "<system-err>\nnews.txt:2: `unspin: ignore` 100%\n</system-err>"),
        ("sarif", '"toolExecutionNotifications": [{"level": "warning", "message": {"text": "`unspin: ignore` 100%"}'),
    ],
)
def test_programs_are_told_of_comments(file: FileReport, name: str, expected: str) -> None:
    noted = replace(file, notes=(Note(2, "`unspin: ignore` 100%"),))
    out = io.StringIO()
    writer(name)([noted], out)
    assert expected in out.getvalue()
    if name == "json":
        jsonschema.validate(json.loads(out.getvalue()), schema())
    if name == "sarif":
        jsonschema.Draft4Validator(SARIF).validate(json.loads(out.getvalue()))


@pytest.mark.parametrize("name", ["", "filereport", "../json", "TEXT"])
def test_other_modules_are_no_formats(name: str) -> None:
    with pytest.raises(KeyError):
        writer(name)


@pytest.mark.parametrize("description", FORMATS.values())
def test_descriptions_take_one_line(description: str) -> None:
    assert description and "\n" not in description and len(description) < 70


def test_listing_the_formats_loads_none_of_them() -> None:
    code = "import sys, unspin.reporting.formats; print(*{'rich', 'json', 'xml.etree'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
