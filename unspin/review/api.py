"""The HTTP API: what `unspin check` and `unspin batch` say, for programs such as a CMS. Described by /api/openapi.json."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from unspin import __version__
from unspin.corpus.transform import log
from unspin.findings import Tier
from unspin.reporting import json as report_json
from unspin.reporting.filereport import FileReport
from unspin.review.security import problem
from unspin.unspinner import Unspinner

T = TypeVar("T")

MAX_TEXT = 1_000_000  # characters
PROBLEM = "application/problem+json"
NAME_LENGTH = 500


class Invalid(Exception):
    """A request that says something else than it should."""


def routes(engine: Callable[[], Unspinner]) -> list[Route]:
    """The routes of the API; `engine` loads the engine at the first request."""

    async def analyze(request: Request) -> Response:
        async def answer(text: str, tier: Tier, name: str) -> dict[str, Any]:
            report = await run_in_threadpool(lambda: engine().analyze(text))
            file = FileReport(name, report, tier)
            return {"schema": report_json.SCHEMA, "files": [report_json.file_record(file)]}

        return await _answered(request, answer, Tier.POSSIBLE)

    async def repair(request: Request) -> Response:
        async def answer(text: str, tier: Tier, name: str) -> dict[str, Any]:
            done = await run_in_threadpool(lambda: engine().repair(text, tier))
            return {"text": done.text, **log(done)}

        return await _answered(request, answer, Tier.SAFE)

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__})

    async def openapi(request: Request) -> Response:
        return JSONResponse(specification())

    return [
        Route("/api/analyze", analyze, methods=["POST"]),
        Route("/api/repair", repair, methods=["POST"]),
        Route("/api/health", health, methods=["GET"]),
        Route("/api/openapi.json", openapi, methods=["GET"]),
    ]


async def _answered(request: Request, answer: Callable[..., Any], default: Tier) -> Response:
    try:
        text, tier, name = _read(await request.body(), default)
    except Invalid as error:
        return Response(problem(422, "Not a valid request", str(error)), 422, media_type=PROBLEM)
    # A lone surrogate is fine in JSON, as an escape, but not in UTF-8.
    return Response(json.dumps(await answer(text, tier, name)), media_type="application/json")


def _read(body: bytes, default: Tier) -> tuple[str, Tier, str]:
    try:
        record = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"The body is not JSON: {error}.") from error
    if not isinstance(record, dict):
        raise Invalid("The body is not a JSON object.")
    if unknown := sorted(record.keys() - {"text", "tier", "name"}):
        raise Invalid(f"Unknown member {unknown[0]!r}; there are text, tier and name.")
    text, tier, name = record.get("text"), record.get("tier", default.value), record.get("name", "text")
    if not isinstance(text, str):
        raise Invalid('"text" must be a string.')
    if len(text) > MAX_TEXT:
        raise Invalid(f'"text" has {len(text):,} characters; at most {MAX_TEXT:,} are taken.')
    if not isinstance(name, str) or len(name) > NAME_LENGTH:
        raise Invalid(f'"name" must be a string of at most {NAME_LENGTH} characters.')
    if tier not in [each.value for each in Tier]:
        raise Invalid('"tier" must be safe, likely or possible.')
    return text, Tier(tier), name


def specification() -> dict[str, Any]:
    """The description of the API in OpenAPI 3.1."""
    schema = report_json.schema()
    definitions = schema.pop("$defs", {})
    schema.pop("$schema", None)
    schema.pop("$id", None)
    moved = json.loads(json.dumps(schema).replace("#/$defs/", "#/components/schemas/"))
    definitions = json.loads(json.dumps(definitions).replace("#/$defs/", "#/components/schemas/"))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "unspin",
            "version": __version__,
            "license": {"name": "MIT", "identifier": "MIT"},
            "description": "Finds text damaged by article spinners, and restores it. Offsets count Unicode code points.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": {
            "/api/analyze": {"post": _operation("analyze", "Find spun phrasing in a text", "Report", "possible")},
            "/api/repair": {"post": _operation("repair", "Restore the original wording of a text", "Repair", "safe")},
            "/api/health": {
                "get": {
                    "operationId": "health",
                    "summary": "Whether the server is up",
                    "security": [],
                    "responses": {"200": _content("Up", "Health")},
                }
            },
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **definitions,
                "Report": moved,
                "Repair": {
                    "type": "object",
                    "required": ["text", "spin_rate", "spun", "edits", "findings"],
                    "properties": {
                        "text": {"type": "string"},
                        "spin_rate": {"type": "number", "minimum": 0, "maximum": 1},
                        "spun": {"type": "boolean"},
                        "findings": {"type": "integer", "minimum": 0},
                        "edits": {"type": "array", "items": {"$ref": "#/components/schemas/Edit"}},
                    },
                },
                "Edit": {
                    "type": "object",
                    "required": ["start", "end", "before", "after", "code", "entry", "confidence", "tier"],
                    "properties": {
                        "start": {"type": "integer", "minimum": 0},
                        "end": {"type": "integer", "minimum": 0},
                        **{name: {"type": "string"} for name in ("before", "after", "code", "entry")},
                        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
                        "tier": {"enum": [tier.value for tier in Tier]},
                    },
                },
                "Health": {
                    "type": "object",
                    "required": ["status", "version"],
                    "properties": {"status": {"const": "ok"}, "version": {"type": "string"}},
                },
                "Problem": {
                    "type": "object",
                    "required": ["title", "status", "detail"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                    },
                },
            },
        },
    }


def _operation(name: str, summary: str, answer: str, tier: str) -> dict[str, Any]:
    properties = {
        "text": {"type": "string", "maxLength": MAX_TEXT},
        "tier": {"enum": [each.value for each in Tier], "default": tier, "description": "Of this tier and the safer ones."},
        "name": {"type": "string", "maxLength": NAME_LENGTH, "description": 'What the answer calls the text ("path").'},
    }
    body = {"type": "object", "required": ["text"], "additionalProperties": False, "properties": properties}
    problems = {401: "No token, or a wrong one", 403: "Not from this desk", 413: "Too large", 422: "Not a valid request"}
    return {
        "operationId": name,
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": _content("What was found", answer),
            **{str(status): _content(said, "Problem", PROBLEM) for status, said in problems.items()},
            "429": _content("Too many requests; Retry-After says when to come again", "Problem", PROBLEM),
        },
    }


def _content(description: str, schema: str, kind: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}
