"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from unspin.cli.inputs import STDIN, Inputs
from unspin.findings import Tier

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = click.Choice(["text", "json"])
FILE = click.Path(dir_okay=False, path_type=Path)


def _several(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Each value, and the parts of those that list several with commas."""
    for value in values:
        if not value.strip(", "):
            raise click.BadParameter("names no code.", context, option)
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def complete_codes(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The codes that a shell may offer for what is typed; of several with commas, for the last one."""
    from unspin.rules import RULES

    before, comma, begun = incomplete.rpartition(",")
    return [before + comma + code for code in RULES if code.startswith(begun.upper())]


def _model(context: click.Context, option: click.Parameter, value: str | None) -> Path | None:
    """The name of a neural model, or a path that exists."""
    from unspin.neural.weights import AUTO, MODELS, is_neural

    if value is None:
        return None
    if not is_neural(value) and not Path(value).is_file():
        known = ", ".join([AUTO, *MODELS])
        raise click.BadParameter(f"{value!r} is neither a file nor the name of a model ({known}).", context, option)
    return Path(value)


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
        callback=_model,
        metavar="NAME|FILE",
        help="Ask a neural model, too (smollm2, auto, a GGUF file); or use other trigrams (an ARPA file).",
    )(command)
    return click.option(
        "--dictionary",
        "dictionaries",
        type=click.Path(exists=True, path_type=Path),
        multiple=True,
        metavar="FILE|FOLDER",
        help="A dictionary of your own, beside the built-in ones. Can be repeated.",
    )(command)


def sources(command: Command) -> Command:
    """What is looked at and how, for the commands that take files: PATHS and the options that `inputs` understands."""
    command = engine(command)
    for decorate in reversed(
        [
            click.argument("paths", nargs=-1, type=click.Path(allow_dash=True, readable=False)),
            click.option(
                "--stdin-filename",
                metavar="NAME",
                help="What - is to be taken for: its format, its settings, and its name in reports.",
            ),
            click.option(
                "--files-from",
                metavar="FILE",
                type=click.Path(allow_dash=True, readable=False),
                help="Take the paths from a list, too.",
            ),
            click.option(
                "--exclude",
                multiple=True,
                metavar="PATTERN",
                help="Leave files of folders out, by a gitignore pattern. Can be repeated.",
            ),
            click.option("--force-exclude", is_flag=True, help="Leave out what is excluded even if it is named."),
            click.option(
                "--gitignore/--no-gitignore",
                "respect_gitignore",
                default=None,
                help="Leave out what git ignores.  [default: --gitignore]",
            ),
            click.option("--skip-quotes/--no-skip-quotes", default=None, help="Leave quotations alone."),
            click.option(
                "--ignore-words", multiple=True, metavar="TEXT", help="Never report this entry or text. Can be repeated."
            ),
            click.option(
                "--ignore-regex", multiple=True, metavar="REGEX", help="Leave text alone that this matches. Can be repeated."
            ),
            click.option(
                "--field",
                "fields",
                multiple=True,
                metavar="NAME",
                help="A column of .jsonl and .csv files that holds text. Can be repeated.  [default: text]",
            ),
            click.option("--config", metavar="FILE", type=FILE, help="A configuration file instead of the one that is found."),
            click.option("--isolated", is_flag=True, help="Look for no configuration file."),
            click.option("--cache/--no-cache", default=None, help="Analyse unchanged files only once.  [default: --cache]"),
            click.option("-j", "--jobs", type=click.IntRange(0, 1024), help="Processes to use.  [default: one for each core]"),
        ]
    ):
        command = decorate(command)
    return command


def codes(command: Command) -> Command:
    """`--select` and `--ignore`."""
    for name, help in [
        ("--ignore", "Leave findings of these codes out."),
        ("--select", "Take findings of these codes only, e.g. US101,US2."),
    ]:
        command = click.option(name, multiple=True, callback=_several, shell_complete=complete_codes, metavar="CODES", help=help)(
            command
        )
    return command


def baseline(command: Command) -> Command:
    """`--baseline` and `--no-baseline`."""
    for decorate in (
        click.option("--no-baseline", is_flag=True, help="Take known findings, too, whatever the configuration says."),
        click.option("--baseline", type=FILE, metavar="FILE", help="Leave out the known findings that this file lists."),
    ):
        command = decorate(command)
    return command


def inputs(
    paths: tuple[str, ...],
    stdin_filename: str | None,
    files_from: str | None,
    config: Path | None,
    force_exclude: bool = False,
    isolated: bool = False,
    no_baseline: bool = False,
    **settings: Any,
) -> Inputs:
    """What the options of `sources` and `codes`, and other settings given on the command line, say."""
    if stdin_filename is not None:
        if files_from is not None or paths not in ((), (STDIN,)):
            raise click.UsageError("--stdin-filename is for standard input (-) alone.")
        if not stdin_filename or stdin_filename == STDIN:
            raise click.BadParameter("is no name of a file.", param_hint="'--stdin-filename'")
        paths = (STDIN,)
    if files_from == STDIN and STDIN in paths:
        raise click.UsageError("Standard input can be a list of paths or a text, not both.")
    listed = (*paths, *_listed(files_from)) if files_from is not None else paths
    if not listed and files_from is None:
        raise click.UsageError("Name a file or a folder, or - for standard input.")
    if isolated and config is not None:
        raise click.UsageError("--isolated looks at no configuration file, --config names one: choose one.")
    if no_baseline and settings.get("baseline") is not None:
        raise click.UsageError("--no-baseline and --baseline contradict each other: choose one.")
    found = Inputs(listed, settings, config, force_exclude, stdin_filename, isolated, no_baseline)
    _ = found.settings  # a fault in the configuration is told before anything is printed
    return found


def _listed(files_from: str) -> list[str]:
    from unspin.reading import discovery, source

    return [*discovery.listed(os.fsdecode(source.read_bytes(files_from)))]
