"""`unspin cache`"""

from __future__ import annotations

import shutil

import click


@click.group("cache")
def command() -> None:
    """Show or empty the cache: compiled dictionaries, the language model, and what was found in files that did not change.

    \b
    unspin cache path
    unspin cache clean
    """


@command.command("path")
def path() -> None:
    """Print the folder. Set UNSPIN_CACHE to have another.

    \b
    unspin cache path
    """
    from unspin import cache

    click.echo(cache.folder())


@command.command("clean")
def clean() -> None:
    """Remove everything in it; the next run compiles again.

    \b
    unspin cache clean
    """
    from unspin import cache

    folder = cache.folder()
    removed = 0
    for pattern in cache.CONTENTS:
        for found in folder.glob(pattern):
            removed += 1
            if found.is_dir():
                shutil.rmtree(found, ignore_errors=True)
            else:
                found.unlink(missing_ok=True)
    click.echo(f"unspin: {folder}: {'emptied' if removed else 'nothing there'}", err=True)
