"""Articles with what blind spinners make of them; those in `articles/` are our own, written by authors who had not seen our dictionaries.

    python benchmarks/spun_articles.py benchmarks/articles PAIRS.jsonl

writes them as pairs for `unspin eval`. In an article, {original|A|B|C} says what the author wrote and what each of three spinners writes
in its place; nothing where a spinner leaves it alone. Every author has three spinners of their own. Each article gives six documents: by
each spinner one with all that it replaces, and one with a part of that, as spinners differ in how much they do. A mark may hold several
words that were replaced one by one: the gold edits are the smallest that `unspin eval` finds between its two texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from zlib import crc32

import click
from spinning import record

from unspin.evaluation.align import GoldEdit, align
from unspin.evaluation.pairs import Pair

PLACE = re.compile(r"\{([^{}|]+)" + r"\|([^{}|]*)" * 3 + r"\}")
PART = 0.3, 0.8  # of what a spinner replaces, in its second document


def read(folder: Path) -> Iterator[Pair]:
    """The documents, article by article. ValueError if one is not marked as it should be."""
    for path in sorted(folder.rglob("*.txt")):
        text, random = path.read_text(encoding="utf-8"), Random(crc32(path.name.encode()))
        if re.search(r"[{}|]", PLACE.sub("", text)):
            raise ValueError(f"{path}: marks are {{original|A|B|C}}")
        rates = [(spinner, rate) for spinner in (1, 2, 3) for rate in (1.0, random.uniform(*PART))]
        for spinner, rate in rates:
            yield _spun(text, f"{path.parent.name}/{path.stem}", spinner, rate, random)


def _spun(text: str, name: str, spinner: int, rate: float, random: Random) -> Pair:
    """What one spinner makes of a text if it does so much of what it can."""
    parts: list[str] = []
    gold: list[GoldEdit] = []
    position = length = 0
    for place in PLACE.finditer(text):
        original, spun = place[1], place[1 + spinner]
        before = text[position : place.start()]
        length, position = length + len(before), place.end()
        if spun and spun != original and random.random() < rate:
            gold += [GoldEdit(length + edit.start, length + edit.end, edit.original) for edit in align(spun, original)]
        else:
            spun = original
        parts += before, spun
        length += len(spun)
    return Pair(name, "".join([*parts, text[position:]]), tuple(gold), clean=False)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def main(folder: Path, target: Path) -> None:
    """Write what spinners make of the articles in FOLDER as pairs to TARGET."""
    with target.open("w", encoding="utf-8") as out:
        out.writelines(map(record, read(folder)))


if __name__ == "__main__":
    main()
