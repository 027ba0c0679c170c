"""The pages of the desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from unspin import rules
from unspin.findings import Evidence
from unspin.patching import unified_diff
from unspin.reading.source import decode
from unspin.reporting.text import percent, why
from unspin.review import api, queue
from unspin.review.api import PROBLEM
from unspin.review.export import EXPORTS
from unspin.review.security import Guard, Headers, Limits, TooLarge, csrf_token, problem
from unspin.review.store import ACCEPTED, PAGE, REJECTED, STATES, Article, Conflict, Filter, Item, Store, Undone
from unspin.unspinner import Unspinner

SIZE = 20_000_000  # bytes of a request at most
RATE = 600  # requests to the API a minute
SAMPLE = 10  # findings shown before many are decided at once
AROUND = 80  # characters of context in a sample
REVIEWER = "unspin_reviewer"
NAME_LENGTH = 100
OWN_LENGTH = 1000  # of a text that is written by hand
VIEWS = ("marked", "side", "diff")
GONE = "There is no such finding; the article was analysed anew. Reload the page."
HTTP_OK, HTTP_CONFLICT, HTTP_UNPROCESSABLE = 200, 409, 422


@dataclass(slots=True)
class Desk:
    """What the pages work with."""

    store: Store
    engine: Callable[[], Unspinner]
    token: str
    reviewer: str = "reviewer"
    key: str = ""
    """Stands for the engine: articles analysed by another one are analysed anew when they arrive again."""
    loading: queue.Loading | None = None


def application(
    desk: Desk, hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost"}), size: int = SIZE, rate: int = RATE
) -> Starlette:
    """The ASGI application. `hosts` are the names by which it may be called."""
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
            Middleware(Guard, token=desk.token, hosts=hosts),
        ],
        exception_handlers={HTTPException: pages.failed, Conflict: pages.conflict, TooLarge: _too_large},
        lifespan=lifespan,
    )


class Pages:
    """One method for each page or action."""

    def __init__(self, desk: Desk):
        self.desk = desk
        self.store = desk.store
        self._templates = Environment(
            loader=PackageLoader("unspin.review", "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._templates.filters["percent"] = percent
        self._templates.globals["csrf"] = csrf_token(desk.token)
        self._templates.globals["rules"] = rules.RULES

    # Pages

    async def queue(self, request: Request) -> Response:
        """The queue, filtered, a page of it."""
        return await self._queue(request, _filter(request.query_params), _page(request.query_params))

    async def _queue(self, request: Request, filter: Filter, page: int = 1, said: str = "") -> Response:
        total = await run_in_threadpool(self.store.count, filter)
        articles = await run_in_threadpool(self.store.articles, filter, page)
        states = await run_in_threadpool(self.store.states)
        choices = await run_in_threadpool(self.store.choices)
        return self._page(
            request,
            "queue.html",
            articles=articles,
            filter=filter,
            total=total,
            page=page,
            pages=max(1, -(-total // PAGE)),
            states=states,
            choices=choices,
            all_states=[*STATES],
            address=partial(_address, "/", filter),
            query=_query(filter),
            loading=self.desk.loading,
            said=said,
        )

    async def article(self, request: Request) -> Response:
        """An article and its findings."""
        article = self._article(request.path_params["id"])
        return await self._shown(request, article)

    async def bulk(self, request: Request) -> Response:
        """What would be decided at once: how many findings, and a sample of them."""
        filter = _filter(request.query_params)
        return await self._bulk(request, filter)

    async def statistics(self, request: Request) -> Response:
        """How right the suggestions were."""
        codes = await run_in_threadpool(self.store.rates, "code")
        entries = await run_in_threadpool(self.store.rates, "entry")
        return self._page(request, "statistics.html", codes=codes, entries=entries[:200])

    async def audit(self, request: Request) -> Response:
        """The log."""
        page = _page(request.query_params)
        total = await run_in_threadpool(self.store.audited)
        lines = await run_in_threadpool(self.store.audit, page)
        return self._page(request, "audit.html", lines=lines, page=page, pages=max(1, -(-total // PAGE)), total=total)

    async def export(self, request: Request) -> Response:
        """A file to take away."""
        name = request.path_params["name"]
        if name not in EXPORTS:
            raise HTTPException(404, "There is no such export.")
        write, kind = EXPORTS[name]
        lines = (line.encode("utf-8", "replace") for line in write(self.store))
        return StreamingResponse(lines, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})

    # Actions

    async def decide(self, request: Request) -> Response:
        """Accept, reject, open again or flag a finding."""
        form = await request.form()
        id = request.path_params["id"]
        item = self.store.item(id) if id < 1 << 63 else None
        if item is None:
            raise HTTPException(404, GONE)
        action, after, revision = str(form.get("action")), form.get("after"), _number(form.get("revision"))
        if isinstance(after, str) and len(after) > OWN_LENGTH:
            raise HTTPException(HTTP_UNPROCESSABLE, f"A text of your own has at most {OWN_LENGTH:,} characters.")
        reviewer = self._reviewer(request)
        try:
            if action == "flag":
                self.store.flag(item.id, revision, reviewer)
            elif action in (ACCEPTED, REJECTED, "open"):
                verdict = None if action == "open" else action
                self.store.decide(item.id, revision, reviewer, verdict, str(after) if isinstance(after, str) else None)
            else:
                raise HTTPException(HTTP_UNPROCESSABLE, "Nothing that can be done to a finding.")
        except LookupError as error:
            raise HTTPException(404, GONE) from error
        except Conflict as error:
            return await self._shown(request, self._article(item.article), str(error), HTTP_CONFLICT)
        return await self._shown(request, self._article(item.article))

    async def decide_entry(self, request: Request) -> Response:
        """Accept or reject all findings of an entry in an article."""
        form = await request.form()
        article = self._article(request.path_params["id"])
        items = [item for item in self.store.items(article.id) if item.entry == form.get("entry") and item.verdict is None]
        count = self.store.decide_all(items, self._reviewer(request), _verdict(form.get("action")))
        return await self._shown(request, self._article(article.id), f"{count} decided")

    async def decide_bulk(self, request: Request) -> Response:
        """Accept or reject all findings of a filter."""
        form = await request.form()
        filter = _filter({key: str(value) for key, value in form.items()})
        verdict, expected = _verdict(form.get("action")), _number(form.get("count"))
        try:
            count = await run_in_threadpool(self.store.decide_matching, filter, expected, self._reviewer(request), verdict)
        except Conflict as error:
            return await self._bulk(request, filter, str(error), HTTP_CONFLICT)
        return await self._bulk(request, filter, f"{count:,} findings {form.get('action')}. Undo takes all of them back.")

    async def undo(self, request: Request) -> Response:
        """Take back the reviewer's last step; the answer is the page that it was asked from."""
        form = await request.form()
        id, filter = _number(form.get("article")), _filter(request.query_params)
        try:
            undone = await run_in_threadpool(self.store.undo, self._reviewer(request))
        except Conflict as error:
            undone, said = Undone(0, 0, 0, None), str(error)
        else:
            said = "Undone" if undone.count else "Nothing to undo"
            if undone.count > 1:
                said += f": {undone.count:,} in {undone.articles:,} article{'s' if undone.articles > 1 else ''}"
            if undone.left:
                said += f"; {undone.left:,} decided by somebody else since stay"
        first = undone.first
        if first and undone.articles == 1 and first.article != id:
            return _to(_address(f"/articles/{first.article}", filter) + f"#f{first.number}")
        if id:
            here = first is not None and first.article == id
            return await self._shown(request, self._article(id), said, selected=first.number if first and here else 0)
        return await (
            self._bulk(request, filter, said) if form.get("page") == "bulk" else self._queue(request, filter, said=said)
        )

    async def add(self, request: Request) -> Response:
        """Take in an article that is pasted, or the articles of a file that is sent."""
        form = await request.form(max_part_size=SIZE)
        engine = await run_in_threadpool(self.desk.engine)
        found: list[queue.Arrival] = []
        upload, text = form.get("file"), form.get("text")
        if isinstance(upload, UploadFile) and upload.filename:
            data = await upload.read()
            name = upload.filename.replace("\\", "/").rpartition("/")[2]
            if name.endswith((".jsonl", ".ndjson")):
                found = [*queue.of_lines(iter(data.splitlines()), name)]
            else:
                found = [queue.Arrival(name, (await run_in_threadpool(decode, data, name)).text)]
        elif isinstance(text, str) and text.strip():
            title = str(form.get("title") or "").strip()[:NAME_LENGTH]
            found = [queue.Arrival(title or " ".join(text.split()[:8]), text.replace("\r\n", "\n"))]
        if not found:
            raise HTTPException(HTTP_UNPROCESSABLE, "There is no text in it.")
        ids = []
        for arrival in found:
            fresh = replace(arrival, name=self._free(arrival.name))
            ids.append(await run_in_threadpool(queue.add, self.store, engine, fresh, self.desk.key))
        return _to(f"/articles/{ids[0]}" if len(ids) == 1 else "/")

    async def rename(self, request: Request) -> Response:
        """Keep the name of the reviewer in a cookie."""
        name = str((await request.form()).get("reviewer") or "").strip()[:NAME_LENGTH]
        response = Response(status_code=204)
        if name:
            response.set_cookie(REVIEWER, name.encode("utf-8").hex(), samesite="strict", httponly=True, max_age=10_000_000)
        return response

    # Errors

    async def failed(self, request: Request, error: Exception) -> Response:
        """An error as a page, or for programs as a problem."""
        assert isinstance(error, HTTPException)
        if request.url.path.startswith("/api/"):
            said = error.detail if error.detail else "Error"
            return Response(problem(error.status_code, said, said), error.status_code, media_type=PROBLEM, headers=error.headers)
        return self._page(request, "error.html", error.status_code, said=error.detail)

    async def conflict(self, request: Request, error: Exception) -> Response:
        """Somebody else was quicker."""
        return self._page(request, "error.html", HTTP_CONFLICT, said=str(error))

    # Inside

    async def _shown(
        self, request: Request, article: Article, said: str = "", status: int = HTTP_OK, selected: int = 0
    ) -> Response:
        """The article; what is asked for by our script is its inner part only."""
        filter = _filter(request.query_params)
        view = request.query_params.get("view", VIEWS[0])
        items = await run_in_threadpool(self.store.items, article.id)
        repaired = _repaired(article, items)
        changes = [
            ("@", line) if line.startswith("@") else (line[:1], line[1:])
            for line in unified_diff(article.text, "".join(part[0] for part in repaired), "article").split("\n")[2:]
        ]
        same = Counter(item.entry for item in items if item.verdict is None)
        inner = "HX-Request" in request.headers
        return self._page(
            request,
            "_article.html" if inner else "article.html",
            status,
            article=article,
            items=items,
            parts=_parts(article.text, items),
            repaired=repaired,
            changes=changes,
            view=view if view in VIEWS else VIEWS[0],
            views=VIEWS,
            following=await run_in_threadpool(self.store.following, article, filter),
            query=_query(filter),
            said=said,
            conflict=status == HTTP_CONFLICT,
            selected=selected,
            reason=lambda item: why(Evidence(item.lm, item.channel, article.spin_rate)),
            same=lambda item: same[item.entry],
            address=partial(_address, f"/articles/{article.id}", filter),
            undo=_address("/undo", filter, view=view if view in VIEWS[1:] else ""),
            bulk=lambda item: "/bulk?" + urlencode({"entry": item.entry, "text": item.text}),
        )

    async def _bulk(self, request: Request, filter: Filter, said: str = "", status: int = HTTP_OK) -> Response:
        count, articles, sample = await run_in_threadpool(self.store.sample, filter, SAMPLE)
        contexts = [(item, *_context(self._article(item.article).text, item)) for item in sample]
        return self._page(
            request,
            "bulk.html",
            status,
            filter=filter,
            count=count,
            articles=articles,
            contexts=contexts,
            said=said,
            query=_query(filter),
        )

    def _page(self, request: Request, template: str, status: int = HTTP_OK, **values: Any) -> Response:
        values.setdefault("reviewer", self._reviewer(request))
        return HTMLResponse(self._templates.get_template(template).render(**values), status)

    def _article(self, id: int) -> Article:
        article = self.store.article(id) if id < 1 << 63 else None
        if article is None:
            raise HTTPException(404, "There is no such article.")
        return article

    def _reviewer(self, request: Request) -> str:
        try:
            name = bytes.fromhex(request.cookies.get(REVIEWER, "")).decode("utf-8")
        except ValueError:
            name = ""
        return name[:NAME_LENGTH] or self.desk.reviewer

    def _free(self, name: str) -> str:
        """A name that no article has."""
        number, free = 1, name
        while self.store.named(free):
            number += 1
            free = f"{name} ({number})"
        return free


