from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs pip install 'unspin[review]'")
import jsonschema
from starlette.testclient import TestClient

from tests.fake_engine import Unspinner
from tests.review.conftest import SPUN
from tests.review.test_app import TOKEN
from unspin.reporting.json import schema
from unspin.review import api
from unspin.review.app import application
from unspin.review.pages import Desk
from unspin.review.store import Store


@pytest.fixture
def app(store: Store) -> Any:
    return application(Desk(store, Unspinner, TOKEN), frozenset({"127.0.0.1", "testserver", "localhost"}), rate=1_000_000)  # type: ignore[arg-type]


@pytest.fixture
def client(app: Any) -> Iterator[TestClient]:
    with TestClient(app, "http://127.0.0.1:8000", headers={"authorization": f"Bearer {TOKEN}"}) as client:
        yield client


def test_analyze_answers_what_check_prints(client: TestClient) -> None:
    answer = client.post("/api/analyze", json={"text": SPUN, "name": "a.html", "tier": "likely"}).json()
    jsonschema.validate(answer, schema())
    [file] = answer["files"]
    assert file["path"] == "a.html" and [finding["text"] for finding in file["findings"]] == [
        "Linked Press",
        "primary minister",
        "final year",
        "Linked Press",
    ]


def test_repair_writes_what_is_safe(client: TestClient) -> None:
    answer = client.post("/api/repair", json={"text": SPUN}).json()
    assert answer["text"].startswith("The Associated Press met the prime minister final year")
    assert len(answer["edits"]) == 3 and answer["findings"] == 5
    likely = client.post("/api/repair", json={"text": SPUN, "tier": "likely"}).json()
    assert "last year" in likely["text"]


def test_markup_and_surrogates_are_text(client: TestClient) -> None:
    answer = client.post("/api/repair", content=b'{"text": "\\ud800 <a href=\\"Linked Press\\">Linked Press</a>"}')
    assert answer.json()["text"] == '\ud800 <a href="Linked Press">Associated Press</a>'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", '"text" must be a string'),
        (b'{"text": 1}', '"text" must be a string'),
        (b'{"text": "a", "tier": "all"}', '"tier" must be'),
        (b'{"text": "a", "name": 1}', '"name" must be'),
        (b'{"text": "a", "txet": 1}', "Unknown member 'txet'"),
    ],
)
def test_invalid_requests_are_problems(client: TestClient, body: bytes, said: str) -> None:
    answer = client.post("/api/analyze", content=body)
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_a_text_has_a_largest_size(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "MAX_TEXT", 10)
    assert client.post("/api/analyze", json={"text": "a" * 11}).status_code == 422


def test_health_needs_no_token(app: Any) -> None:
    with TestClient(app, "http://127.0.0.1:8000") as client:
        assert client.get("/api/health").json()["status"] == "ok"
        assert client.delete("/api/health").status_code == 405


def test_the_description_is_kept(app: Any) -> None:
    """Whatever a generator of requests comes up with, the answers are those that the OpenAPI description promises."""
    schemathesis = pytest.importorskip("schemathesis", reason="needs pip install 'unspin[test]'")
    from hypothesis import HealthCheck, given, settings

    description = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    checked = 0
    for found in description.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=30, suppress_health_check=list(HealthCheck), database=None)
        def holds(case: Any) -> None:
            case.call_and_validate(headers=headers)

        holds()
        checked += 1
    assert checked == 3


def test_the_description_is_openapi() -> None:
    described = api.specification()
    assert described["openapi"] == "3.1.0"
    assert json.dumps(described).count("#/$defs/") == 0
