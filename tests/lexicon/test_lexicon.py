from __future__ import annotations

import math
from pathlib import Path

import pytest
from jellyfish import jaro_winkler_similarity

from tests.tiny import lexicon
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import Lexicon, Pair


@pytest.fixture(scope="module")
def compiled() -> Lexicon:
    return lexicon(
        words="said / form / stated, mentioned\ntold / form / advised, stated\ncity / form / metropolis",
        phrases="as effectively as / as well as / tell",
        names="New York City / NYC / place",
        terms="supply chain / provide chain",
    )


def test_pairs_come_by_spun_phrase_and_falling_weight(compiled: Lexicon) -> None:
    pairs = list(compiled.pairs())
    assert pairs == sorted(pairs, key=lambda pair: (pair.spun, -pair.logweight))
    assert [pair.canonical for pair in compiled.pairs("stated")] == ["said", "told"]


def test_the_length_is_the_number_of_pairs(compiled: Lexicon) -> None:
    assert len(compiled) == len(list(compiled.pairs())) == 7


def test_a_pair_knows_what_lists_it_the_other_way_round(tmp_path: Path) -> None:
    lexicon(
        words="Said / form / stated, told\nstated / form / said, told\ntold / form / said", parts="told / form / stated"
    ).save(tmp_path)
    loaded = Lexicon.load(tmp_path)
    pairs, rows = list(loaded.pairs()), {}
    for pair, back in zip(pairs, loaded.back.tolist(), strict=True):
        rows[pair.spun, pair.canonical] = (pairs[back].spun, pairs[back].canonical) if back >= 0 else None
    assert rows == {
        ("said", "stated"): ("stated", "Said"),
        ("said", "told"): ("told", "Said"),
        ("stated", "Said"): ("said", "stated"),
        ("stated", "told"): ("told", "stated"),
        ("told", "Said"): ("said", "told"),
        ("told", "stated"): None,  # the other is a part
    }


def test_the_similarity_of_a_pair_is_blind_to_capitals() -> None:
    built = lexicon(words="Said / form / sad")
    assert built.similarity.tolist() == [pytest.approx(jaro_winkler_similarity("sad", "said"))]


def test_an_unknown_phrase_has_no_pairs(compiled: Lexicon) -> None:
    assert list(compiled.pairs("unheard of")) == []


@pytest.mark.parametrize(("text", "listed"), [("New York City", True), ("said", True), ("new york city", False), ("zzz", False)])
def test_what_is_listed_as_canonical(compiled: Lexicon, tmp_path: Path, text: str, listed: bool) -> None:
    compiled.save(tmp_path)
    assert compiled.lists(text) == Lexicon.load(tmp_path).lists(text) == listed


def test_the_order_of_the_input_does_not_matter() -> None:
    pairs = [
        Pair("b", "x", -1.0, "e", Kind.WORD, False),
        Pair("a", "y", -2.0, "f", Kind.PHRASE, True),
        Pair("a", "x", -1.0, "g", Kind.WORD, False),
    ]
    assert list(Lexicon.build(pairs, []).pairs()) == list(Lexicon.build(pairs[::-1], []).pairs())


def test_a_saved_lexicon_is_loaded_as_it_was(compiled: Lexicon, tmp_path: Path) -> None:
    compiled.save(tmp_path)
    loaded = Lexicon.load(tmp_path)
    assert list(loaded.pairs()) == list(compiled.pairs())
    assert loaded.patterns == compiled.patterns


def test_a_loaded_lexicon_finds_patterns(compiled: Lexicon, tmp_path: Path) -> None:
    compiled.save(tmp_path)
    assert Lexicon.load(tmp_path).openings[Kind.TERM].continuations("provide") == compiled.openings[Kind.TERM].continuations(
        "provide"
    )


def test_an_empty_lexicon_can_be_saved(tmp_path: Path) -> None:
    Lexicon.build([], []).save(tmp_path)
    assert len(Lexicon.load(tmp_path)) == 0


def test_a_pattern_has_a_row_of_weight_one_after_the_pairs(compiled: Lexicon) -> None:
    rows = range(compiled.first_pattern_row, compiled.first_pattern_row + len(compiled.patterns))
    assert [compiled.canonicals[compiled.canonical[row]] for row in rows] == [p.canonical for p in compiled.patterns]
    assert {float(compiled.logweight[row]) for row in rows} == {0.0}


def test_the_originals_of_a_word_are_what_it_may_stand_for_and_itself(compiled: Lexicon) -> None:
    originals = compiled.originals("stated")
    assert originals == {"stated": 0.0, "said": pytest.approx(math.log(0.6)), "told": pytest.approx(math.log(0.4))}


def test_a_word_without_entry_stands_for_itself(compiled: Lexicon) -> None:
    assert compiled.originals("blorf") == {"blorf": 0.0}


def test_names_are_found_by_their_first_word(compiled: Lexicon) -> None:
    ((second, found),) = compiled.openings[Kind.NAME].continuations("new").items()
    assert second == "york"
    assert [(third, compiled.patterns[number].canonical) for third, number in found] == [("city", "New York City")]


def test_names_and_terms_are_kept_apart(compiled: Lexicon) -> None:
    assert compiled.openings[Kind.TERM].continuations("new") == {}
