"""The command `unspin`. Its subcommands are imported when they are asked for: `unspin --version` must not wait for numpy."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from errno import EFBIG, EIO, ENOSPC
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from unspin import __version__
from unspin.errors import ConfigError, DictionaryError, ModelError, OutputError, UnspinError, meant

OK, FINDINGS, USAGE, FAILURE, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: nothing to report, findings left, usage or configuration, unreadable input or internal error, Ctrl-C."""

COMMANDS = {
    "check": "show findings",
    "fix": "restore the original wording in files",
    "score": "say how likely documents are spun",
    "batch": "repair a corpus: JSONL or Parquet",
    "apply": "make the edits that batch proposed",
    "revert": "take back what batch or apply did",
    "review": "work through articles in the browser",
    "stats": "say how right suggestions were, by decisions",
    "explain": "say what a code means, or why a phrase is flagged",
    "dict": "list, check and extend dictionaries",
    "eval": "measure on spun and original texts",
    "model": "install neural language models",
    "cache": "show or empty the cache of earlier results",
}

YOUNG = 50_000
"""Objects made before the garbage collector looks at them: most are modules and dictionaries, which stay."""


def exit_code(error: UnspinError) -> int:
    """What the process exits with after this error."""
    return USAGE if isinstance(error, ConfigError | DictionaryError | ModelError) else FAILURE


def complain(error: UnspinError | str) -> None:
    """Say on standard error what went wrong, on one line: a path may contain commands for the terminal."""
    from unspin.reporting.text import printable

    click.echo(f"unspin: {printable(str(error))}", err=True)


class Commands(click.Group):
    """The subcommands, each in its own module, and what all have in common when something goes wrong."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"unspin.cli.{cmd_name}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(_no_such_command(args[0]), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UnspinError as error:
            complain(error)
            ctx.exit(exit_code(error))
        except (KeyboardInterrupt, click.Abort):
            click.echo("\nunspin: interrupted", err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno in (ENOSPC, EFBIG, EIO) and error.filename is None:
                complain(OutputError(f"cannot write the output ({error.strerror})"))
                ctx.exit(FAILURE)
            import traceback

            traceback.print_exc()
            click.echo("unspin: internal error; please report it with the lines above", err=True)
            ctx.exit(FAILURE)


def _no_such_command(name: str) -> str:
    if Path(name).exists():
        return f"No such command '{name}'. To look at the file: unspin check {name}"
    nearest = meant(name.lower(), COMMANDS)
    return f"No such command '{name}'." + (f" Did you mean '{nearest}'?" if nearest else "")


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 clean, 1 findings left, 2 usage or configuration, 3 some input could not be read.",
)
@click.version_option(__version__, "-V", "--version", prog_name="unspin", message="%(prog)s %(version)s")
def cli() -> None:
    """Detect and restore text damaged by article spinners.

    \b
    unspin check article.txt       show what looks spun
    unspin fix article.txt         restore what is safe to restore
    unspin COMMAND --help          options and examples
    """


def main() -> NoReturn:
    """The entry point of the process."""
    gc.set_threshold(YOUNG)
    # A killed process cleans up its temporary files like an interrupted one.
    signal.signal(signal.SIGTERM, _terminate)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed, as some schedulers leave them; a file would get its number
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that lacks a character shall show the rest
        sys.stdout.reconfigure(errors="replace")
    try:
        cli(prog_name="unspin")
    except SystemExit as end:
        if "unspin.processes" in sys.modules and end.code:
            sys.modules["unspin.processes"].leave(end.code if isinstance(end.code, int) else FAILURE)
        raise
    sys.exit(OK)


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
