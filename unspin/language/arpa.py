"""Reader for trigram models in the ARPA text format, plain or gzipped."""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import numpy as np

from unspin.errors import ModelError
from unspin.language.ngrams import NGrams

LN10 = math.log(10)


def read_arpa(path: Path) -> NGrams:
    """Read a back-off model of order one to three; higher orders are cut off at three.

    Raises ModelError, with the line number, when a line cannot be understood.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as stream:
            sections = _sections(stream, path)
    except (UnicodeDecodeError, EOFError, OSError, zlib.error) as error:
        raise ModelError(f"{path}: damaged language model ({error})") from error
    if 1 not in sections:
        raise ModelError(f"{path}: no \\1-grams: section; is this an ARPA file?")
    unigrams = sections[1]
    words = [key[0] for key, _, _ in unigrams]
    index = {word: i for i, word in enumerate(words)}

    def table(order: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows = sections.get(order, [])
        try:
            ids = [[index[word] for word in key] for key, _, _ in rows]
        except KeyError as error:
            raise ModelError(f"{path}: {order}-gram with a word that has no unigram: {error}") from error
        values = np.array([(p, b) for _, p, b in rows], np.float32).reshape(-1, 2) * LN10
        return np.array(ids, np.int64).reshape(-1, order), values[:, 0], values[:, 1]

    _, unigram_logprob, unigram_backoff = table(1)
    bigrams, bigram_logprob, bigram_backoff = table(2)
    trigrams, trigram_logprob, _ = table(3)
    return NGrams(words, unigram_logprob, unigram_backoff, bigrams, bigram_logprob, bigram_backoff, trigrams, trigram_logprob)


Row = tuple[tuple[str, ...], float, float]


def _sections(stream: TextIO, path: Path) -> dict[int, list[Row]]:
    sections: dict[int, list[Row]] = {}
    order = 0
    for number, line in _lines(stream):
        if line.startswith("\\"):
            order = int(line[1]) if line.endswith("-grams:") and line[1].isdigit() else 0
            if 1 <= order <= 3:
                sections[order] = []
        elif 1 <= order <= 3:
            fields = line.split()
            if len(fields) not in (order + 1, order + 2):
                raise ModelError(f"{path}:{number}: expected a {order}-gram, found: {line[:60]}")
            try:
                backoff = float(fields[order + 1]) if len(fields) == order + 2 else 0.0
                sections[order].append((tuple(fields[1 : order + 1]), float(fields[0]), backoff))
            except ValueError as error:
                raise ModelError(f"{path}:{number}: {error}") from error
    return sections


def _lines(stream: TextIO) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(stream, start=1):
        if stripped := line.strip():
            yield number, stripped
