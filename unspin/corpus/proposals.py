"""Sidecar files: the edits that a run proposes, and what people decide about them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from unspin.corpus.operation import loaded
from unspin.corpus.packing import Lines
from unspin.errors import InputError

VERDICTS = {"accept": True, "reject": False}


def proposals(path: str) -> Iterator[dict[str, Any]]:
    """The records of a sidecar file, in order. InputError if one is malformed."""
    with Lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            yield _record(path, number, line)


def decisions(path: str, corpus: str) -> dict[tuple[int, int, int], str | bool]:
    """What was decided, by (line or row, start, end): the text to write, True for the proposed one, False for none.

    Each line is `{"line", "start", "end", "verdict"}`; the verdict is "accept" or "reject"; with accept, "after" may be a text of one's
    own. A decision with a "path" is about the corpus of that name, and left out if that is another one. Of several decisions about the
    same edit the last one counts. InputError if one is malformed.
    """
    decided: dict[tuple[int, int, int], str | bool] = {}
    with Lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            record = _record(path, number, line)
            place = record.get("line"), record.get("start"), record.get("end")
            verdict, after = record.get("verdict"), record.get("after")
            if not all(isinstance(value, int) for value in place) or verdict not in VERDICTS or not isinstance(after, str | None):
                raise InputError(
                    f'{path}:{number}: not a decision; it needs "line", "start", "end", and "verdict": accept or reject'
                )
            about = record.get("path")
            if isinstance(about, str) and Path(about).name != Path(corpus).name:
                continue
            decided[place] = after if verdict == "accept" and after is not None else VERDICTS[verdict]  # type: ignore[index]
    return decided


def _record(path: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        record = loaded(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}:{number}: malformed JSON ({error})") from error
    if not isinstance(record, dict):
        raise InputError(f"{path}:{number}: not a JSON object")
    return record
