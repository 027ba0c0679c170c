from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

pytest.importorskip("starlette", reason="needs pip install 'unspin[review]'")
from starlette.testclient import TestClient

from tests.fake_engine import Unspinner
from tests.review.test_app import TOKEN
from unspin.review.app import application
from unspin.review.pages import Desk
from unspin.review.security import CSRF_HEADER, csrf_token
from unspin.review.store import Store

COOKIE = {"cookie": f"unspin_session_8000={TOKEN}"}


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    """A visitor without token."""
    app = application(Desk(store, Unspinner, TOKEN), size=10_000, rate=5)  # type: ignore[arg-type]
    with TestClient(app, "http://127.0.0.1:8000", follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/articles/1", "/export/decisions.jsonl", "/audit", "/bulk", "/api/analyze", "/nothing"])
def test_nothing_is_shown_without_the_token(client: TestClient, path: str) -> None:
    for headers in ({}, {"cookie": "unspin_session_8000=wrong"}, {"authorization": "Bearer wrong"}, {"cookie": "=;;\x01"}):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 401 and answer.headers["content-type"] == "application/problem+json"
    assert client.get(path + "?token=wrong").status_code == 401


def test_the_token_in_the_address_becomes_a_cookie(client: TestClient) -> None:
    answer = client.get(f"/?state=new&token={TOKEN}")
    assert answer.status_code == 303 and answer.headers["location"] == "/?state=new"
    assert "HttpOnly; SameSite=Strict" in answer.headers["set-cookie"]


def test_two_desks_on_one_machine_keep_each_other_out_of_nothing(client: TestClient) -> None:
    """Browsers share cookies among the ports of a host."""
    answer = client.get(f"http://127.0.0.1:8001/?token={TOKEN}")
    assert answer.headers["set-cookie"].startswith("unspin_session_8001=")
    both = f"unspin_session_8001=another-desk; {COOKIE['cookie']}"
    assert client.get("/", headers={"cookie": both}).status_code == 200
    assert client.get("http://127.0.0.1:8001/", headers={"cookie": both}).status_code == 401


def test_a_visitor_without_token_gets_a_page(client: TestClient) -> None:
    answer = client.get("/", headers={"accept": "text/html,*/*"})
    assert answer.status_code == 401 and answer.headers["content-type"].startswith("text/html")
    assert "unspin review" in answer.text and "csrf" not in answer.text.lower()
    assert client.get("/api/analyze", headers={"accept": "text/html"}).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example"])
def test_the_way_in_leads_nowhere_else(client: TestClient, path: str) -> None:
    answer = client.get(f"http://127.0.0.1:8000{path}?token={TOKEN}")
    assert answer.headers["location"].startswith("/") and not answer.headers["location"].startswith(("//", "/\\"))


def test_a_bearer_token_does(client: TestClient) -> None:
    assert client.get("/", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example", "[::2]:80"])
def test_other_host_names_are_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={**COOKIE, "host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {CSRF_HEADER: "wrong"},
        {CSRF_HEADER: csrf_token(TOKEN), "origin": "http://evil.example"},
        {CSRF_HEADER: csrf_token(TOKEN), "origin": "null"},
    ],
)
def test_changes_come_from_our_own_pages_only(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/undo", headers={**COOKIE, **headers}).status_code == 403


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("desk.example.org", "https://desk.example.org", 200),
        ("127.0.0.1:8000", "https://desk.example.org", 200),  # what a server before it says that keeps no name
        ("desk.example.org:8443", "https://desk.example.org:8443", 200),
        ("desk.example.org", "https://evil.example", 403),
        ("desk.example.org", "null", 403),
        ("127.0.0.1:8000", "http://127.0.0.1:9000", 403),
        ("evil.example", "https://evil.example", 421),
    ],
)
def test_a_server_before_it_has_a_name_that_is_allowed(store: Store, host: str, origin: str, status: int) -> None:
    app = application(Desk(store, Unspinner, TOKEN), allowed=frozenset({"desk.example.org"}))  # type: ignore[arg-type]
    cookie = COOKIE["cookie"] if host.endswith(":8000") else f"unspin_session{'_8443' if '8443' in host else ''}={TOKEN}"
    headers = {"cookie": cookie, "host": host, "origin": origin, CSRF_HEADER: csrf_token(TOKEN)}
    with TestClient(app, "http://127.0.0.1:8000") as client:
        assert client.post("/undo", headers=headers).status_code == status


def test_the_address_that_a_visitor_reaches_is_known(store: Store) -> None:
    app = application(Desk(store, Unspinner, TOKEN))  # type: ignore[arg-type]
    for reached, host, status in [
        ("192.0.2.7", "192.0.2.7:80", 200),
        ("192.0.2.7", "192.0.2.8", 421),
        ("::ffff:192.0.2.7", "192.0.2.7", 200),
    ]:
        with TestClient(app, f"http://{f'[{reached}]' if ':' in reached else reached}") as client:
            assert client.get("/api/health", headers={"host": host}).status_code == status


def test_our_own_pages_may_change(client: TestClient) -> None:
    headers = {**COOKIE, CSRF_HEADER: csrf_token(TOKEN), "origin": "http://127.0.0.1:8000"}
    assert client.post("/undo", headers=headers).status_code == 200


def test_pages_keep_to_themselves(client: TestClient) -> None:
    headers = client.get("/", headers=COOKIE).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"


def test_large_bodies_are_refused(client: TestClient) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert client.post("/api/analyze", headers=headers, content=b"x" * 10_001).status_code == 413
    assert client.post("/api/analyze", headers=headers, content=(b"x" * 5000 for _ in range(3))).status_code == 413


def test_too_many_requests_are_refused(client: TestClient) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    answers = [client.post("/api/analyze", headers=headers, json={"text": "a"}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert client.get("/api/health").status_code == 200


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/schema.sql", "/static//etc/passwd", "/static/..%5capp.py"])
def test_static_files_only(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (401, 404)
    assert client.get("/static/review.js").status_code == 200


def test_answers_do_not_wait_for_acknowledgements() -> None:
    """asyncio sets TCP_NODELAY only on sockets that name their protocol."""
    from unspin.cli.review import _bound

    with _bound("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP
