"""The pages of the desk: one method for each, and for each action."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial, wraps
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from unspin import rules
from unspin.findings import Evidence
from unspin.reading.source import decode
from unspin.reporting.text import counted, percent, why
from unspin.review import queue
from unspin.review.addresses import HTTP_UNPROCESSABLE, address_of, filter_of, number_of, page_of, query_of, verdict_of
from unspin.review.api import PROBLEM
from unspin.review.article import ACCEPTED, REJECTED, Article, Item, edits
from unspin.review.excerpts import at_edits, at_findings, changes, context
from unspin.review.export import EXPORTS
from unspin.review.filter import STATES, Filter
from unspin.review.security import csrf_token, problem
from unspin.review.store import PAGE, Conflict, Store, Undone
from unspin.unspinner import Unspinner

SIZE = 20_000_000  # bytes of a request at most
SAMPLE = 10  # findings shown before many are decided at once
REVIEWER = "unspin_reviewer"
NAME_LENGTH = 100
OWN_LENGTH = 1000  # of a text that is written by hand
SHOWN_FAULTS = 3
VIEWS = ("marked", "side", "diff")
GONE = "There is no such finding; the article was analysed anew. Reload the page."
HTTP_OK, HTTP_CONFLICT = 200, 409


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


def _with_form(action: Callable[[Pages, Request, FormData], Response]) -> Callable[[Pages, Request], Awaitable[Response]]:
    """An action that is given the form of its request, and is done in a thread of its own."""

    async def answer(self: Pages, request: Request) -> Response:
        form = await request.form(max_part_size=SIZE)
        return await run_in_threadpool(action, self, request, form)

    return wraps(action)(answer)


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

    def queue(self, request: Request) -> Response:
        """The queue, filtered, a page of it."""
        return self._queue(request, filter_of(request.query_params))

    def article(self, request: Request) -> Response:
        """An article and its findings."""
        return self._shown(request, self._article(request.path_params["id"]))

    def finding(self, request: Request) -> Response:
        """The panel of a finding, by its number in the article; of 0, the one that says what is left."""
        article = self._article(request.path_params["id"])
        if request.query_params.get("digest", article.digest) != article.digest:
            raise HTTPException(404, GONE)
        return self._updated(request, article, request.path_params["number"])

    def bulk(self, request: Request) -> Response:
        """What would be decided at once: how many findings, and a sample of them."""
        return self._bulk(request, filter_of(request.query_params))

    def statistics(self, request: Request) -> Response:
        """How right the suggestions were."""
        codes, entries = self.store.rates("code"), self.store.rates("entry")
        return self._page(request, "statistics.html", codes=codes, entries=entries[:200])

    def audit(self, request: Request) -> Response:
        """The log."""
        total = self.store.audited()
        pages = _pages(total)
        page = page_of(request.query_params, pages)
        return self._page(request, "audit.html", lines=self.store.audit(page), page=page, pages=pages, total=total)

    def export(self, request: Request) -> Response:
        """A file to take away."""
        name = request.path_params["name"]
        if name not in EXPORTS:
            raise HTTPException(404, "There is no such export.")
        write, kind = EXPORTS[name]
        lines = (line.encode("utf-8", "replace") for line in write(self.store))
        return StreamingResponse(lines, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})

    # Actions

    @_with_form
    def decide(self, request: Request, form: FormData) -> Response:
        """Accept, reject, open again or flag a finding. The answer leads to the next open one."""
        id = request.path_params["id"]
        item = self.store.item(id) if id < 1 << 63 else None
        if item is None:
            raise HTTPException(404, GONE)
        action, after, revision = str(form.get("action")), form.get("after"), number_of(form.get("revision"))
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
            return self._updated(request, self._article(item.article), item.number, [item.id], str(error), HTTP_CONFLICT)
        number = self._next(item.article, item.number) if action in (ACCEPTED, REJECTED) else item.number
        return self._updated(request, self._article(item.article), number, [item.id])

    @_with_form
    def decide_entry(self, request: Request, form: FormData) -> Response:
        """Accept or reject all findings of an entry in an article."""
        id = self._article(request.path_params["id"]).id
        items = [item for item in self.store.items(id) if item.entry == form.get("entry") and item.verdict is None]
        count = self.store.decide_all(items, self._reviewer(request), verdict_of(form.get("action")))
        number = self._next(id, number_of(form.get("number")))
        return self._updated(request, self._article(id), number, [item.id for item in items], f"{count} decided")

    @_with_form
    def decide_bulk(self, request: Request, form: FormData) -> Response:
        """Accept or reject all findings of a filter."""
        filter = filter_of({key: str(value) for key, value in form.items()})
        verdict, expected = verdict_of(form.get("action")), number_of(form.get("count"))
        try:
            count = self.store.decide_matching(filter, expected, self._reviewer(request), verdict)
        except Conflict as error:
            return self._bulk(request, filter, str(error), HTTP_CONFLICT)
        return self._bulk(request, filter, f"{count:,} findings {form.get('action')}. Undo takes all of them back.")

    @_with_form
    def undo(self, request: Request, form: FormData) -> Response:
        """Take back the reviewer's last step; the answer is the page that it was asked from."""
        id, filter = number_of(form.get("article")), filter_of(request.query_params)
        try:
            undone = self.store.undo(self._reviewer(request))
        except Conflict as error:
            undone, said = Undone(0, 0, 0, None), str(error)
        else:
            said = "Undone" if undone.count else "Nothing to undo"
            if undone.count > 1:
                said += f": {undone.count:,} in {counted(undone.articles, 'article')}"
            if undone.left:
                said += f"; {undone.left:,} decided by somebody else since stay"
        first = undone.first
        if first and undone.articles == 1 and first.article != id:
            return _to(address_of(f"/articles/{first.article}", filter) + f"#f{first.number}")
        if id:
            here = first is not None and first.article == id
            return self._shown(request, self._article(id), said, selected=first.number if first and here else None)
        return self._bulk(request, filter, said) if form.get("page") == "bulk" else self._queue(request, filter, said=said)

    @_with_form
    def add(self, request: Request, form: FormData) -> Response:
        """Take in an article that is pasted, or the articles of a file that is sent."""
        engine = self.desk.engine()
        found: list[queue.Arrival] = []
        faults: list[str] = []
        upload, text = form.get("file"), form.get("text")
        if isinstance(upload, UploadFile) and upload.filename:
            data = upload.file.read()
            name = upload.filename.replace("\\", "/").rpartition("/")[2]
            if name.endswith((".jsonl", ".ndjson")):
                found = [*queue.of_lines(iter(data.splitlines()), name, fail=lambda error: faults.append(str(error)))]
            else:
                found = [queue.Arrival(name, decode(data, name).text)]
        elif isinstance(text, str) and text.strip():
            title = str(form.get("title") or "").strip()[:NAME_LENGTH]
            found = [queue.Arrival(title or " ".join(text.split()[:8]), text.replace("\r\n", "\n"))]
        if not found:
            raise HTTPException(HTTP_UNPROCESSABLE, _told(faults) if faults else "There is no text in it.")
        ids = [queue.add(self.store, engine, replace(each, name=self._free(each.name)), self.desk.key) for each in found]
        if faults:
            return self._queue(request, Filter(), said=f"{len(ids):,} added; {_told(faults)}")
        return _to(f"/articles/{ids[0]}" if len(ids) == 1 else "/")

    @_with_form
    def rename(self, request: Request, form: FormData) -> Response:
        """Keep the name of the reviewer in a cookie."""
        name = str(form.get("reviewer") or "").strip()[:NAME_LENGTH]
        response = Response(status_code=204)
        if name:
            response.set_cookie(REVIEWER, name.encode("utf-8").hex(), samesite="strict", httponly=True, max_age=10_000_000)
        return response

    # Errors

    def failed(self, request: Request, error: Exception) -> Response:
        """An error as a page, or for programs as a problem."""
        assert isinstance(error, HTTPException)
        if request.url.path.startswith("/api/"):
            said = error.detail if error.detail else "Error"
            return Response(problem(error.status_code, said, said), error.status_code, media_type=PROBLEM, headers=error.headers)
        return self._page(request, "error.html", error.status_code, said=error.detail)

    def unreadable(self, request: Request, error: Exception) -> Response:
        """What was sent is no text."""
        return self._page(request, "error.html", HTTP_UNPROCESSABLE, said=str(error))

    def conflict(self, request: Request, error: Exception) -> Response:
        """Somebody else was quicker."""
        return self._page(request, "error.html", HTTP_CONFLICT, said=str(error))

    # Inside

    def _queue(self, request: Request, filter: Filter, said: str = "") -> Response:
        total = self.store.count(filter)
        pages = _pages(total)
        page = page_of(request.query_params, pages)
        return self._page(
            request,
            "queue.html",
            articles=self.store.articles(filter, page),
            filter=filter,
            total=total,
            page=page,
            pages=pages,
            states=self.store.states(),
            choices=self.store.choices(),
            all_states=[*STATES],
            address=partial(address_of, "/", filter),
            query=query_of(filter),
            loading=self.desk.loading,
            said=said,
        )

    def _shown(self, request: Request, article: Article, said: str = "", selected: int | None = None) -> Response:
        """The article, with the panel of a finding, or else of the first open one; our script asks for the inner part only."""
        filter = filter_of(request.query_params)
        asked = request.query_params.get("view", VIEWS[0])
        view = asked if asked in VIEWS else VIEWS[0]
        items = self.store.items(article.id)
        edited = edits(article.text, items) if view != VIEWS[0] else []
        return self._page(
            request,
            "_article.html" if "HX-Request" in request.headers else "article.html",
            parts=at_findings(article.text, items),
            repaired=at_edits(article.text, edited),
            changes=changes(article.text, edited) if view == "diff" else [],
            view=view,
            views=VIEWS,
            address=partial(address_of, f"/articles/{article.id}", filter),
            undo=address_of("/undo", filter, view=view if view in VIEWS[1:] else ""),
            said=said,
            conflict=False,
            **self._panel(article, items, _open_after(items, 0) if selected is None else selected, filter),
        )

    def _updated(
        self,
        request: Request,
        article: Article,
        number: int,
        changed: Sequence[int] = (),
        said: str = "",
        status: int = HTTP_OK,
    ) -> Response:
        """The panel of a finding, and what else a decision about `changed` ones alters on the page of their article."""
        items = self.store.items(article.id)
        return self._page(
            request,
            "_update.html",
            status,
            changed=[item for item in items if item.id in changed or item.number == number],
            said=said,
            conflict=status == HTTP_CONFLICT,
            **self._panel(article, items, number, filter_of(request.query_params)),
        )

    def _panel(self, article: Article, items: Sequence[Item], number: int, filter: Filter) -> dict[str, Any]:
        """What the panel of a finding shows; without such a finding, the one that says what is left."""
        item = next((each for each in items if each.number == number), None)
        return {
            "article": article,
            "item": item,
            "same": sum(each.verdict is None and each.entry == item.entry for each in items) if item else 0,
            "reason": why(Evidence(item.lm, item.channel, article.spin_rate)) if item else "",
            "bulk": "/bulk?" + urlencode({"entry": item.entry, "text": item.text}) if item else "",
            "following": self.store.following(article, filter),
            "query": query_of(filter),
        }

    def _next(self, article: int, number: int) -> int:
        """The number of the next open finding of an article, from its beginning after its end; 0 if none is left."""
        items = self.store.items(article)
        return _open_after(items, number) or _open_after(items, 0)

    def _bulk(self, request: Request, filter: Filter, said: str = "", status: int = HTTP_OK) -> Response:
        count, articles, sample = self.store.sample(filter, SAMPLE)
        contexts = [(item, *context(self._article(item.article).text, item)) for item in sample]
        return self._page(
            request,
            "bulk.html",
            status,
            filter=filter,
            count=count,
            articles=articles,
            contexts=contexts,
            said=said,
            query=query_of(filter),
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


def _told(faults: Sequence[str]) -> str:
    """How many lines of a file could not be read, and why the first of them."""
    more = "; …" if len(faults) > SHOWN_FAULTS else ""
    return f"{counted(len(faults), 'line')} could not be read: {'; '.join(faults[:SHOWN_FAULTS])}{more}"


def _pages(total: int) -> int:
    """How many pages so many lines fill; a page without any is one, too."""
    return max(1, -(-total // PAGE))


def _open_after(items: Sequence[Item], number: int) -> int:
    """The number of the first open finding after this one; 0 if there is none."""
    return next((item.number for item in items if item.verdict is None and item.number > number), 0)


def _to(address: str) -> Response:
    """Lead the browser to a page, from a request of our script."""
    return Response(status_code=204, headers={"HX-Redirect": address})
