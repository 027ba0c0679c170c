from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest

from tests.fake_engine import Unspinner
from unspin import __version__
from unspin.findings import Finding, Report, Suggestion, Tier
from unspin.reporting.filereport import FileReport
from unspin.reporting.sarif import artifact_location, relative_uri, write
from unspin.rules import RULES

SCHEMA = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text(encoding="utf-8"))

Written = Callable[..., Any]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    """Write files with fingerprints that tell what they were made of; the run of a valid log."""
    baseline = ModuleType("unspin.linting.baseline")
    vars(baseline)["fingerprint"] = fingerprint
    monkeypatch.setitem(sys.modules, "unspin.linting", ModuleType("unspin.linting"))
    monkeypatch.setitem(sys.modules, "unspin.linting.baseline", baseline)

    def run(*files: FileReport) -> Any:
        out = io.StringIO()
        write(files, out)
        log = json.loads(out.getvalue())
        jsonschema.Draft4Validator(SCHEMA).validate(log)
        assert log["version"] == "2.1.0"
        return log["runs"][0]

    return run


def fingerprint(finding: Finding, report: Report, path: str) -> str:
    return f"{path} {finding.text} {report.words}"


def with_finding(file: FileReport, finding: Finding) -> FileReport:
    return replace(file, report=replace(file.report, findings=(finding,)))


def test_the_schema_is_one_that_can_refuse(written: Written, file: FileReport) -> None:
    run = {**written(file), "colour": "red"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate({"version": "2.1.0", "runs": [run]})


def test_a_result(written: Written, file: FileReport) -> None:
    location = {"uri": "news.txt", "uriBaseId": "%SRCROOT%", "index": 0}
    region = {"startLine": 3, "startColumn": 15, "endLine": 3, "endColumn": 25, "charOffset": 88, "charLength": 10}
    assert file.report.text[88:98] == "final year"
    assert written(file)["results"][2] == {
        "ruleId": "US401",
        "ruleIndex": list(RULES).index("US401"),
        "level": "warning",
        "message": {
            "text": '"final year" looks spun; the author probably wrote "last year". Or "past year". Confidence 0.93 (likely).'
        },
        "locations": [{"physicalLocation": {"artifactLocation": location, "region": region}}],
        "fixes": [
            {
                "description": {"text": 'Write "last year".'},
                "artifactChanges": [
                    {
                        "artifactLocation": location,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "last year"}}],
                    }
                ],
            }
        ],
        "rank": 93.0,
        "partialFingerprints": {"unspin/v1": "news.txt final year 17"},
        "properties": {"confidence": 0.93, "tier": "likely", "spinRate": round(file.report.spin_rate, 6)},
    }


def test_fingerprints_are_those_of_the_baseline(file: FileReport) -> None:
    from unspin.linting import baseline

    out = io.StringIO()
    write([file], out)
    results = json.loads(out.getvalue())["runs"][0]["results"]
    expected = [baseline.fingerprint(finding, file.report, file.path) for finding in file.findings]
    assert [result["partialFingerprints"]["unspin/v1"] for result in results] == expected


