from __future__ import annotations

import math

import pytest

from tests.tiny import lexicon
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import Lexicon


def canonicals(lexicon: Lexicon, spun: str) -> list[str]:
    return [pair.canonical for pair in lexicon.pairs(spun)]


@pytest.mark.parametrize(("spun", "canonical"), [("state", "say"), ("states", "says"), ("stating", "saying"), ("stated", "said")])
def test_every_form_of_a_spun_word_maps_to_the_same_form(spun: str, canonical: str) -> None:
    assert canonical in canonicals(lexicon(words="say / verb / state"), spun)


def test_a_comparative_formed_with_more_maps_to_one_word() -> None:
    assert canonicals(lexicon(words="big / adj / sizeable"), "more sizeable") == ["bigger"]


@pytest.mark.parametrize(
    ("spun", "expected"),
    [("vegetation", ["plant", "plants"]), ("factory", ["plant"]), ("factories", ["plants"]), ("works", ["plant", "plants"])],
)
def test_a_noun_without_plural_stands_for_one_and_for_several(spun: str, expected: list[str]) -> None:
    assert sorted(canonicals(lexicon(words="plant / noun / vegetation, factory, works"), spun)) == expected


def test_forms_that_are_alike_are_no_pair() -> None:
    compiled = lexicon(words="outlay / noun / outlays")
    assert canonicals(compiled, "outlays") == ["outlay"]


def test_likelier_words_weigh_more() -> None:
    compiled = lexicon(words="said / form / stated, declared, mentioned")
    weights = [next(compiled.pairs(spun)).logweight for spun in ("stated", "declared", "mentioned")]
    assert weights == sorted(weights, reverse=True) and len(set(weights)) == 3


def test_the_weights_of_a_word_are_probabilities() -> None:
    compiled = lexicon(words="said / form / stated, declared, mentioned")
    assert sum(math.exp(pair.logweight) for pair in compiled.pairs()) == pytest.approx(1.0)


def test_a_written_weight_multiplies() -> None:
    plain, weighted = (next(lexicon(words=f"said / form / stated, {item}").pairs("told")) for item in ("told", "told:2"))
    assert weighted.logweight - plain.logweight == pytest.approx(math.log(2))


def test_no_weight_is_above_one() -> None:
    assert next(lexicon(words="said / form / stated:1000").pairs()).logweight == 0.0


def test_further_alternatives_of_a_phrase_weigh_less() -> None:
    first, second = lexicon(phrases="a great deal / much | a lot").pairs("a great deal")
    assert (first.canonical, second.canonical) == ("much", "a lot")
    assert first.logweight > second.logweight


def test_the_heavier_of_two_entries_for_a_pair_stands() -> None:
    (pair,) = lexicon(words="said / form / told, stated\nsaid / form / stated").pairs("stated")
    assert pair.logweight == 0.0


def test_a_tell_stays_one_when_another_entry_is_heavier() -> None:
    (pair,) = lexicon(words="together / form / jointly", phrases="jointly / together / tell").pairs("jointly")
    assert pair.tell


def test_only_flagged_phrases_are_tells() -> None:
    compiled = lexicon(phrases="as effectively as / as well as / tell\na great deal / much")
    assert [pair.tell for pair in compiled.pairs()] == [False, True]


def test_keys_have_no_hyphens_capitals_or_curly_quotes() -> None:
    assert canonicals(lexicon(phrases="The Country’s extended-variety / x"), "the country's extended variety") == ["x"]


def test_very_long_phrases_are_left_out() -> None:
    assert len(lexicon(phrases="one two three four five six seven / x")) == 0


@pytest.mark.parametrize(("spun", "expected"), [("keep able to", ["can"]), ("keeps able to", []), ("kept able to", [])])
def test_an_auxiliary_is_not_inflected(spun: str, expected: list[str]) -> None:
    assert canonicals(lexicon(phrases="keep able to / can /  / verb"), spun) == expected


def test_a_spun_form_of_a_name_is_a_tell_of_kind_name() -> None:
    (pair,) = lexicon(names="Associated Press / AP / org / Linked Press").pairs("linked press")
    assert (pair.canonical, pair.kind, pair.tell) == ("Associated Press", Kind.NAME, True)


def test_names_become_patterns_without_their_article() -> None:
    (pattern,) = lexicon(names="The New York Times / NYT / media").patterns
    assert (pattern.canonical, pattern.words, pattern.acronym) == ("New York Times", ("new", "york", "times"), "NYT")


def test_terms_become_patterns_in_singular_and_plural() -> None:
    assert [pattern.canonical for pattern in lexicon(terms="supply chain").patterns] == ["supply chain", "supply chains"]


def test_an_entry_is_named_by_what_it_says() -> None:
    (pair,) = lexicon(phrases="final year / last year").pairs("final year")
    assert pair.entry == "phrase: last year ← final year"


def test_another_spelling_is_no_substitution_outside_of_terms() -> None:
    pairs = lexicon(words="organization / noun / association, organisation").pairs()
    kinds = {(pair.spun, pair.canonical): pair.kind for pair in pairs}
    assert kinds["association", "organization"] is Kind.WORD
    assert kinds["organisation", "organization"] is kinds["organisations", "organizations"] is Kind.PART
