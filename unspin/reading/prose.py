"""What a reader sees of a source, and where each character of it comes from: markup left out, escapes and entities decoded.

The engine reads prose; edits are written into the source, and what an edit doesn't cover stays as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from unspin.findings import Finding, Suggestion
from unspin.reading.ranges import Deferred, Range

Piece = tuple[int, int, str]
"""Start and end in the source, and what a reader sees of it: nothing of a tag, a blank of `&nbsp;`."""

WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _Alignment:
    """Where the parts of a text, in order, are in its source: from `low` to `high`; and where each is `seen` in the text, which is where
    the one before it ends."""

    low: list[int]
    high: list[int]
    seen: list[int]
    """One more: where the text ends."""

    def source(self, offset: int) -> Range:
        """The range of the source that is seen as this character."""
        index = bisect_right(self.seen, offset, hi=len(self.low)) - 1
        low, high = self.low[index], self.high[index]
        before = offset - self.seen[index]
        if self.seen[index + 1] - self.seen[index] != high - low:
            return low, high
        return low + before, low + before + 1

    def text(self, offset: int) -> int:
        """An offset of the source in the text; inside what is not seen as it is, where that begins."""
        index = bisect_right(self.low, offset) - 1
        if index < 0:
            return 0
        seen, stop = self.seen[index], self.seen[index + 1]
        low, high = self.low[index], self.high[index]
        if offset >= high:
            return stop
        return seen + offset - low if stop - seen == high - low else seen

    def visible(self, ranges: Iterable[Range]) -> Iterator[Range]:
        """What is seen of ranges of the source."""
        for low, high in ranges:
            start, end = self.text(low), self.text(high)
            if start < end:
                yield start, end


class Prose:
    """The visible text of a source, or of one record in it, from `start` to `end`.

    `pieces`, in order and disjoint, say what is seen of some ranges of the source; the rest is seen as it is. `hidden` are ranges of
    the source that the engine must neither read nor change. `escape` spells new text as the source needs it; None if it has no way to.
    """

    def __init__(
        self,
        source: str,
        pieces: Iterable[Piece] = (),
        hidden: Sequence[Range] = (),
        start: int = 0,
        end: int | None = None,
        escape: Callable[[str], str | None] = str,
    ):
        self._source = source
        self.escape = escape
        stop = len(source) if end is None else end
        self.range = start, stop
        self._pieces = [*pieces]
        lows, highs, seen = zip(*self._pieces, strict=True) if self._pieces else ((), (), ())
        count = 2 * len(lows) + 1
        texts = [""] * count  # what is between the pieces, and they
        low, high = [0] * count, [0] * count  # the ranges of these in the source
        low[0::2], low[1::2] = (start, *highs), lows
        high[0::2], high[1::2] = (*lows, stop), highs
        texts[0::2] = [source[low:high] for low, high in zip((start, *highs), (*lows, stop), strict=True)]
        texts[1::2] = seen
        self._alignment = _Alignment(low, high, [0, *accumulate(map(len, texts))])
        self.text = "".join(texts)
        self.protected: Sequence[Range] = ()
        self.hide(hidden)

    def hide(self, ranges: Sequence[Range]) -> None:
        """Add ranges of the source to those that are hidden."""
        # Not `self`: a text in a cycle would stay until the garbage collector comes.
        earlier, visible = self.protected, self._alignment.visible
        self.protected = Deferred(lambda: [*earlier, *visible(ranges)])

    @cached_property
    def _holes(self) -> list[Range]:
        """What no new word can hold: marks, and entities within words."""
        return [
            (low, high)
            for low, high, seen in self._pieces
            if low < high and (not seen or (self._source[low] == "&" and not seen.isspace()))
        ]

    @cached_property
    def _blanks(self) -> list[Range]:
        return [(low, high) for low, high, seen in self._pieces if seen.isspace() and low < high]

    def place(self, finding: Finding) -> Finding | None:
        """A finding in `text` as one in the source. None if it cannot be mended without disturbing the markup in or around it."""
        start, end = self._range(finding.start, finding.end)
        suggestions: list[Suggestion] = []
        for suggestion in finding.suggestions:
            text = self._spelled(finding.start, finding.end, suggestion.text)
            if text is None and not suggestions:
                return None
            if text is not None:
                suggestions.append(Suggestion(text, suggestion.confidence))
        return replace(finding, start=start, end=end, text=self._source[start:end], suggestions=tuple(suggestions))

    def sources(self, ranges: Iterable[Range]) -> Iterator[Range]:
        """Ranges of the text, none of them empty, in the source."""
        return (self._range(start, end) for start, end in ranges)

    def spelled(self, start: int, end: int, after: str) -> str | None:
        """New text as it must be written in place of a range of the source; None if it does not fit there."""
        return self._spelled(self._alignment.text(start), self._alignment.text(end), after)

    def _spelled(self, first: int, last: int, after: str) -> str | None:
        """What to write for `after`: in a range with markup, word for word, so that the marks, and words that stay, are left as they are.

        A blank that is spelled out, like `&nbsp;`, stays too if the words allow it.
        """
        start, end = self._range(first, last)
        broken = _meets(self._holes, start, end)
        if not broken and not _meets(self._blanks, start, end):
            return self.escape(after)
        before, words = [*WORD.finditer(self.text, first, last)], after.split()
        if len(before) != len(words):
            return None if broken else self.escape(after)
        parts: list[str] = []
        position = start
        for old, new in zip(before, words, strict=True):
            low, high = self._range(*old.span())
            spelled = self._source[low:high] if old[0] == new else self.escape(new)
            if spelled is None or (old[0] != new and _meets(self._holes, low, high)):
                return None
            parts += self._source[position:low], spelled
            position = high
        return "".join(parts)

    def _range(self, start: int, end: int) -> Range:
        """A range of the text (not empty) in the source."""
        return self._alignment.source(start)[0], self._alignment.source(end - 1)[1]


def _meets(ranges: Sequence[Range], start: int, end: int) -> bool:
    """Whether one of the ranges, in order, begins in [start, end)."""
    index = bisect_left(ranges, (start, start))
    return index < len(ranges) and ranges[index][0] < end
