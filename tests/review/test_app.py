from __future__ import annotations

import json
import time
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

pytest.importorskip("starlette", reason="needs pip install 'unspin[review]'")
from starlette.testclient import TestClient

from tests.fake_engine import Unspinner
from tests.review.conftest import CLEAN, SPUN
from unspin.review.app import application
from unspin.review.article import ACCEPTED, REJECTED
from unspin.review.filter import Filter
from unspin.review.pages import Desk
from unspin.review.queue import Loading
from unspin.review.security import CSRF_HEADER, csrf_token
from unspin.review.store import Store

TOKEN = "a-token-for-tests"
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }} "Linked Press" </textarea><svg/onload=alert(3)>'


class Tags(HTMLParser):
    """What a browser would take for markup."""

    def __init__(self, page: str):
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.scripts: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "script":
            self.scripts.append(dict(attrs).get("src"))


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, Unspinner, TOKEN, "ada")  # type: ignore[arg-type] # the stand-in for the engine


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(application(desk), "http://127.0.0.1:8000", follow_redirects=False) as client:
        client.cookies.set("unspin_session_8000", TOKEN)
        client.headers[CSRF_HEADER] = csrf_token(TOKEN)
        yield client


def test_the_queue_shows_articles_and_counts(client: TestClient, article: int) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert f'href="/articles/{article}"' in page.text and "<b>1</b> new" in page.text


def test_an_article_shows_findings_suggestions_and_reasons(client: TestClient, article: int) -> None:
    page = client.get(f"/articles/{article}").text
    assert page.count("data-finding=") == 5 and page.count("data-panel=") == 1
    assert "fits its context 40 times better" in page and "first minister" not in page
    panel = client.get(f"/articles/{article}/findings/2").text
    assert 'data-panel="2"' in panel and "first minister" in panel and "<main" not in panel
    assert "5 skipped" in client.get(f"/articles/{article}/findings/0").text
    stale = client.get(f"/articles/{article}/findings/2?digest=of-an-earlier-analysis")
    assert stale.status_code == 404 and "analysed anew" in stale.text


@pytest.mark.parametrize("view", ["marked", "side", "diff", "nonsense"])
def test_every_view_shows_what_was_accepted(client: TestClient, store: Store, article: int, view: str) -> None:
    store.decide(store.items(article)[0].id, 0, "ada", ACCEPTED)
    page = client.get(f"/articles/{article}?view={view}")
    assert page.status_code == 200 and "Associated Press" in page.text


