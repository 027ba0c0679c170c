"""Evaluation data, JSONL: {"id", "spun", "original", "edits"?: [[start, end, original], …]}; clean documents are {"text"}."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from unspin.corpus.packing import Lines
from unspin.errors import InputError, reason
from unspin.evaluation.align import GoldEdit, align


@dataclass(frozen=True, slots=True)
class Pair:
    """A document to evaluate on: the text that the tool sees, and the gold edits that it should make; none if `clean`."""

    id: str
    text: str
    gold: tuple[GoldEdit, ...]
    clean: bool


def read(path: Path) -> Iterator[Pair]:
    """The pairs of a file, perhaps packed, or of standard input, "-", in order.

    InputError at the first bad record: figures on half the data mislead.
    """
    with Lines(str(path)) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield parse(json.loads(line.decode("utf-8-sig")), str(number))
                except (ValueError, RecursionError) as error:
                    raise InputError(f"{path}:{number}: {reason(error)}") from error


def parse(record: Any, default_id: str) -> Pair:
    """A record as a pair; gold edits are aligned where it has none. ValueError says what is wrong with it."""
    if not isinstance(record, dict):
        raise ValueError("expected a JSON object")
    name = str(record.get("id", default_id))
    if "spun" not in record and isinstance(record.get("text"), str):
        return Pair(name, record["text"], (), clean=True)
    spun, original = record.get("spun"), record.get("original")
    if not isinstance(spun, str):
        raise ValueError('expected the texts "spun" and "original", or "text" for a clean document')
    if "edits" in record:
        return Pair(name, spun, tuple(_gold(record["edits"], spun)), clean=False)
    if not isinstance(original, str):
        raise ValueError('expected the text "original", or "edits", beside "spun"')
    return Pair(name, spun, tuple(align(spun, original)), clean=False)


def _gold(edits: Any, spun: str) -> list[GoldEdit]:
    """Edits in order; those that change nothing are left out."""
    if not isinstance(edits, list):
        raise ValueError('"edits" must be a list of [start, end, original]')
    gold = []
    for edit in edits:
        match edit:
            case [int(start), int(end), str(original)] if 0 <= start <= end <= len(spun):
                if spun[start:end] != original:
                    gold.append(GoldEdit(start, end, original))
            case _:
                raise ValueError(f"bad edit {json.dumps(edit)}: expected [start, end, original] within the text")
    gold.sort(key=lambda edit: (edit.start, edit.end))
    for left, right in pairwise(gold):
        if right.start < left.end:
            raise ValueError(f"edits overlap at {right.start}")
    return gold
