"""What leaves the desk: repaired articles, a patch, and decisions that `unspin apply` and `unspin dict learn` understand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from unspin.patching import unified_diff
from unspin.reporting.json import DECIMALS, edit_record
from unspin.review.article import ACCEPTED
from unspin.review.store import Store


def repaired(store: Store) -> Iterator[str]:
    """Every article as a line of JSONL, repaired as decided, with the log that `unspin revert` needs."""
    for article, text, edits in store.repaired():
        log = {
            "spin_rate": round(article.spin_rate, DECIMALS),
            "spun": bool(article.spun),
            "edits": [edit_record(edit) for edit in edits],
            "findings": article.findings,
        }
        yield _line({"id": article.id, "name": article.name, "state": article.state, "text": text, "unspin": log})


def patch(store: Store) -> Iterator[str]:
    """The changes of the articles that are whole files, for `git apply` and `patch -p1`."""
    for article, text, _ in store.repaired():
        if article.path is not None and article.line is None:
            yield unified_diff(article.text, text, article.path.lstrip("/"))


def decisions(store: Store) -> Iterator[str]:
    """Every decision as a line of JSONL, with its place, for `unspin apply --decisions`."""
    for article, item in store.decided():
        yield _line(
            {
                "path": article.path or article.name,
                "line": article.line or 1,
                "start": item.start,
                "end": item.end,
                "verdict": "accept" if item.verdict == ACCEPTED else "reject",
                "before": item.text,
                **({"after": item.after} if item.after is not None else {}),
                "suggestion": item.suggestion,
                "code": item.code,
                "entry": item.entry,
                "flagged": item.flagged,
            }
        )


EXPORTS: dict[str, tuple[Callable[[Store], Iterator[str]], str]] = {
    "repaired.jsonl": (repaired, "application/jsonl"),
    "decisions.jsonl": (decisions, "application/jsonl"),
    "changes.patch": (patch, "text/x-diff"),
}


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