def test_decisions_are_kept_and_the_answer_is_the_next_finding(client: TestClient, store: Store, article: int) -> None:
    item = store.items(article)[0]
    answer = client.post(f"/findings/{item.id}", data={"action": "accepted", "revision": 0}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and answer.text.lstrip().startswith('<aside id="panel"')
    assert (
        'data-panel="2"' in answer.text
        and 'id="f1" class="finding safe accepted"' in answer.text
        and 'id="f3"' not in answer.text
    )
    assert "<b>1</b> of 5 decided" in answer.text
    assert store.items(article)[0].after == "Associated Press"
    client.post(f"/findings/{item.id}", data={"action": "accepted", "after": "", "revision": 1})
    assert store.items(article)[0].after == ""
    client.post(f"/findings/{item.id}", data={"action": "open", "revision": 2})
    client.post(f"/findings/{item.id}", data={"action": "flag", "revision": 3})
    assert (store.items(article)[0].verdict, store.items(article)[0].flagged) == (None, True)
    assert store.audit()[0]["reviewer"] == "ada"


def test_a_conflict_is_shown_and_changes_nothing(client: TestClient, store: Store, article: int) -> None:
    item = store.items(article)[0]
    store.decide(item.id, 0, "bob", REJECTED)
    answer = client.post(f"/findings/{item.id}", data={"action": "accepted", "revision": 0})
    assert answer.status_code == 409 and answer.text.count("changed by somebody else") == 1
    assert 'data-panel="1"' in answer.text and 'id="f1" class="finding safe rejected"' in answer.text
    assert store.items(article)[0].verdict == REJECTED


def test_a_finding_that_is_gone_is_told(client: TestClient, store: Store, unspinner: Unspinner, article: int) -> None:
    item = store.items(article)[0]
    store.add("spun", unspinner.analyze(CLEAN))
    for id in (item.id, 1 << 70):
        answer = client.post(f"/findings/{id}", data={"action": "accepted", "revision": 0})
        assert answer.status_code == 404 and "analysed anew" in answer.text


def test_what_cannot_be_read_does_not_fill_the_page(store: Store) -> None:
    loading = Loading(store, Unspinner, "", [], errors=[f"{n}: malformed" for n in range(2000)])  # type: ignore[arg-type]
    desk = Desk(store, Unspinner, TOKEN, loading=loading)  # type: ignore[arg-type]
    with TestClient(application(desk), "http://127.0.0.1:8000", headers={"authorization": f"Bearer {TOKEN}"}) as client:
        page = client.get("/").text
    assert page.count("malformed") == 5 and "and 1,995 more" in page


@pytest.mark.parametrize(
    "data",
    [
        {"action": "accepted", "revision": 0, "after": "x" * 1001},
        {},
        {"action": "delete", "revision": 0},
        {"action": "accepted", "revision": "x" * 99},
    ],
)
def test_nonsense_is_refused(client: TestClient, store: Store, article: int, data: dict[str, object]) -> None:
    client.post(f"/findings/{store.items(article)[0].id}", data={"action": "flag", "revision": 0})
    answer = client.post(f"/findings/{store.items(article)[0].id}", data=data)
    assert answer.status_code in (409, 422)
    assert store.items(article)[0].verdict is None


def test_all_of_an_entry_and_undo(client: TestClient, store: Store, article: int) -> None:
    answer = client.post(f"/articles/{article}/entry", data={"entry": "phrases: Associated Press", "action": "accepted"})
    assert "2 decided" in answer.text
    assert "Undone: 2 in 1 article" in client.post("/undo", data={"article": article}).text
    assert "Nothing to undo" in client.post("/undo", data={"article": article}).text


def test_undo_leads_to_the_article_it_is_about(client: TestClient, store: Store, unspinner: Unspinner, article: int) -> None:
    other = store.add("other", unspinner.analyze(SPUN))
    store.decide(store.items(article)[1].id, 0, "ada", ACCEPTED)
    answer = client.post("/undo", data={"article": other})
    assert answer.headers["HX-Redirect"] == f"/articles/{article}#f2"


def test_undo_keeps_the_filter_and_the_view(client: TestClient, store: Store, unspinner: Unspinner, article: int) -> None:
    other = store.add("other", unspinner.analyze(SPUN))
    store.decide(store.items(article)[1].id, 0, "ada", ACCEPTED)
    answer = client.post("/undo?code=US101", data={"article": other})
    assert answer.headers["HX-Redirect"] == f"/articles/{article}?code=US101#f2"
    assert 'hx-post="/undo?code=US101&amp;view=diff"' in client.get(f"/articles/{article}?code=US101&view=diff").text
    assert 'aria-current="page">Changes' in client.post("/undo?view=diff", data={"article": article}).text


def test_undo_in_the_queue(client: TestClient, store: Store, unspinner: Unspinner, article: int) -> None:
    store.add("other", unspinner.analyze(SPUN))
    form = {"code": "US201", "count": 4, "action": "rejected"}
    client.post("/bulk", data=form)
    answer = client.post("/undo", data={})
    assert "Undone: 4 in 2 articles" in answer.text and 'data-page="queue"' in answer.text
    client.post("/bulk", data=form)
    answer = client.post("/undo?code=US201", data={"page": "bulk"})
    assert "Undone: 4 in 2 articles" in answer.text and "4 open findings" in answer.text


def test_undo_of_what_somebody_else_decided_since(client: TestClient, store: Store, article: int) -> None:
    store.decide(store.items(article)[0].id, 0, "ada", ACCEPTED)
    store.decide(store.items(article)[0].id, 1, "bob", REJECTED)
    assert "decided by somebody else since" in client.post("/undo", data={"article": article}).text
    store.decide_all(store.items(article), "ada", ACCEPTED)
    store.decide(store.items(article)[1].id, 1, "bob", REJECTED)
    answer = client.post("/undo", data={"article": article}).text
    assert "Undone: 3 in 1 article; 1 decided by somebody else since stay" in answer


def test_many_are_decided_after_a_sample_and_undone_at_once(client: TestClient, store: Store, unspinner: Unspinner) -> None:
    ids = [store.add(f"a{n}", unspinner.analyze(SPUN)) for n in range(15)]
    page = client.get("/bulk?entry=phrases%3A+Associated+Press&text=Linked+Press")
    assert "30 open findings in 15 articles" in page.text and page.text.count("<li>…") + page.text.count("<li>The") >= 1
    form = {"entry": "phrases: Associated Press", "text": "Linked Press", "count": 30, "action": "accepted"}
    assert client.post("/bulk", data={**form, "count": 29}).status_code == 409
    assert "30 findings accepted" in client.post("/bulk", data=form).text
    assert all(item.verdict == ACCEPTED for id in ids for item in store.items(id) if item.text == "Linked Press")
    assert all(item.verdict is None for id in ids for item in store.items(id) if item.text != "Linked Press")
    client.post("/undo", data={})
    assert not any(item.verdict for id in ids for item in store.items(id))


def test_articles_can_be_pasted_and_sent(client: TestClient, store: Store) -> None:
    answer = client.post("/articles", data={"title": "Pasted", "text": SPUN})
    assert answer.headers["HX-Redirect"] == "/articles/1"
    client.post("/articles", data={"title": "Pasted", "text": CLEAN})
    client.post("/articles", files={"file": ("../../x.txt", "Linked Press caf\xe9".encode("cp1252"))})
    lines = [json.dumps({"text": "Linked Press " + str(n)}) for n in range(3)]
    client.post("/articles", files={"file": ("c.jsonl", "\n".join([*lines, "broken"]).encode())})
    names = {article.name for article in store.articles()}
    assert names == {"Pasted", "Pasted (2)", "x.txt", "c.jsonl:1", "c.jsonl:2", "c.jsonl:3"}
    assert client.post("/articles", data={"text": " "}).status_code == 422


def test_what_is_sent_and_cannot_be_read_is_told(client: TestClient, store: Store) -> None:
    lines = ['{"text": "Linked Press"}', "broken", '{"text": 1}']
    answer = client.post("/articles", files={"file": ("c.jsonl", "\n".join(lines).encode())})
    assert answer.status_code == 200 and "1 added; 2 lines could not be read: c.jsonl:2: malformed JSON" in answer.text
    answer = client.post("/articles", files={"file": ("d.jsonl", b"broken")})
    assert answer.status_code == 422 and "1 line could not be read: d.jsonl:1" in answer.text
    answer = client.post("/articles", files={"file": ("photo.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xff" * 9)})
    assert answer.status_code == 422 and "photo.txt" in answer.text
    assert store.count() == 1


def test_a_slash_in_a_title_is_no_folder(client: TestClient, store: Store, unspinner: Unspinner) -> None:
    titled = store.add("Input/output in 24/7 use", unspinner.analyze(SPUN))
    store.add("news/a.txt", unspinner.analyze(SPUN), path="news/a.txt")
    store.decide(store.items(titled)[0].id, 0, "ada", ACCEPTED)
    for address in ("/", f"/articles/{titled}", "/audit"):
        assert ">Input/output in 24/7 use</" in client.get(address).text
    assert '>a.txt</a> <span class="folder">news</span>' in client.get("/").text


def test_the_reviewer_is_remembered(client: TestClient, store: Store, article: int) -> None:
    client.post("/reviewer", data={"reviewer": "Žofie"})
    client.post(f"/findings/{store.items(article)[0].id}", data={"action": "accepted", "revision": 0})
    assert store.audit()[0]["reviewer"] == "Žofie"


def test_exports(client: TestClient, store: Store, unspinner: Unspinner, article: int) -> None:
    store.add("file.txt", unspinner.analyze("Linked Press\n"), path="file.txt")
    for item in store.sample(Filter(), 100)[2]:
        store.decide(item.id, 0, "ada", ACCEPTED if item.tier == "safe" else REJECTED)
    repaired = [json.loads(line) for line in client.get("/export/repaired.jsonl").text.splitlines()]
    assert repaired[0]["text"].startswith("The Associated Press met the prime minister final year.")
    decisions = [json.loads(line) for line in client.get("/export/decisions.jsonl").text.splitlines()]
    assert {"line", "start", "end", "verdict"} <= decisions[0].keys() and len(decisions) == 6
    assert client.get("/export/changes.patch").text.endswith("-Linked Press\n+Associated Press\n")
    assert client.get("/export/../../etc/passwd").status_code == 404


def test_statistics_and_log(client: TestClient, store: Store, article: int) -> None:
    assert "Nothing is decided yet" in client.get("/statistics").text
    store.decide(store.items(article)[0].id, 0, "ada", ACCEPTED)
    assert "US201" in client.get("/statistics").text
    assert "accepted: Associated Press" in client.get("/audit").text


def test_article_text_is_never_markup(client: TestClient, store: Store, unspinner: Unspinner) -> None:
    id = store.add(HOSTILE, unspinner.analyze(HOSTILE))
    store.decide(store.items(id)[0].id, 0, "<b>ada", ACCEPTED, HOSTILE)
    for address in (
        "/",
        f"/articles/{id}",
        f"/articles/{id}?view=side",
        f"/articles/{id}?view=diff",
        "/audit",
        "/bulk",
        "/statistics",
    ):
        page = client.get(address).text
        tags = Tags(page)
        assert not {"img", "svg", "b>ada"} & tags.names, address
        assert tags.scripts == ["/static/htmx.min.js", "/static/review.js"]
        assert not [name for name in tags.attributes if name.startswith("on") or name == "style"]
        assert "<b>ada" not in page
    assert "&lt;script&gt;" in client.get(f"/?search={HOSTILE}").text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/articles/99", 404),
        ("/articles/x", 404),
        (f"/articles/{1 << 70}", 404),
        ("/nothing", 404),
        ("/?page=x", 200),
        ("/?search=%00a%00b", 200),
        ("/bulk?search=%00", 200),
    ],
)
def test_wrong_addresses(client: TestClient, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.text.count("<h1") == 1


def test_a_page_beyond_the_last_is_the_last(client: TestClient, store: Store, article: int) -> None:
    store.decide(store.items(article)[0].id, 0, "ada", ACCEPTED)
    assert f'href="/articles/{article}"' in client.get("/?page=9").text
    assert "Linked Press" in client.get("/audit?page=9").text


def test_ten_thousand_articles_stay_quick(client: TestClient, store: Store, unspinner: Unspinner) -> None:
    """Not a timed test of the machine: a page of a long queue may cost at most a few pages of a short one."""
    report = unspinner.analyze(SPUN)
    store.add("first", report)

    def cost(address: str) -> float:
        def once() -> float:
            started = time.perf_counter()
            assert client.get(address).status_code == 200
            return time.perf_counter() - started

        return min(once() for _ in range(3))

    small = cost("/")
    with store._writing():
        store._db.execute(
            "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
            "INSERT INTO articles SELECT i, 'article ' || i, NULL, NULL, a.text, a.digest, a.words, (i * 7919 % 1000) / 1000.0, "
            "1, 5, 5, 0, a.added FROM n, articles a WHERE a.id = 1"
        )
        columns = 'number, fingerprint, occurrence, code, entry, start, "end", text, suggestions, confidence, tier, lm, channel'
        theirs = columns.replace("text", "f.text")
        store._db.execute(
            f"INSERT INTO findings (article, {columns}) SELECT a.id, {theirs} FROM articles a, findings f WHERE a.id > 1"
        )
    assert store.count() == 10_000
    for address in ("/", "/?page=200", "/?code=US101&confidence=0.9", "/?search=minister", "/articles/5000"):
        assert cost(address) < max(0.2, 20 * small), address
