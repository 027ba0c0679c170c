"""Sidecar files: the edits that a run proposes, and what people decide about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from unspin.corpus.operation import Decision, Place, loaded
from unspin.corpus.packing import Lines
from unspin.errors import InputError, reason

VERDICTS = {"accept": True, "reject": False}


def proposals(path: str) -> Iterator[dict[str, Any]]:
    """The records of a sidecar file, in order. InputError if one is malformed, or of something else."""
    for number, record in _records(path):
        if not isinstance(record.get("line"), int):
            raise InputError(f'{path}:{number}: no "line", so these are not edits that `unspin batch --propose` wrote')
        yield record


def decisions(path: str, corpus: str) -> dict[int, dict[Place, Decision]]:
    """What was decided, by line or row, and by place.

    Each line is `{"line", "start", "end", "verdict"}`; the verdict is "accept" or "reject"; with accept, "after" may be a text of one's
    own, and "suggestion" is what was read as the proposed one. "before" is what the place read. A decision with a "path" is about the
    corpus of that name, and left out if that is another one. Of several decisions about the same place the last one counts. InputError
    if one is malformed, or if places whose edits were accepted overlap.
    """
    decided: dict[int, dict[Place, Decision]] = {}
    for number, record in _records(path):
        about = record.get("path")
        decision = _decision(path, number, record)
        if not isinstance(about, str) or Path(about).name == Path(corpus).name:
            decided.setdefault(record["line"], {})[record["start"], record["end"]] = decision
    _check_apart(path, decided)
    return decided


def _check_apart(path: str, decided: Mapping[int, Mapping[Place, Decision]]) -> None:
    """InputError if two places of a line overlap whose edits were accepted."""
    for line, places in decided.items():
        accepted = sorted(place for place, decision in places.items() if decision.accepted)
        for (start, end), (next_start, next_end) in pairwise(accepted):
            if next_start < end:
                places_there = f"{start}-{end} and {next_start}-{next_end}"
                raise InputError(f"{path}: the accepted edits of line {line} at {places_there} overlap; reject one of them")


def _decision(path: str, number: int, record: dict[str, Any]) -> Decision:
    verdict, texts = record.get("verdict"), [record.get(key) for key in ("after", "suggestion", "before")]
    if (
        not all(isinstance(record.get(key), int) for key in ("line", "start", "end"))
        or not 0 <= record["start"] < record["end"]
        or verdict not in VERDICTS
        or not all(isinstance(text, str | None) for text in texts)
    ):
        raise InputError(f'{path}:{number}: not a decision; it needs "line", "start", "end", and "verdict": accept or reject')
    own, suggestion, before = texts
    names = {key: record[key] for key in ("code", "entry") if isinstance(record.get(key), str)}
    return Decision(VERDICTS[verdict], suggestion if own is None else own, before, names)


def _records(path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The records of a file and their lines, which may be blank in between."""
    with Lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, _record(path, number, line)


def _record(path: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        record = loaded(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}:{number}: {reason(error)}") from error
    if not isinstance(record, dict):
        raise InputError(f"{path}:{number}: not a JSON object")
    return record
