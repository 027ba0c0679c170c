"""The compiled loops give the same bits as their twins in numpy. Skipped where unspin was installed without a compiler."""

from __future__ import annotations

import os
import subprocess
import sys
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests import tiny
from unspin import cache, document, native, rewriting
from unspin.decoding import (
    calibration,
    company,
    conditions,
    decoder,
    features,
    gate,
    lattice,
    patterns,
    reliability,
    search,
    selection,
    spin_rate,
    topic,
    traces,
)
from unspin.decoding.features import NAMES
from unspin.decoding.lattice import Arcs, Channel, Listed
from unspin.document import Document
from unspin.language import hashing, packed, trigram
from unspin.language.hashing import HashTable
from unspin.lexicon import lexicon
from unspin.unspinner import Unspinner

USERS = (
    cache,
    calibration,
    company,
    conditions,
    decoder,
    document,
    features,
    gate,
    hashing,
    lattice,
    lexicon,
    packed,
    patterns,
    rewriting,
    search,
    selection,
    spin_rate,
    topic,
    traces,
    trigram,
)

pytestmark = pytest.mark.skipif(native.speedups is None, reason="installed without a C compiler, or UNSPIN_PURE is set")


@contextmanager
def pure() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in USERS:
            patch.setattr(module, "speedups", None)
        yield


def test_every_module_that_calls_them_is_known_here():
    users = {name for name, module in sys.modules.items() if name.startswith("unspin.") and hasattr(module, "speedups")}
    assert users == {"unspin.native", *(module.__name__ for module in USERS)}


@given(st.lists(st.integers(0, 2**63 - 1), unique=True, max_size=300), st.lists(st.integers(0, 2**63 - 1), max_size=80))
def test_find(keys: list[int], others: list[int]):
    table, _ = HashTable.build(np.array(keys, np.int64))
    asked = np.array(keys + others, np.int64)
    found = table.find(asked)
    with pure():
        assert found.tolist() == table.find(asked).tolist()


