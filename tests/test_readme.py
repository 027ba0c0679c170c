"""What the README says is what the program does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from unspin import rules
from unspin.cli.main import COMMANDS, cli
from unspin.linting import config
from unspin.reporting.formats import FORMATS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SESSIONS = re.findall(r"^```\n\$ unspin (.*)\n((?:.+\n)+?)```$", README, re.MULTILINE)
"""Commands and what the README says that they print."""


def test_the_catalogue_of_codes_is_current() -> None:
    assert rules.reference() in README


def test_the_reference_of_the_configuration_is_current() -> None:
    assert config.reference() in README


def test_every_command_and_format_is_named() -> None:
    assert [name for name in COMMANDS if f"unspin {name}" not in README] == []
    assert [name for name in FORMATS if f"`{name}`" not in README] == []


def test_explain_all_prints_every_code() -> None:
    result = CliRunner().invoke(cli, ["explain", "--all"])
    assert result.exit_code == 0
    for rule in rules.RULES.values():
        assert rule.spun in result.output


@pytest.mark.parametrize(("command", "shown"), SESSIONS)
def test_what_commands_print_is_current(command: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    printed = CliRunner().invoke(cli, command.split()).stdout.splitlines()
    assert [line for line in shown.splitlines() if line not in printed] == []


def test_what_it_says_in_python_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """One block after the other, as in one session."""
    pytest.importorskip("datatrove", reason="needs pip install 'unspin[datatrove]'")
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    session: dict[str, Any] = {}
    for block in sorted(blocks, key=lambda block: "datatrove" in block):
        exec(block, session)
    assert len(blocks) == 3
    assert session["repair"].text != session["text"] and session["doc"].spans["unspin"]


def test_the_first_example_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    command, diff = re.findall(r"^`unspin (fix .*)`, in part:\n\n```diff\n((?:.+\n)+?)```$", README, re.MULTILINE)[0]
    assert len(SESSIONS) == 2
    assert diff in CliRunner().invoke(cli, command.split()).stdout
