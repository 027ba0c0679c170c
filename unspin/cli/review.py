"""`unspin review`"""

from __future__ import annotations

import getpass
import secrets
import socket
from pathlib import Path
from typing import Any

import click

from unspin.cli import options
from unspin.cli.inputs import Engine
from unspin.errors import InputError, OutputError, UnspinError

STORE = "unspin-review.sqlite"
TOKEN = "UNSPIN_TOKEN"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SHORTEST_TOKEN = 16


@click.command("review")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--store", metavar="FILE", default=STORE, show_default=True, help="Where articles and decisions are kept.")
@click.option("--field", default="text", show_default=True, help="The field of JSONL records that holds the text.")
@click.option(
    "--host", default=LOOPBACK[0], show_default=True, help="The address to listen at. Others than this machine's need --token."
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port.  [default: a free one]")
@click.option("--token", envvar=TOKEN, help=f"The token that visitors need ({TOKEN}).  [default: a new one each time]")
@click.option("--reviewer", default=None, help="Your name in the log.  [default: your login]")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@options.engine
def command(
    paths: tuple[str, ...],
    store: str,
    field: str,
    host: str,
    port: int,
    token: str | None,
    reviewer: str | None,
    no_browser: bool,
    dictionaries: tuple[Path, ...],
    model: Path | None,
) -> None:
    """Work through articles in the browser: what looks spun is marked, keys accept and reject, every decision is kept.

    PATHS are articles, folders of articles, and JSONL files whose records are articles. Decisions survive restarts, and a later
    analysis of the same article. The same server answers POST /api/analyze and /api/repair (see /api/openapi.json).

    \b
    unspin review articles/
    unspin review crawl.jsonl --store crawl.sqlite --reviewer Ada
    unspin review --store crawl.sqlite          go on
    """
    uvicorn = _uvicorn()
    from unspin.review import queue
    from unspin.review.app import Desk, application
    from unspin.review.store import Store

    if host not in LOOPBACK and token is None:
        raise click.UsageError("Whoever reaches this address could read and decide; choose a --token for them.")
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise click.UsageError(f"The token must have at least {SHORTEST_TOKEN} characters.")
    for path in paths:
        if not Path(path).exists():
            raise InputError(f"{path}: no such file or folder")
    token = token or secrets.token_urlsafe(32)
    engine = Engine(dictionaries, model)
    memory = Store(store)
    desk = Desk(memory, lambda: engine.unspinner, token, reviewer or _login(), f"{[*map(str, dictionaries)]} {model}")
    if paths:
        desk.loading = queue.Loading(memory, desk.engine, desk.key, paths, field)
    _ = engine.unspinner
    listening = _bound(host, port)
    place = listening.getsockname()
    shown = f"[{place[0]}]" if ":" in place[0] else place[0]
    address = f"http://{shown}:{place[1]}/?token={token}"
    click.echo(f"unspin: the desk is at {address}", err=True)
    click.echo(f"unspin: decisions are kept in {store}; Ctrl-C closes the desk", err=True)
    hosts = (
        frozenset({*LOOPBACK, host.lower()})
        if host in LOOPBACK
        else frozenset({host.lower(), socket.gethostname().lower(), *LOOPBACK})
    )
    app = application(desk, hosts)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5)
    )
    if not no_browser:
        click.launch(address)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        memory.close()
    click.echo("unspin: the desk is closed", err=True)


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens. OutputError if it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without the name of the protocol, asyncio would not set TCP_NODELAY, and each answer would wait 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)  # who comes before the server is ready waits
    except OSError as error:
        listening.close()
        raise OutputError(f"{host}:{port}: cannot listen there ({error.strerror or error})") from error
    return listening


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reviewer"


def _uvicorn() -> Any:
    try:
        import python_multipart  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn
    except ImportError as error:
        raise UnspinError("the desk needs packages of its own; run `pip install 'unspin[review]'`") from error
    return uvicorn
