from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

Column = NDArray[Any]

def numbered(keys: Column, numbers: Column) -> None: ...
def distinct(
    places: Column,
    first: Column,
    last: Column,
    canonical: Column,
    reading: Column,
    score: Column,
    tell: Column,
    keys: list[str],
    texts: Mapping[int, str],
    keep: Column,
    told: Column,
) -> int: ...
def looked(
    pairs: Column,
    stream: Column,
    at: Column,
    ids: Column,
    begins: Column,
    of_canonical: Column,
    kind: Column,
    starts: Column,
    stops: Column,
    capitals: Column,
    joined: Column,
    counts: Column,
    first: Column,
    last: Column,
    row: Column,
    canonical: Column,
    unigram: Column,
    posterior: Column,
    out: Column,
    kinds: tuple[int, ...],
    vocabulary: int,
    first_pattern_row: int,
    unlisted: int,
    reach: int,
) -> None: ...
def weigh(
    row: Column,
    first: Column,
    last: Column,
    replaced: Column,
    lm: Column,
    unigram: Column,
    logweight: Column,
    kind: Column,
    leads: Column,
    tell: Column,
    usual: Column,
    worth: Column,
    composed: Column,
    terminology: Column,
    prior: Column,
    score: Column,
    leading: Column,
    usual_pairs: Column,
    odd: Column,
    lenient: Column,
    weights: tuple[float, ...],
    first_pattern_row: int,
) -> None: ...
def places(first: Column, last: Column, among: Column, counted: Column, odds: Column, places: Column, mass: Column) -> int: ...
def contest(
    places: Column,
    score: Column,
    excess: Column,
    leading: Column,
    lenient: Column,
    keep: Column,
    sums: Column,
    log_rate: float,
    negligible: float,
    negligible_lenient: float,
    no_rival: float,
    most: int,
) -> int: ...
def rank(first: Column, last: Column, canonical: Column, confidence: Column, ranked: Column, lowest: float) -> int: ...
def stand(first: Column, last: Column, ranked: Column, taken: bytearray, chosen: Column) -> int: ...
def elsewhere(rows: Column, score: Column, counted: Column, keep: Column, others: Column, support: Column) -> None: ...
def others(keys: Column, places: Column, values: Column, number: Column, highest: Column, mean: Column) -> None: ...
def topic(
    vectors: Column,
    has_vector: Column,
    canonical_ids: Column,
    begins: Column,
    ids: Column,
    weight: Column,
    first: Column,
    last: Column,
    canonical: Column,
    reaches: Column,
    out: Column,
    step: float,
) -> None: ...
def find(table: Column, keys: Column, slots: Column) -> None: ...
def find_packed(records: Column, keys: Column, slots: Column, width: int, key_bits: int) -> None: ...
def chain(
    unigrams: Column,
    bigrams: Column,
    trigrams: Column,
    ids: Column,
    out: Column,
    columns: int,
) -> None: ...
def score(
    unigrams: Column,
    bigrams: Column,
    trigrams: Column,
    stream: Column,
    at: Column,
    total: Column,
    total_unigram: Column,
    takes_an: Column,
    possessive_of: Column,
    unigram: Column,
    ids: Column,
    begins: Column,
    canonical: Column,
    possessive: Column,
    doubles: Column,
    first: Column,
    last: Column,
    lm: Column,
    out_unigram: Column,
    alone: Column,
    longest: int,
    a: int,
    an: int,
) -> None: ...
def islands(
    unigrams: Column,
    bigrams: Column,
    trigrams: Column,
    stream: Column,
    at: Column,
    first: Column,
    last: Column,
    canonical: Column,
    owner: Column,
    ids: Column,
    begins: Column,
    prior: Column,
    groups: Column,
    members: Column,
    posterior: Column,
    best: Column,
    weight: float,
    most: int,
) -> None: ...
def leaves(
    nodes: Column,
    begins: Column,
    value: Column,
    first_leaf: Column,
    thresholds: Column,
    cuts: Column,
    evidence: Column,
    out: Column,
) -> None: ...
def number(table: Column, values: Column, text: str) -> int: ...
def hash_lines(text: bytes, hashes: Column) -> None: ...
def hash_words(words: list[str], hashes: Column) -> None: ...
def prefixes(text: bytes, hashes: Column, line: Column) -> int: ...
def phrases(table: Column, group: Column, hashes: Column, joined: Column, spans: Column, longest: int) -> int: ...
def values(table: Column, values: Column, keys: Column, out: Column, missing: int) -> None: ...
def laid_out(words: Column, bounds: Column, at: Column, ids: Column, start: int, end: int, pad: int) -> None: ...
def shares(mass: Column, share: Column, rate: float) -> None: ...
def listed(
    row: Column,
    listed: Column,
    starts: Column,
    stops: Column,
    back: Column,
    similarity: Column,
    logweight: Column,
    out: Column,
    unlisted: tuple[int, int, float],
) -> None: ...
def beside(
    first: Column,
    last: Column,
    guess: Column,
    chosen: Column,
    density: Column,
    before: Column,
    after: Column,
    wider: Column,
    words: int,
    reach: int,
) -> None: ...
def traces(
    stream: Column,
    at: Column,
    ids: Column,
    begins: Column,
    takes_an: Column,
    wrong: Column,
    hyphen_before: Column,
    hyphen_behind: Column,
    first: Column,
    last: Column,
    canonical: Column,
    out: Column,
    spun: list[str],
    texts: list[str],
    endings: tuple[str, ...],
    words: int,
    unknown: int,
    a: int,
    an: int,
) -> None: ...
def readings(
    phrases: int,
    before: int,
    behind: int,
    spans: Column,
    of_words: Column,
    gaps: Column,
    usual_with_next: Column,
    capitals: Column,
    acronyms: Column,
    group: Column,
    first: Column,
    last: Column,
    gap: Column,
    usual: Column,
    capital: Column,
    acronym: Column,
    phrase: Column,
    owner: Column,
    hits: Column,
) -> tuple[int, int]: ...
def patterns(columns: tuple[Column, ...], hits: Column, words: Column) -> bytes: ...
def tokens(text: str, start: int, stop: int, starts: list[int], ends: list[int], keys: list[str]) -> None: ...
def marks(text: str, starts: list[int], ends: list[int], marks: Column) -> None: ...
def expand(
    starts: Column,
    plausible: Column,
    canonical: Column,
    logweight: Column,
    first: Column,
    last: Column,
    group: Column,
    possessive: Column,
    out_first: Column,
    out_last: Column,
    out_row: Column,
    out_canonical: Column,
    out_logweight: Column,
    out_possessive: Column,
) -> int: ...
def look(
    unigrams: Column,
    bigrams: Column,
    trigrams: Column,
    vocabulary: Column,
    ids: Column,
    tells: Column,
    lines: Column,
    candidates: Column,
    prior: Column,
    text: bytes,
    start: int,
    end: int,
    unknown: int,
    weight: float,
    floor: float,
    low: float,
    high: float,
) -> tuple[int, bool, float]: ...
