"""`unspin review`"""

from __future__ import annotations

import getpass
import ipaddress
import re
import secrets
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from unspin.cli import options
from unspin.cli.inputs import Engine
from unspin.errors import InputError, OutputError, UnspinError, missing

STORE = "unspin-review.sqlite"
TOKEN = "UNSPIN_TOKEN"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Hosts that stand for all addresses of the machine, and the one of these that a browser on it takes."""
SHORTEST_TOKEN = 16
ELSEWHERE = ("192.0.2.1", 9)  # RFC 5737: an address that nobody has


def _token(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """A token that addresses, cookies and headers hold as it is."""
    if value is not None and len(value) < SHORTEST_TOKEN:
        raise click.BadParameter(f"must have at least {SHORTEST_TOKEN} characters.", context, option)
    if value is not None and not re.fullmatch(r"[A-Za-z0-9._~-]+", value):
        raise click.BadParameter("may have letters from A to Z, digits, and . _ ~ - only.", context, option)
    return value


def _names(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    """Names of hosts, without address and port."""
    for value in values:
        if not re.fullmatch(r"[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:]+\]?", value):
            raise click.BadParameter(f"{value!r} is no name of a host, such as desk.example.org.", context, option)
    return frozenset(value.strip("[]").lower() for value in values)


@click.command("review")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--store", metavar="FILE", default=STORE, show_default=True, help="Where articles and decisions are kept.")
@click.option("--field", default="text", show_default=True, help="The field of JSONL records that holds the text.")
@click.option(
    "--host", default=LOOPBACK[0], show_default=True, help="The address to listen at. Others than this machine's need --token."
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port.  [default: a free one]")
@click.option(
    "--allow-host",
    "allowed",
    multiple=True,
    callback=_names,
    metavar="NAME",
    help="A name that visitors call the desk by, if a server with TLS is before it. Can be repeated.",
)
@click.option(
    "--token", envvar=TOKEN, callback=_token, help=f"The token that visitors need ({TOKEN}).  [default: a new one each time]"
)
@click.option("--reviewer", default=None, help="Your name in the log.  [default: your login]")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@options.engine
def command(
    paths: tuple[str, ...],
    store: str,
    field: str,
    host: str,
    port: int,
    allowed: frozenset[str],
    token: str | None,
    reviewer: str | None,
    no_browser: bool,
    dictionaries: tuple[Path, ...],
    model: Path | None,
) -> None:
    """Work through articles in the browser: what looks spun is marked, keys accept and reject, every decision is kept.

    PATHS are articles, folders of articles, and JSONL files whose records are articles. Decisions survive restarts, and a later
    analysis of the same article. Files are looked at as `unspin check` does, with their configuration and comments, at all tiers.
    The same server answers POST /api/analyze and /api/repair (see /api/openapi.json).

    \b
    unspin review articles/
    unspin review crawl.jsonl --store crawl.sqlite --reviewer Ada
    unspin review --store crawl.sqlite     # go on
    unspin review --port 8765 --allow-host desk.example.org     # behind a server with TLS
    """
    uvicorn = _uvicorn()
    from unspin.linting.config import Configurations
    from unspin.review import queue
    from unspin.review.app import application
    from unspin.review.pages import Desk
    from unspin.review.store import Store

    if host not in LOOPBACK and token is None:
        raise click.UsageError("Whoever reaches this address could read and decide; choose a --token for them.")
    for path in paths:
        if not Path(path).exists():
            raise InputError(f"{path}: no such file or folder")
    token = token or secrets.token_urlsafe(32)
    settings = Configurations().settings_for(
        Path(paths[0] if paths else STORE), None, {"dictionaries": dictionaries, "model": model}
    )
    engine = Engine(settings.dictionaries, settings.model)
    memory = Store(store)
    key = f"{[*map(str, settings.dictionaries)]} {settings.model}"
    desk = Desk(memory, lambda: engine.unspinner, token, reviewer or _login(), key)
    if paths:
        desk.loading = queue.Loading(memory, desk.engine, desk.key, paths, field)
    _ = engine.unspinner
    listening = _bound(host, port)
    place, port = listening.getsockname()[:2]
    address = _address(EVERYWHERE.get(place, place), port, token)
    click.echo(f"unspin: the desk is at {address}", err=True)
    for other in _outside(place):
        click.echo(f"unspin: for others, at {_address(other, port, token)}", err=True)
    for name in sorted(allowed):
        click.echo(f"unspin: through a server with TLS, at https://{name}/?token={token}", err=True)
    click.echo(f"unspin: decisions are kept in {store}; Ctrl-C closes the desk", err=True)
    names = {host.lower(), *LOOPBACK} | ({socket.gethostname().lower()} if host not in LOOPBACK else set())
    app = application(desk, frozenset(names), allowed=allowed)
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


def _address(host: str, port: int, token: str) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/?token={token}"


def _outside(place: str) -> list[str]:
    """The addresses of this machine that others reach, if the desk listens at all of them."""
    if place not in EVERYWHERE:
        return []
    found = {str(info[4][0]) for info in _resolved(socket.gethostname())}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way, suppress(OSError):
        way.connect(ELSEWHERE)  # sends nothing, but says which way it would go
        found.add(way.getsockname()[0])
    families = (4, 6) if ":" in place else (4,)
    known = [ipaddress.ip_address(each) for each in found if "%" not in each]
    return [str(each) for each in sorted(known, key=str) if each.version in families and not each.is_loopback]


def _resolved(name: str) -> list[Any]:
    try:
        return socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except OSError:
        return []


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
        raise UnspinError(missing("the desk", "review", error)) from error
    return uvicorn
