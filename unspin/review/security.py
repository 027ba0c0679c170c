"""Who may use the desk: the right host name, a session token, requests from our own pages only, and limits of size and rate."""

from __future__ import annotations

import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "unspin_session"  # and the port: browsers share cookies among the ports of a host, and each desk has its own token
CSRF_HEADER = "x-csrf-token"
OPEN = ("/static/", "/api/health", "/api/openapi.json")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
SHUT = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>unspin</title>
<link rel="stylesheet" href="/static/review.css">
<main><h1>This desk is not open for you yet</h1>
<p>Open the address that <code>unspin review</code> printed when it started; it holds a token, and a new one each time.
What was decided before is kept.</p></main></html>
"""
CLIENTS = 10_000  # whose rates are remembered


def csrf_token(token: str) -> str:
    """What our pages send along, and no other page knows."""
    return hmac.new(token.encode(), b"csrf", sha256).hexdigest()


def problem(status: int, title: str, detail: str) -> bytes:
    """An error as RFC 9457 has it."""
    return json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}).encode()


class Guard:
    """Lets requests pass that come by a known host name, with the token, and, if they change something, from our own pages.

    The token comes once in the address (`?token=`), then as a cookie; programs send it as a bearer token. `hosts` are the names that the
    server is known by, beside the address that a visitor reaches it at; `allowed` are those of a server before it, which may call it by
    another name than its pages have. Names of others that point here (DNS rebinding) are refused.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: frozenset[str], allowed: frozenset[str] = frozenset()):
        self.app, self._token, self._hosts, self._allowed = app, token, hosts, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "").lower()
        if not (self._is_known(host) or _name(host) == _own_address(scope)):
            return await _refuse(send, 421, "Unknown host", f"This server is not known as {host[:100]!r}.")
        path = scope["path"]
        if path.startswith(OPEN):
            return await self.app(scope, receive, send)
        port = host.rpartition(":")[2]
        cookie = f"{COOKIE}_{port}" if port.isdigit() else COOKIE
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("token")
        if given is not None and scope["method"] == "GET" and self._is_token(given):
            return await self._enter(send, cookie, path, [pair for pair in query if pair[0] != "token"])
        bearer = headers.get("authorization", "")
        if bearer.lower().startswith("bearer ") and self._is_token(bearer[7:].strip()):
            return await self.app(scope, receive, send)
        if not self._is_token(_cookie(headers, cookie)):
            detail = "Open the address that `unspin review` printed; it holds a token. Programs send it as a bearer token."
            if "text/html" in headers.get("accept", "") and not path.startswith("/api/"):
                return await _send(send, 401, SHUT, {"content-type": "text/html; charset=utf-8", "www-authenticate": "Bearer"})
            return await _refuse(send, 401, "A token is needed", detail, {"www-authenticate": "Bearer"})
        if scope["method"] not in SAFE_METHODS:
            origin = headers.get("origin")
            right = hmac.compare_digest(headers.get(CSRF_HEADER, "").encode("latin-1"), csrf_token(self._token).encode())
            if not right or not (origin is None or self._is_ours(origin.lower(), host)):
                return await _refuse(
                    send, 403, "Not from this desk", "The request does not come from one of our pages; reload the page."
                )
        await self.app(scope, receive, send)

    def _is_known(self, host: str) -> bool:
        return _name(host) in self._hosts | self._allowed

    def _is_ours(self, origin: str, host: str) -> bool:
        """Whether a page of this origin may change something: one of the host that is called, or of an allowed name."""
        place = origin.partition("://")[2]
        return place == host or _name(place) in self._allowed

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._token.encode())

    async def _enter(self, send: Send, name: str, path: str, query: list[tuple[str, str]]) -> None:
        """Keep the token in a cookie, and take it out of the address."""
        place = "/" + path.lstrip("/\\") + (f"?{urlencode(query)}" if query else "")
        cookie = f"{name}={self._token}; HttpOnly; SameSite=Strict; Path=/"
        headers = [(b"location", place.encode("ascii", "backslashreplace")), (b"set-cookie", cookie.encode("latin-1"))]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


class Headers:
    """Adds the headers that keep a page to itself."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                added = [(name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in present]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self.app(scope, receive, sending)


class Limits:
    """Refuses bodies of more than `size` bytes, and more than `rate` requests to the API in a minute from one address."""

    def __init__(self, app: ASGIApp, size: int, rate: int):
        self.app, self._size, self._rate = app, size, rate
        self._clients: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens left, when last counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        length = dict(scope["headers"]).get(b"content-length", b"0")
        detail = f"At most {self._size:,} bytes."
        if not length.isdigit() or int(length) > self._size:
            return await _refuse(send, 413, "Too large", detail)
        if scope["path"].startswith("/api/") and scope["path"] != "/api/health" and (wait := self._wait(scope)):
            more = {"retry-after": str(wait)}
            return await _refuse(send, 429, "Too many requests", f"At most {self._rate:,} a minute.", more)
        read = 0

        async def receiving() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._size:
                raise TooLarge(detail)
            return message

        await self.app(scope, receiving, send)

    def _wait(self, scope: Scope) -> int:
        """Seconds until the next request may come; 0 if it may come now."""
        client = (scope.get("client") or ("?", 0))[0]
        now = time.monotonic()
        left, last = self._clients.pop(client, (float(self._rate), now))
        left = min(float(self._rate), left + (now - last) * self._rate / 60)
        self._clients[client] = max(0.0, left - 1), now
        while len(self._clients) > CLIENTS:
            self._clients.popitem(last=False)
        return 0 if left >= 1 else 1 + int((1 - left) * 60 / self._rate)


class TooLarge(Exception):
    """A body without a length was larger than it may be."""


def _name(host: str) -> str:
    """A host without its port."""
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() else host).strip("[]")


def _own_address(scope: Scope) -> str:
    """The address at which a connection was accepted. As it is no name, no DNS answer can make another site's page say it."""
    server = scope.get("server") or ("",)
    return str(server[0]).removeprefix("::ffff:")


def _cookie(headers: Mapping[str, Any], name: str) -> str:
    try:
        cookie = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookie[name].value if name in cookie else ""


async def _refuse(send: Send, status: int, title: str, detail: str, more: Mapping[str, str] | None = None) -> None:
    await _send(send, status, problem(status, title, detail), {"content-type": "application/problem+json", **(more or {})})


async def _send(send: Send, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    pairs = [(name.encode(), value.encode()) for name, value in {**headers, "content-length": str(len(body))}.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
