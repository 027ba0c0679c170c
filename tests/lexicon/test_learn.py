from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import tiny
from unspin.evaluation.pairs import Pair as Example
from unspin.evaluation.pairs import parse
from unspin.lexicon.compile import compile_entries
from unspin.lexicon.learn import SMOOTHING, Learned, learn, lines
from unspin.lexicon.lexicon import Lexicon
from unspin.lexicon.load import read

LEXICON = tiny.lexicon(words="economic / adj / financial, fiscal\nsecurity / noun / safety, guard")


def example(spun: str, original: str) -> Example:
    return parse({"spun": spun, "original": original}, "1")


def weight(spun: str, canonical: str, lexicon: Lexicon) -> float:
    listed = lexicon.listed(spun, canonical)
    assert listed is not None
    return math.exp(listed[2])


def found(examples: list[Example]) -> dict[tuple[str, str], Learned]:
    return {(item.spun, item.canonical): item for item in learn(examples, LEXICON)}


def test_a_pair_is_counted_as_often_as_it_occurs() -> None:
    learned = found([example("the budgetary plan", "the economic plan")] * 3)
    assert learned["budgetary", "economic"].count == pytest.approx(3)
    assert learned["budgetary", "economic"].before is None


def test_an_edit_of_several_words_is_shared_out_by_what_is_known() -> None:
    edit = parse({"spun": "our monetary safety talks", "edits": [[4, 19, "economic security"]]}, "1")
    learned = found([edit, *[example("the monetary plan", "the economic plan")] * 4])
    assert learned["monetary", "economic"].count == pytest.approx(5, abs=0.2)
    assert learned["safety", "security"].count > 0.8


def test_phrases_of_unequal_length_are_learned_as_a_whole() -> None:
    learned = found([example("we met in order that we talk", "we met so that we talk")] * 3)
    assert learned["in order", "so"].weight > 0.4


def test_weights_are_smoothed_towards_the_dictionaries() -> None:
    prior = weight("financial", "economic", LEXICON)
    learned = found([example("the financial plan", "the economic plan"), example("a budgetary plan", "an economic plan")])
    expected = (1 + SMOOTHING * prior) / (2 + SMOOTHING)
    assert learned["financial", "economic"].weight == pytest.approx(expected, abs=0.05)


def test_a_name_keeps_its_capitals_and_the_start_of_a_sentence_does_not() -> None:
    learned = found([example("it said nato agreed. Fiscal aid came.", "it said OTAN agreed. Economic aid came.")])
    assert {canonical for _, canonical in learned} == {"OTAN", "economic"}


def test_texts_without_edits_teach_nothing() -> None:
    assert learn([example("the same", "the same"), parse({"text": "clean"}, "1")], LEXICON) == []


def test_the_lines_are_a_dictionary_that_gives_the_weights(tmp_path: Path) -> None:
    learned = learn(
        [example("the budgetary plan", "the economic plan")] * 3 + [example("a thrifty plan", "an economic plan")], LEXICON
    )
    path = tmp_path / "words-learned.tsv"
    path.write_text("".join(f"{line}\n" for line in lines(learned)))
    reading = read([path])
    assert reading.problems == []
    compiled = compile_entries(reading.entries)
    for item in learned:
        assert weight(item.spun, item.canonical, compiled) == pytest.approx(item.weight, rel=0.01)


WORDS = st.lists(st.sampled_from("financial economic safety security a the of".split()), min_size=1, max_size=6).map(" ".join)


@given(st.lists(st.tuples(WORDS, WORDS), max_size=5))
def test_weights_of_a_canonical_phrase_never_exceed_one(texts: list[tuple[str, str]]) -> None:
    learned = learn([example(*pair) for pair in texts], LEXICON)
    totals: dict[str, float] = {}
    for item in learned:
        assert item.count > 0 and item.weight > 0
        totals[item.canonical] = totals.get(item.canonical, 0) + item.weight
    assert all(total <= 1 + 1e-6 for total in totals.values())
