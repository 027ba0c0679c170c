"""Edits on text: apply them, take them back, show them as a diff."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import unified_diff as diff_lines
from operator import attrgetter

from unspin.findings import Edit
from unspin.grammar import LINE_END
from unspin.reading.ranges import Range, within

SPECIAL = re.compile('[\\x00-\\x1f\\x7f-\\x9f"\\\\\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]')
BEFORE_WORD = re.compile(r" (?=[^\W\d_])")  # anything else than a letter may mean something where a line begins
NO_NEWLINE = "\\ No newline at end of file\n"


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit made, in whatever order they come.

    ValueError if two edits overlap or if the text does not read `before` where an edit says so.
    """
    parts: list[str] = []
    position = 0
    for edit in _in_order(edits):
        if text[edit.start : edit.end] != edit.before:
            raise ValueError(f"expected {edit.before!r} at {edit.start}, found {text[edit.start : edit.end]!r}")
        parts += text[position : edit.start], edit.after
        position = edit.end
    parts.append(text[position:])
    return "".join(parts)


def revert(repaired: str, edits: Iterable[Edit]) -> str:
    """The text as it was before `apply` made these edits; their offsets are those of that earlier text.

    ValueError if two edits overlap or if the repaired text does not read `after` where an edit was made.
    """
    parts: list[str] = []
    position = 0
    shift = 0
    for edit in _in_order(edits):
        start = edit.start + shift
        end = start + len(edit.after)
        if repaired[start:end] != edit.after:
            raise ValueError(f"expected {edit.after!r} at {start}, found {repaired[start:end]!r}")
        parts += repaired[position:start], edit.before
        position = end
        shift += len(edit.after) - len(edit.before)
    parts.append(repaired[position:])
    return "".join(parts)


def with_line_ends(
    text: str, edits: Iterable[Edit], behind: Callable[[int], int] = int, protected: Sequence[Range] = ()
) -> list[Edit]:
    """The edits in order, and behind each that leaves no place for the line end that was in its phrase, one that makes the next blank a
    line end, unless another edit has that blank, or it is in one of the `protected` ranges, which are merged. `behind` says where the blank
    must be if an edit ends at an offset."""
    written: list[Edit] = []
    ordered = [*_in_order(edits)]
    taken = {edit.start for edit in ordered}
    for edit in ordered:
        written.append(edit)
        line_end = LINE_END.search(edit.before)
        if line_end is None or LINE_END.search(edit.after):
            continue
        blank = behind(edit.end)
        if blank not in taken and BEFORE_WORD.match(text, blank) and not within(protected, blank, blank + 1):
            written.append(replace(edit, start=blank, end=blank + 1, before=" ", after=line_end[0]))
    return written


def unified_diff(before: str, after: str, path: str) -> str:
    """The change as a patch that `patch` and `git apply` understand; empty if nothing changed."""
    lines = diff_lines(_lines(before), _lines(after), _name(f"a/{path}"), _name(f"b/{path}"))
    return "".join(line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}" for line in lines)


def _name(path: str) -> str:
    """A path as git writes it: in quotation marks if it has characters that a patch or a terminal could misunderstand, before a tab if
    it has blanks, at which `patch` would cut it."""
    tab = "\t" if " " in path else ""
    if not SPECIAL.search(path):
        return path + tab
    return f'"{SPECIAL.sub(_octal, path)}"{tab}'


def _octal(match: re.Match[str]) -> str:
    if match[0] in '\\"':
        return f"\\{match[0]}"
    return "".join(f"\\{byte:03o}" for byte in match[0].encode("utf-8", "surrogateescape"))


def _in_order(edits: Iterable[Edit]) -> Iterator[Edit]:
    previous: Edit | None = None
    for edit in sorted(edits, key=attrgetter("start", "end")):
        if not 0 <= edit.start <= edit.end or len(edit.before) != edit.end - edit.start:
            raise ValueError(f"edit at {edit.start} to {edit.end} cannot replace {edit.before!r}")
        if previous is not None and (edit.start < previous.end or (edit.start, edit.end) == (previous.start, previous.end)):
            raise ValueError(f"edits overlap at {edit.start}: {previous.before!r} and {edit.before!r}")
        yield edit
        previous = edit


def _lines(text: str) -> list[str]:
    """Lines with their ends. Only "\\n" ends a line: `str.splitlines` would also cut at form feeds and Unicode separators."""
    lines = text.split("\n")
    last = lines.pop()
    return [line + "\n" for line in lines] + ([last] if last else [])


def compose(text: str, first: Iterable[Edit], second: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits that lead from `text` straight to what `second` makes of what `first` made of it.

    Where edits of both meet, they become one, with the code, entry and confidence of the second.
    """
    middle = apply(text, first)
    shift = 0
    early: list[tuple[int, int, Edit]] = []
    for edit in _in_order(first):
        early.append((edit.start + shift, edit.start + shift + len(edit.after), edit))
        shift += len(edit.after) - len(edit.before)
    late = [(edit.start, edit.end, edit) for edit in _in_order(second)]

    result: list[Edit] = []
    shift = 0  # from an offset of the middle text to one of the first text
    for start, end, firsts, seconds in _meeting(early, late):
        origin = start + shift
        shift += sum(len(edit.before) - len(edit.after) for edit in firsts)
        before = text[origin : end + shift]
        moved = [replace(edit, start=edit.start - start, end=edit.end - start) for edit in seconds]
        after = apply(middle[start:end], moved)
        if before != after:
            named = (seconds or firsts)[0]
            result.append(replace(named, start=origin, end=end + shift, before=before, after=after))
    return tuple(result)


Placed = tuple[int, int, Edit]


def _meeting(early: list[Placed], late: list[Placed]) -> Iterator[tuple[int, int, list[Edit], list[Edit]]]:
    """Spans of the middle text in which edits of the two rounds overlap, each with the edits of either round."""
    groups: list[tuple[int, int, list[Edit], list[Edit]]] = []
    rounds = [(start, end, 0, edit) for start, end, edit in early] + [(start, end, 1, edit) for start, end, edit in late]
    for start, end, number, edit in sorted(rounds, key=lambda placed: placed[:3]):
        if groups and start < groups[-1][1]:
            low, high, firsts, seconds = groups.pop()
        else:
            low, high, firsts, seconds = start, end, [], []
        (seconds if number else firsts).append(edit)
        groups.append((low, max(high, end), firsts, seconds))
    yield from groups
