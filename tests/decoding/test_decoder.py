from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests import tiny
from unspin.decoding.decoder import MAX_IN_PLACE, SUPPORT_RANGE, Decoding, decode
from unspin.decoding.lattice import Channel
from unspin.document import Document

WORDS = "economic / adj / financial\neffective / adj / financial\nwell / adv / effectively"
KNOWN = {word: (-4.0, -0.5) for word in "the he signed a was as it done treaty effectively and effective".split()}
COMMON, RARE = (-3.0, -0.5), (-6.0, -0.5)


def channel(
    words: str = WORDS, pairs: Mapping[str, tuple[float, float]] | None = None, **unigrams: tuple[float, float]
) -> Channel:
    """One where "financial" is rarer than what it may stand for, but in `pairs`."""
    lexicon = tiny.lexicon(words, phrases="as effectively / as well")
    unigrams = {**KNOWN, "financial": RARE, "economic": COMMON, "well": COMMON, **unigrams}
    return tiny.channel(lexicon, tiny.model(unigrams, pairs))


USUAL = channel()


def readings(decoding: Decoding, channel: Channel = USUAL) -> list[tuple[int, str]]:
    """The first word of each candidate, and what it stands for."""
    canonical = (channel.lexicon.text(text) for text in decoding.arcs.canonical.tolist())
    return [*zip(decoding.arcs.first.tolist(), canonical, strict=True)]


def test_a_text_without_candidates() -> None:
    decoding = decode(Document("It was done."), USUAL)
    assert len(decoding.arcs) == len(decoding.score) == len(decoding.posterior) == decoding.spinnable == 0
    assert decoding.spin_rate < 0.02


def test_candidates_of_a_place_share_its_mass_and_are_measured_by_each_other() -> None:
    decoding = decode(Document("He signed a financial plan."), USUAL)
    assert readings(decoding) == [(3, "economic"), (3, "effective")]
    better, worse = decoding.score
    assert better > worse and decoding.share.sum() == pytest.approx(1) and decoding.spinnable == 1
    assert decoding.share[0] / decoding.share[1] == pytest.approx(np.exp(better - worse))
    assert decoding.margin.tolist() == [better - worse, worse - better]
    assert decoding.rivals.tolist() == [2, 2]
    assert decoding.posterior[0] > decoding.posterior[1] and decoding.posterior.sum() < 1


def test_where_the_text_stands_well_there_is_no_candidate() -> None:
    fixed = channel(pairs={"a financial": (-0.1, 0.0)})
    assert readings(decode(Document("It was financial. He signed a financial plan."), fixed), fixed) == [
        (2, "economic"),
        (2, "effective"),
    ]


def test_a_phrase_that_reads_like_one_of_its_words_is_there_once() -> None:
    assert readings(decode(Document("It was done as effectively."), USUAL)) == [(4, "well")]


def test_other_places_of_a_pair_support_it() -> None:
    decoding = decode(Document("He signed a financial plan. It was as financial. The financial treaty."), USUAL)
    economic = [i for i, (_, reading) in enumerate(readings(decoding)) if reading == "economic"]
    score = np.clip(decoding.score[economic], -SUPPORT_RANGE, SUPPORT_RANGE)
    assert decoding.elsewhere[economic].tolist() == [2, 2, 2]
    assert decoding.support[economic].tolist() == pytest.approx((score.sum() - score) / 2)


def test_what_is_repeated_is_no_support() -> None:
    sentence = "It was done as he signed a financial treaty and the treaty was done."
    decoding = decode(Document(f"{sentence} {sentence}"), USUAL)
    assert decoding.repeated.tolist() == [False, False, True, True]
    assert decoding.elsewhere.tolist() == [0, 0, 1, 1]
    assert decoding.support.tolist() == [0, 0, *decoding.score[:2].tolist()]


def test_a_place_brings_its_best_candidates_alone() -> None:
    names = [f"plan{letter}" for letter in "abcdefghijklmnop"]
    unigrams = dict(zip(names, [(-3.5, -0.5)] * 3 + [COMMON] * 13, strict=True))
    many = channel("\n".join(f"{name} / noun / treaty" for name in names), **unigrams)
    found = readings(decode(Document("He signed the treaty."), many), many)
    assert len(found) == MAX_IN_PLACE and {reading for _, reading in found} <= {*names[3:]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He signed a rough rough blunder.", True),
        ("He signed a rough neural blunder.", True),
        ("He signed a deep neural blunder.", False),  # one pair that fits is nothing uncommon
        ("He signed a rough blunder.", False),
    ],
)
def test_a_term_in_which_several_words_were_replaced_is_not_crowded_out(text: str, found: bool) -> None:
    names = [f"plan{letter}" for letter in "abcdefghijklmnop"]
    words = [f"{name} / noun / rough, blunder" for name in names]
    words += ["deep / adj / rough", "neural / adj / rough", "network / noun / blunder", "mesh / noun / blunder"]
    lexicon = tiny.lexicon("\n".join(words), terms="deep neural network\nneural mesh")
    unigrams = {**KNOWN, "rough": RARE, "blunder": RARE, **dict.fromkeys(names, COMMON)}
    crowded = tiny.channel(lexicon, tiny.model(unigrams))
    candidates = readings(decode(Document(text), crowded), crowded)
    assert any(reading in ("deep neural network", "neural mesh") for _, reading in candidates) is found
    assert len(candidates) > MAX_IN_PLACE - 1


def test_a_text_full_of_candidates_is_more_likely_spun() -> None:
    sentences = [f"{word} was financial." for word in ("it", "he", "the", "a", "done", "and", "as")]
    few, many = (decode(Document(text), USUAL) for text in (sentences[0] + " The treaty was signed." * 20, " ".join(sentences)))
    assert few.spin_rate < many.spin_rate and few.posterior[0] < many.posterior[0]