async def _too_large(request: Request, error: Exception) -> Response:
    return Response(problem(413, "Too large", str(error)), 413, media_type=PROBLEM)


def _filter(values: Mapping[str, str]) -> Filter:
    """The filter that an address or a form says; what makes no sense is left out."""
    try:
        confidence = min(1.0, max(0.0, float(values.get("confidence") or 0)))
    except ValueError:
        confidence = 0.0
    said = {name: str(values.get(name) or "") for name in ("state", "search", "code", "tier", "entry", "text")}
    return Filter(**said, confidence=confidence if confidence == confidence else 0.0)


def _query(filter: Filter) -> str:
    return urlencode({key: value for key, value in asdict(filter).items() if value})


def _address(path: str, filter: Filter, **more: Any) -> str:
    """The address of a page with this filter and something more."""
    said = urlencode({key: value for key, value in {**asdict(filter), **more}.items() if value})
    return f"{path}?{said}" if said else path


def _page(values: Mapping[str, str]) -> int:
    return max(1, min(_number(values.get("page")) or 1, 1_000_000))


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _verdict(value: object) -> str:
    if value not in (ACCEPTED, REJECTED):
        raise HTTPException(HTTP_UNPROCESSABLE, "Accept or reject.")
    return str(value)


def _parts(text: str, items: list[Item]) -> list[tuple[str, Item | None]]:
    """An article, cut at its findings."""
    parts: list[tuple[str, Item | None]] = []
    position = 0
    for item in items:
        parts += (text[position : item.start], None), (item.text, item)
        position = item.end
    return [*parts, (text[position:], None)]


def _repaired(article: Article, items: list[Item]) -> list[tuple[str, Item | None]]:
    """The repaired article, cut at the edits that were accepted."""
    accepted = [item for item in items if item.verdict == ACCEPTED]
    return [(text if item is None else item.edit.after, item) for text, item in _parts(article.text, accepted)]


def _context(text: str, item: Item) -> tuple[str, str]:
    before = text[max(0, item.start - AROUND) : item.start]
    return " ".join(before.split(" ")[1:]) if item.start > AROUND else before, text[item.end : item.end + AROUND]


def _to(address: str) -> Response:
    """Lead the browser to a page, from a request of our script."""
    return Response(status_code=204, headers={"HX-Redirect": address})
