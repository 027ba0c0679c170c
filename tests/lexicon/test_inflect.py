from __future__ import annotations

import pytest

from unspin.lexicon.inflect import forms


@pytest.mark.parametrize(
    ("lemma", "pos", "expected"),
    [
        ("walk", "verb", {"VB": "walk", "VBZ": "walks", "VBG": "walking", "VBD": "walked", "VBN": "walked"}),
        ("take", "verb", {"VB": "take", "VBZ": "takes", "VBG": "taking", "VBD": "took", "VBN": "taken"}),
        ("point out", "verb", {"VB": "point out", "VBZ": "points out", "VBG": "pointing out", "VBD": "pointed out"}),
        ("city", "noun", {"NN": "city", "NNS": "cities"}),
        ("child", "noun", {"NN": "child", "NNS": "children"}),
        ("court docket", "noun", {"NN": "court docket", "NNS": "court dockets"}),
        ("member of staff", "noun", {"NN": "member of staff", "NNS": "members of staff"}),
        ("head of state", "noun", {"NN": "head of state", "NNS": "heads of state"}),
        ("know-how", "noun", {"NN": "know-how", "NNS": "know-hows"}),
        ("children", "noun", {"NN": "children", "NNS": "children"}),
        ("natural resources", "noun", {"NN": "natural resources", "NNS": "natural resources"}),
        ("physics", "noun", {"NN": "physics", "NNS": "physics"}),
        ("injured", "verb", {"VB": "injured", "VBZ": "injures", "VBG": "injuring", "VBD": "injured"}),
        ("broadcast", "verb", {"VBZ": "broadcasts", "VBD": "broadcast", "VBN": "broadcast"}),
        ("mimic", "verb", {"VBZ": "mimics", "VBG": "mimicking", "VBD": "mimicked", "VBN": "mimicked"}),
        ("panic", "verb", {"VBG": "panicking", "VBD": "panicked"}),
        ("slice", "verb", {"VBG": "slicing", "VBD": "sliced"}),
        ("simple", "adj", {"JJR": "simpler", "JJS": "simplest"}),
        ("free", "adj", {"JJR": "freer", "JJS": "freest"}),
        ("free", "verb", {"VBZ": "frees", "VBG": "freeing", "VBD": "freed"}),
        ("better", "adj", {"JJ": "better", "JJR": "better", "JJS": "best"}),
        ("glass", "noun", {"NN": "glass", "NNS": "glasses"}),
        ("at the last minute", "adv", {"RB": "at the last minute", "RBS": "most at the last minute"}),
        ("big", "adj", {"JJ": "big", "JJR": "bigger", "JJS": "biggest"}),
        ("good", "adj", {"JJ": "good", "JJR": "better", "JJS": "best"}),
        ("beautiful", "adj", {"JJ": "beautiful", "JJR": "more beautiful", "JJS": "most beautiful"}),
        ("quickly", "adv", {"RB": "quickly", "RBR": "more quickly", "RBS": "most quickly"}),
        ("said", "form", {"": "said"}),
        ("in order to", "func", {"": "in order to"}),
    ],
)
def test_the_commonest_form_by_tag(lemma: str, pos: str, expected: dict[str, str]) -> None:
    found = forms(lemma, pos)
    assert {tag: found[tag][0] for tag in expected} == expected


def test_variants_of_a_form_are_kept() -> None:
    assert set(forms("learn", "verb")["VBD"]) == {"learned", "learnt"}


@pytest.mark.parametrize(
    ("word", "pos", "tag", "form"), [("googlify", "verb", "VBZ", "googlifies"), ("blorf", "noun", "NNS", "blorfs")]
)
def test_words_that_no_table_lists_are_inflected_by_rule(word: str, pos: str, tag: str, form: str) -> None:
    assert forms(word, pos)[tag][0] == form
