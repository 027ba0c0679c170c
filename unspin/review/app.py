"""The web application of the desk: pages, API and static files behind their guards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from unspin.errors import InputError
from unspin.review import api
from unspin.review.api import PROBLEM
from unspin.review.pages import SIZE, Desk, Pages
from unspin.review.security import Guard, Headers, Limits, TooLarge, problem
from unspin.review.store import Conflict

RATE = 600  # requests to the API a minute


def application(
    desk: Desk,
    hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost"}),
    size: int = SIZE,
    rate: int = RATE,
    allowed: frozenset[str] = frozenset(),
) -> Starlette:
    """The ASGI application. `hosts` are the names by which it may be called, `allowed` those of a server before it."""
    pages = Pages(desk)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if desk.loading:
            desk.loading.start()
        yield
        if desk.loading:
            await run_in_threadpool(desk.loading.stop)

    return Starlette(
        routes=[
            Route("/", pages.queue),
            Route("/articles", pages.add, methods=["POST"]),
            Route("/articles/{id:int}", pages.article),
            Route("/articles/{id:int}/findings/{number:int}", pages.finding),
            Route("/articles/{id:int}/entry", pages.decide_entry, methods=["POST"]),
            Route("/findings/{id:int}", pages.decide, methods=["POST"]),
            Route("/undo", pages.undo, methods=["POST"]),
            Route("/bulk", pages.bulk),
            Route("/bulk", pages.decide_bulk, methods=["POST"]),
            Route("/reviewer", pages.rename, methods=["POST"]),
            Route("/statistics", pages.statistics),
            Route("/audit", pages.audit),
            Route("/export/{name}", pages.export),
            *api.routes(desk.engine),
            Mount("/static", StaticFiles(directory=str(resources.files("unspin.review") / "static"))),
        ],
        middleware=[
            Middleware(Headers),
            Middleware(Limits, size=size, rate=rate),
            Middleware(Guard, token=desk.token, hosts=hosts, allowed=allowed),
        ],
        exception_handlers={
            HTTPException: pages.failed,
            Conflict: pages.conflict,
            InputError: pages.unreadable,
            TooLarge: _too_large,
        },
        lifespan=lifespan,
    )


async def _too_large(request: Request, error: Exception) -> Response:
    return Response(problem(413, "Too large", str(error)), 413, media_type=PROBLEM)
