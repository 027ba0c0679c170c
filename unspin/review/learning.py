"""What decisions teach: substitutions to learn from, and texts that are right as they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from unspin.evaluation.align import GoldEdit
from unspin.evaluation.pairs import Pair
from unspin.review.article import ACCEPTED
from unspin.review.rates import wilson
from unspin.review.store import Store

RIGHT = 0.5
"""A text is ignored if, by the interval of what was decided, it is less often spun than this."""
LEAST = 3  # rejections without which nothing is ignored


def examples(store: Store) -> Iterator[Pair]:
    """Each article with the edits that were accepted, as `unspin dict learn` takes them; articles without any are left out."""
    for article, _, edits in store.repaired():
        if edits:
            gold = tuple(GoldEdit(edit.start, edit.end, edit.after) for edit in edits)
            yield Pair(article.name, article.text, gold, clean=False)


def ignored(store: Store) -> list[tuple[str, int, int]]:
    """Texts that were rejected so often that they are better left alone: text in lower case, rejections, decisions."""
    rejected: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for _, item in store.decided():
        text = " ".join(item.text.lower().split())
        decided[text] += 1
        rejected[text] += item.verdict != ACCEPTED
    found = [
        (text, n, decided[text])
        for text, n in rejected.items()
        if n >= LEAST and wilson(decided[text] - n, decided[text])[1] < RIGHT
    ]
    return sorted(found, key=lambda each: (-each[1], each[0]))


def configuration(found: list[tuple[str, int, int]]) -> str:
    """The same as a configuration file, to look through and to take over."""
    lines = [f"    {json.dumps(text, ensure_ascii=False)},  # rejected {n} of {total} times\n" for text, n, total in found]
    return "# Texts that reviewers left as they are; from their decisions\nignore-words = [\n" + "".join(lines) + "]\n"
