"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from unspin.findings import Tier

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = click.Choice(["text", "json"])


def tier(default: Tier | None, help: str) -> Callable[[Command], Command]:
    """`--tier`, the least safe tier that a command takes, as a Tier."""
    return click.option(
        "--tier",
        type=click.Choice([tier.value for tier in Tier]),
        callback=lambda context, option, value: None if value is None else Tier(value),
        default=default.value if default else None,
        show_default=default is not None,
        help=help,
    )


def engine(command: Command) -> Command:
    """`--dictionary` and `--model`, for the commands that analyse text."""
    command = click.option(
        "--model",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE.arpa",
        help="A language model to use instead of the built-in one.",
    )(command)
    return click.option(
        "--dictionary",
        "dictionaries",
        type=click.Path(exists=True, path_type=Path),
        multiple=True,
        metavar="FILE|FOLDER",
        help="A dictionary of your own, beside the built-in ones. Can be repeated.",
    )(command)


def paths(command: Command) -> Command:
    """PATHS, at least one."""
    return click.argument("paths", nargs=-1, required=True, type=click.Path(allow_dash=True))(command)