@given(st.integers(3, 9), st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_chain(unspinner: Unspinner, columns: int, rows: int, seed: int):
    model = unspinner._channel.model
    common = [model.id(word) for word in "the of and a in to was said prime minister last year deal united states".split()]
    ids = np.random.default_rng(seed).choice([*common, model.start, model.end, model.unknown], (rows, columns)).astype(np.int32)
    logprob = model.chain(ids)
    with pure():
        assert logprob.tobytes() == model.chain(ids).tobytes()


@given(st.integers(0, 50), st.integers(0, 2**32 - 1))
def test_leaves(rows: int, seed: int):
    evidence = np.random.default_rng(seed).normal(0, 5, (rows, len(NAMES))).astype(np.float32)
    forests = calibration.load().second
    confidence = forests.confidence(evidence)
    with pure():
        assert confidence.tobytes() == forests.confidence(evidence).tobytes()


@given(st.integers(0, 70), st.integers(0, 2**32 - 1))
def test_leaves_of_any_trees(rows: int, seed: int):
    random = np.random.default_rng(seed)
    nodes: list[tuple[int, float, int, int, float]] = []

    def grow(depth: int) -> int:
        here = len(nodes)
        nodes.append((0, 0.0, here, here, random.normal()))
        if depth and random.random() < 0.8:
            nodes[here] = random.integers(3), random.integers(-2, 3) / 2, grow(depth - 1), grow(depth - 1), 0.0
        return here

    roots = [grow(4) for _ in range(random.integers(1, 5))]
    columns = zip(("feature", "threshold", "left", "right", "value"), map(np.array, zip(*nodes, strict=True)), strict=True)
    of_name = {f"any.{column}": values for column, values in columns}
    forest = calibration.Forest.of("any", {**of_name, "any.roots": np.array(roots), "any.depth": np.array(4)})
    evidence = random.choice(np.array([-9, -1, -0.5, -0.0, 0, 0.3, 0.5, 1, 9], np.float32), (rows, 4))
    confidence = forest.confidence(evidence)
    with pure():
        assert confidence.tobytes() == forest.confidence(evidence).tobytes()


SPUN = "The Linked Press said final year that a shipment ship damaged it. ... . U.S. Mr. don’t withinside the in accordance to “As é 日本"
WORDS = st.sampled_from(SPUN.split())
TEXTS = st.one_of(st.text(), st.lists(WORDS, max_size=200).map(" ".join), st.text(alphabet=".? \n'a’", max_size=50))


@given(TEXTS)
def test_gate(unspinner: Unspinner, text: str):
    suspicion = unspinner._gate.look(text)
    with pure():
        assert suspicion == unspinner._gate.look(text)


@pytest.mark.parametrize("tell", ["it went withinside the house", "in accordance to the law", "the house"])
def test_gate_knows_the_same_tells(unspinner: Unspinner, tell: str):
    found = unspinner._gate.look(tell).tell
    with pure():
        assert found == unspinner._gate.look(tell).tell


def test_every_listed_tell_opens_the_gate(unspinner: Unspinner):
    tells = [" ".join(words + tail) for words, tails in unspinner._gate._tells[1].items() for tail in tails]
    plain = [tell for tell in tells if tell.replace(" ", "").isalpha() and tell.isascii()]
    assert len(plain) > 1000
    assert [tell for tell in plain if not unspinner._gate.look(f"a {tell} b").tell] == []


@given(TEXTS)
def test_tokens(text: str):
    doc = Document(text)
    with pure():
        same = Document(text)
        assert (doc.starts, doc.ends, doc.keys) == (same.starts, same.ends, same.keys)
        assert doc.marks.tolist() == same.marks.tolist()


@given(st.text(alphabet="aZ.é1٣²_,:'’ /-\u0301\u00ad\ufeff"), st.integers(0, 5), st.integers(0, 5))
def test_tokens_beside_a_protected_range(text: str, start: int, size: int):
    doc = Document(text, [(start, start + size)])
    with pure():
        same = Document(text, [(start, start + size)])
        assert (doc.starts, doc.ends, doc.marks.tolist()) == (same.starts, same.ends, same.marks.tolist())


@given(st.text(alphabet="abZÉé .,-'’\n1"), st.integers(0, 2**32 - 1))
def test_forms(text: str, seed: int):
    doc, random = Document(text), np.random.default_rng(seed)
    first = random.integers(0, max(len(doc), 1), min(len(doc), 9))
    last = np.minimum(first + random.integers(1, 4, len(first)), len(doc))
    zero = np.zeros(len(first), int)
    arcs = Arcs.of(first, last, zero, zero, zero, random.random(len(first)) < 0.1)
    forms = rewriting.forms(doc, arcs)
    with pure():
        assert same(forms, rewriting.forms(doc, arcs))


def found(
    doc: Document, channel: Channel, usual: NDArray[np.bool_], common: NDArray[np.bool_]
) -> tuple[Arcs, tuple[Arcs, set[int]]]:
    listed = Listed.of(doc, channel.lexicon)
    return lattice.find_arcs(doc, listed, channel), patterns.find_patterns(doc, listed, channel.lexicon, usual, common)


@given(TEXTS)
def test_stream(unspinner: Unspinner, text: str):
    read = vars(lattice.Stream(Document(text), unspinner._channel))
    with pure():
        again = vars(lattice.Stream(Document(text), unspinner._channel))
    assert read.keys() == again.keys()
    assert all(same(column, again[name]) for name, column in read.items())


@given(TEXTS)
def test_score(unspinner: Unspinner, text: str):
    doc, channel = Document(text), unspinner._channel
    stream = lattice.Stream(doc, channel)
    arcs = lattice.find_arcs(doc, Listed.of(doc, channel.lexicon), channel)
    scored = lattice.score_arcs(arcs, stream, channel)
    with pure():
        same = lattice.score_arcs(arcs, stream, channel)
    for field in fields(arcs):
        assert getattr(scored, field.name).tobytes() == getattr(same, field.name).tobytes()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_numbers(unspinner: Unspinner, texts: list[str]):
    index = unspinner.lexicon.index
    asked = [*texts, "final", "in accordance to"]
    numbers = [index.number(text) for text in asked]
    with pure():
        assert numbers == [index.number(text) for text in asked]


@given(TEXTS)
def test_candidates(unspinner: Unspinner, text: str):
    doc, channel = Document(text), unspinner._channel
    usual, common = np.arange(max(len(doc) - 1, 0)) % 3 == 0, np.arange(len(doc)) % 5 == 0
    arcs, (named, genuine) = found(doc, channel, usual, common)
    with pure():
        same, (same_named, same_genuine) = found(doc, channel, usual, common)
    assert genuine == same_genuine
    for field in fields(arcs):
        assert getattr(arcs, field.name).tolist() == getattr(same, field.name).tolist()
        assert getattr(named, field.name).tolist() == getattr(same_named, field.name).tolist()


OWNERS = (
    "Joined Countries' Country's Linked Press's press NATO's in the of machine device gaining knowledge getting to know learning"
)


@given(
    st.lists(
        st.sampled_from([*OWNERS.split(), "transfer getting to know", "coronary heart affiliation's", ",", "."]), max_size=40
    )
)
def test_patterns_with_phrases_and_owners(unspinner: Unspinner, words: list[str]):
    doc, channel = Document(" ".join(words)), unspinner._channel
    listed = Listed.of(doc, channel.lexicon)
    with pure():
        assert same(listed, Listed.of(doc, channel.lexicon))
    arcs, genuine = patterns.find_patterns(doc, Listed.of(doc, channel.lexicon), channel.lexicon)
    with pure():
        same_arcs, same_genuine = patterns.find_patterns(doc, Listed.of(doc, channel.lexicon), channel.lexicon)
    assert genuine == same_genuine
    assert same(arcs, same_arcs)


def test_beside_a_substitute_in_a_usual_pair_there_is_no_other_spelling():
    of_training = tiny.lexicon(words="training / form / coaching\ncenter / form / centre", terms="training center")
    doc = Document("coaching centre")

    def numbers_of(usual: bool) -> list[int]:
        listed = Listed.of(doc, of_training)
        return patterns.find_patterns(doc, listed, of_training, np.array([usual]))[0].replaced.tolist()

    assert (numbers_of(False), numbers_of(True)) == ([1], [])
    with pure():
        assert (numbers_of(False), numbers_of(True)) == ([1], [])


def random_arcs(seed: int, n: int) -> tuple[Arcs, np.random.Generator]:
    random = np.random.default_rng(seed)
    first = random.integers(0, 30, n)
    zero = np.zeros(n, int)
    return Arcs.of(first, first + random.integers(1, 4, n), random.integers(0, 9, n), zero, zero, zero), random


@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_select(n: int, seed: int):
    arcs, random = random_arcs(seed, n)
    confidence = random.integers(0, 5, n) / 4
    chosen = selection.select(arcs, confidence, 0.25)
    with pure():
        assert chosen == selection.select(arcs, confidence, 0.25)


@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_compare(n: int, seed: int):
    random = np.random.default_rng(seed)
    first, guess, repeated = random.integers(0, 6, n).astype(np.int32), random.integers(0, 5, n) / 7, random.random(n) < 0.2
    spun, canonical = (random.choice(["area", "areas", "a hub", "é city hub"], n).tolist() for _ in range(2))
    rows = np.zeros((2, n, len(company.COMPANY)), np.float32)
    company._compare(first, guess, spun, canonical, repeated, rows[0])
    with pure():
        company._compare(first, guess, spun, canonical, repeated, rows[1])
    assert rows[0].tobytes() == rows[1].tobytes()


def same(one: object, other: object) -> bool:
    """Whether two things are the same, in arrays to the bit."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and one.tobytes() == other.tobytes()
    if is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return isinstance(one, lattice.Stream) or one == other


@given(TEXTS)
def test_decode(unspinner: Unspinner, text: str):
    decoding = decoder.decode(Document(text), unspinner._channel)
    with pure():
        assert same(decoding, decoder.decode(Document(text), unspinner._channel))


@given(st.integers(0, 400), st.integers(0, 2**32 - 1))
def test_estimate(n: int, seed: int):
    random = np.random.default_rng(seed)
    first, zero = random.integers(0, 3000, n), np.zeros(n, int)
    arcs = Arcs.of(first, first + random.integers(1, 4, n), zero, zero, zero, zero)
    score, counted = random.normal(0, 5, n), random.random(n) < 0.7
    rate = spin_rate.estimate(arcs, score, counted)
    with pure():
        assert same(rate, spin_rate.estimate(arcs, score, counted))


def chosen(doc: Document, arcs: Arcs, score: NDArray[np.float64], channel: Channel, seed: int = 0) -> decoder._Chosen:
    random, n = np.random.default_rng(seed), len(arcs)
    leading, odd = random.random(n) < 0.7, random.random(n) < 0.5
    weighed = decoder._Weighed(score, score, leading, np.zeros(n, int), odd, odd | (random.random(n) < 0.3))
    rate = spin_rate.estimate(arcs, score, leading)
    choose = decoder._chosen_compiled if decoder.speedups else decoder._chosen
    return choose(doc, arcs, weighed, rate, np.exp(score / 3), -1.0, channel)


@given(st.lists(st.sampled_from([*"abcd"]), min_size=40, max_size=40), st.integers(0, 120), st.integers(0, 2**32 - 1))
def test_chosen(unspinner: Unspinner, words: list[str], n: int, seed: int):
    arcs, random = random_arcs(seed, n)
    channel, doc = unspinner._channel, Document(" ".join(words))
    short = np.flatnonzero(channel.length == 1)[:5].astype(np.int32)
    rows = np.flatnonzero(channel.lexicon.tell[:9999])[:2].astype(np.int32)
    arcs = replace(arcs, canonical=random.choice(short, n), row=random.choice(rows, n))
    score = random.integers(-26, 18, n) / 2
    found = chosen(doc, arcs, score, channel, seed)
    with pure():
        assert same(found, chosen(doc, arcs, score, channel, seed))


@pytest.mark.parametrize("longest", [1, 2])
def test_hyphens_make_no_difference_whether_spans_differ_or_not(unspinner: Unspinner, longest: int):
    channel, doc = unspinner._channel, Document("a b")
    canonical = [bisect_left(channel.lexicon.canonicals, text) for text in ("third party", "third-party", "year")]
    arcs, score = Arcs.of([0, 0, 0], [1, 1, longest], [0, 0, 0], canonical, [0, 0, 0], [0, 0, 0]), np.array([1.0, 2.0, 0.0])
    assert chosen(doc, arcs, score, channel).index.tolist() == [1, 2]
    with pure():
        assert chosen(doc, arcs, score, channel).index.tolist() == [1, 2]


@given(st.lists(st.sampled_from([*"abc"])))
def test_repeated(words: list[str]):
    doc = Document(" ".join(words))
    numbers, repeated = doc.numbers.tolist(), doc.repeated.tolist()
    with pure():
        again = Document(doc.text)
        assert (numbers, repeated) == (again.numbers.tolist(), again.repeated.tolist())


def test_what_lies_outside_is_refused():
    assert native.speedups
    one = np.ones(1, np.int32)
    with pytest.raises(ValueError, match="no such words"):
        native.speedups.estimate(
            one, one, one.astype(bool), np.ones(1), np.empty(1, np.int64), np.empty(1), 1, 0.1, 0.1, 0.1, 0.1
        )
    with pytest.raises(ValueError, match="no such features"):
        calibration.load().first.general.confidence(np.ones((1, 2), np.float32))


@given(TEXTS)
def test_first_look(unspinner: Unspinner, text: str):
    doc = Document(text)
    decoding = decoder.decode(doc, unspinner._channel)
    evidence = features.first_look(doc, decoding, unspinner._channel)
    with pure():
        assert same(evidence, features.first_look(doc, decoding, unspinner._channel))


@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_around(n: int, seed: int):
    arcs, random = random_arcs(seed, n)
    chosen, guess = random.random((2, n))
    found = company._around(arcs, chosen, guess)
    with pure():
        assert all(map(same, found, company._around(arcs, chosen, guess)))


@given(TEXTS, st.integers(0, 2**32 - 1))
def test_second_look(unspinner: Unspinner, text: str, seed: int):
    doc, channel = Document(text), unspinner._channel
    decoding = decoder.decode(doc, channel)
    evidence = features.first_look(doc, decoding, channel)
    guess = np.random.default_rng(seed).random(len(evidence))
    kept, rows = features.second_look(doc, decoding, channel, reliability.load(), evidence, guess)
    with pure():
        same_kept, same_rows = features.second_look(doc, decoding, channel, reliability.load(), evidence, guess)
    assert same(kept, same_kept)
    assert same(rows, same_rows)


@given(TEXTS)
def test_topic(unspinner: Unspinner, text: str):
    decoding = decoder.decode(Document(text), unspinner._channel)
    rows = topic.topic(decoding, decoding.arcs, unspinner._channel)
    assert rows.shape == (len(decoding.arcs), len(topic.TOPIC))
    with pure():
        assert rows.tobytes() == topic.topic(decoding, decoding.arcs, unspinner._channel).tobytes()


def test_buffers_are_checked():
    assert native.speedups
    with pytest.raises(TypeError):
        native.speedups.find(np.zeros(2, np.int64), np.zeros(2, np.int64))  # type: ignore[call-arg]
    with pytest.raises((BufferError, ValueError)):
        frozen = np.zeros(2, np.int64)
        frozen.flags.writeable = False
        native.speedups.find(np.full(16, -1, np.int64), np.zeros(2, np.int64), frozen)


def test_unspin_without_them_does_the_same():
    text = Path("examples/spun/baltic-drill.txt").read_bytes()
    command = [sys.executable, "-m", "unspin", "check", "--format", "json", "--tier", "possible", "-"]
    environments = (os.environ | {"UNSPIN_PURE": value} for value in ("", "1"))
    outputs = {subprocess.run(command, env=env, input=text, capture_output=True).stdout for env in environments}
    assert len(outputs) == 1
    assert b'"code"' in outputs.pop()
