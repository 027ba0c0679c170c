"""One document: which of the tool's edits are exact or at least point at spun text, and which gold edits they reach."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from unspin.evaluation.align import GoldEdit
from unspin.findings import Edit


@dataclass(frozen=True, slots=True)
class Match:
    """`exact[i]`, `detected[i]` judge the tool's edit i; `restored[j]`, `found[j]` whether gold edit j was reached so."""

    exact: tuple[bool, ...]
    detected: tuple[bool, ...]
    restored: tuple[bool, ...]
    found: tuple[bool, ...]


def match(text: str, edits: Sequence[Edit], gold: Sequence[GoldEdit]) -> Match:
    """Compare edits with gold edits (both in order, without overlaps among themselves).

    An edit is a detection when it overlaps a gold edit. It is exact when the smallest region that covers it and every gold edit
    it overlaps reads like the original once the edit is made. A gold edit is found by any edit that overlaps it, restored by
    an exact one.
    """
    ends = [edit.end for edit in gold]
    exact, detected = [], []
    restored, found = [False] * len(gold), [False] * len(gold)
    for edit in edits:
        near = []
        for j in range(bisect_left(ends, edit.start), len(gold)):
            if gold[j].start > edit.end:
                break
            if _overlap(edit, gold[j]):
                near.append(j)
        hit = bool(near) and _reads_like_original(text, edit, [gold[j] for j in near])
        exact.append(hit)
        detected.append(bool(near))
        for j in near:
            found[j] = True
            restored[j] = restored[j] or hit
    return Match(tuple(exact), tuple(detected), tuple(restored), tuple(found))


def _overlap(edit: Edit, gold: GoldEdit) -> bool:
    if gold.start == gold.end or edit.start == edit.end:
        return edit.start <= gold.end and gold.start <= edit.end
    return edit.start < gold.end and gold.start < edit.end


def _reads_like_original(text: str, edit: Edit, gold: Sequence[GoldEdit]) -> bool:
    start, end = min(edit.start, gold[0].start), max(edit.end, gold[-1].end)
    parts: list[str] = []
    position = start
    for truth in gold:
        parts += text[position : truth.start], truth.original
        position = truth.end
    parts.append(text[position:end])
    return text[start : edit.start] + edit.after + text[edit.end : end] == "".join(parts)