def test_the_tool_and_its_rules(written: Written) -> None:
    driver = written()["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("unspin", __version__)
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    assert all(RULES[rule["id"]].spun in rule["help"]["text"] for rule in driver["rules"])


def test_results_point_to_their_rule(written: Written, file: FileReport) -> None:
    run = written(replace(file, tier=Tier.POSSIBLE))
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [result["ruleId"] for result in run["results"]]


def test_the_safer_the_more_serious(written: Written, file: FileReport) -> None:
    levels = [result["level"] for result in written(replace(file, tier=Tier.POSSIBLE))["results"]]
    assert levels == ["error", "note", "error", "warning"]


def test_no_results_without_findings(written: Written) -> None:
    assert (written()["results"], written()["artifacts"]) == ([], [])
    run = written(FileReport("empty.txt", Unspinner().analyze("")))
    assert run["results"] == []
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == ["empty.txt"]


def test_results_point_to_their_file(written: Written, file: FileReport) -> None:
    run = written(FileReport("clean.txt", Unspinner().analyze("Nothing.")), file, replace(file, path="./news.txt"))
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == ["clean.txt", "news.txt"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run["results"]]
    assert [place["index"] for place in places] == [1] * 6


def test_columns_count_code_points(written: Written) -> None:
    run = written(FileReport("x", Unspinner().analyze("\r\n“🚀” Linked Press")))
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert (region["startLine"], region["startColumn"], region["charOffset"]) == (2, 5, 6)


def test_a_finding_over_several_lines(written: Written, file: FileReport) -> None:
    start = file.report.text.index("final\r\nyear")
    finding = replace(file.findings[-1], start=start, end=start + 11)
    region = written(with_finding(file, finding))["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 57, "endLine": 3, "endColumn": 5, "charOffset": start, "charLength": 11}


def test_a_fix_keeps_its_line_breaks(written: Written, file: FileReport) -> None:
    finding = replace(file.findings[0], suggestions=(Suggestion("prime\r\nminister", 0.9),))
    fix = written(with_finding(file, finding))["results"][0]["fixes"][0]
    assert fix["description"]["text"] == 'Write "prime minister".'
    assert fix["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "prime\r\nminister"


def test_a_fix_may_delete(written: Written, file: FileReport) -> None:
    finding = replace(file.findings[0], suggestions=(Suggestion("", 0.9),))
    fix = written(with_finding(file, finding))["results"][0]["fixes"][0]
    assert fix["description"]["text"] == "Delete it."
    assert fix["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == ""


def test_braces_and_control_characters_stay_text(written: Written, file: FileReport) -> None:
    result = written(with_finding(file, replace(file.findings[0], text="{0}\x00\x1b[2J")))["results"][0]
    assert result["message"]["text"].startswith('"{{0}}��[2J" looks spun')


def test_a_code_that_has_no_rule_is_reported(written: Written, file: FileReport) -> None:
    assert written(with_finding(file, replace(file.findings[0], code="US999")))["results"][0]["ruleIndex"] == -1


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a/b.txt", "a/b.txt"),
        ("./a b.txt", "a%20b.txt"),
        ("ü#?%:.txt", "%C3%BC%23%3F%25%3A.txt"),
        ("bad\udcff.txt", "bad%FF.txt"),
        ("/root/of/it/a.txt", "a.txt"),
        ("a/../b.txt", "b.txt"),
        ("back\\slash\n", "back%5Cslash%0A"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="paths of POSIX")
def test_a_file_below_the_root_is_relative_to_it(path: str, uri: str) -> None:
    assert artifact_location(path, Path("/root/of/it")) == {"uri": uri, "uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize("path", ["/elsewhere/ü.txt", "../../../elsewhere/ü.txt"])
@pytest.mark.skipif(sys.platform == "win32", reason="paths of POSIX")
def test_a_file_elsewhere_is_absolute(path: str) -> None:
    assert artifact_location(path, Path("/root/of/it")) == {"uri": "file:///elsewhere/%C3%BC.txt"}


def test_standard_input_is_nowhere(written: Written, file: FileReport) -> None:
    run = written(replace(file, path="-"), replace(file, path="stdin"))
    assert [artifact["location"] for artifact in run["artifacts"]] == [
        {"uri": "stdin", "index": 0},
        {"uri": "stdin", "uriBaseId": "%SRCROOT%", "index": 1},
    ]


def test_backslashes_of_windows_become_slashes() -> None:
    assert relative_uri(PureWindowsPath(r"docs\a b.txt")) == "docs/a%20b.txt"


@pytest.mark.parametrize("path", ["a:b", "?q", "#f", "a%41", "日本/ü ö.txt", "tab\t\n"])
def test_a_uri_leads_back_to_the_path(path: str) -> None:
    parts = urlsplit(relative_uri(Path(path)))
    assert (parts.scheme, parts.query, parts.fragment) == ("", "", "")
    assert unquote(parts.path) == path
