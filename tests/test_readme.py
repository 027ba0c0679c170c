"""What the README says is what the program does."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from unspin import rules
from unspin.cli.main import COMMANDS, cli
from unspin.linting import config
from unspin.reporting.formats import FORMATS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


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
