from typing import Any

from numpy.typing import NDArray

Column = NDArray[Any]

def find(table: Column, keys: Column, slots: Column) -> None: ...
def chain(
    bigram_keys: Column,
    bigram_logprob: Column,
    bigram_backoff: Column,
    trigram_keys: Column,
    trigram_logprob: Column,
    unigram_logprob: Column,
    unigram_backoff: Column,
    ids: Column,
    out: Column,
    columns: int,
) -> None: ...
def leaves(
    roots: Column,
    feature: Column,
    threshold: Column,
    left: Column,
    right: Column,
    value: Column,
    evidence: Column,
    out: Column,
) -> None: ...
def hash_lines(text: bytes, hashes: Column) -> None: ...
def prefixes(text: bytes, hashes: Column, complete: Column) -> int: ...
def occurs(table: Column, complete: Column, hashes: Column) -> bool: ...
def read(
    vocabulary: Column, ids: Column, text: bytes, out: Column, hashes: Column, start: int, end: int, unknown: int
) -> int: ...
def odds(
    bigram_keys: Column,
    bigram_logprob: Column,
    unigram_logprob: Column,
    unigram_backoff: Column,
    candidates: Column,
    prior: Column,
    ids: Column,
    out: Column,
    weight: float,
    unknown: int,
) -> int: ...
