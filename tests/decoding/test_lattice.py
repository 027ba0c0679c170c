from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import tiny
from unspin.decoding.lattice import Arcs, Channel, Listed, Stream, find_arcs, score_arcs
from unspin.document import Document

LEXICON = tiny.lexicon(
    words="city / form / metropolis\nsaid / form / stated\neffort / form / work\nfor / form / towards",
    phrases="""
        extended variety / long range
        final year / last year
        searching / looking for
        nation / the country
        a great deal / much
        a great deal of / much
    """,
)
TEXTS = "the a an in for country city said stated work effort metropolis long range last year final searching looking they he it"
CHANNEL = tiny.channel(LEXICON, tiny.random_model(TEXTS.split(), seed=7))


def found(text: str, protected: list[tuple[int, int]] | None = None) -> set[tuple[str, str]]:
    """Each arc as its span's text and its canonical phrase."""
    doc = Document(text, protected)
    return spans(doc, find_arcs(doc, Listed.of(doc, CHANNEL.lexicon), CHANNEL))


def spans(doc: Document, arcs: Arcs) -> set[tuple[str, str]]:
    return {
        (doc.text[doc.starts[first] : doc.ends[last - 1]], LEXICON.canonicals[canonical])
        for first, last, canonical in zip(arcs.first, arcs.last, arcs.canonical, strict=True)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The metropolis grew.", {("metropolis", "city")}),
        ("The Metropolis grew.", {("Metropolis", "city")}),
        ("In the final year.", {("final year", "last year")}),
        ("In the final\nyear.", {("final\nyear", "last year")}),
        ("An extended-variety missile.", {("extended-variety", "long range")}),
        ("The metropolis's mayor", {("metropolis's", "city")}),
        ("The metropolis’s mayor", {("metropolis’s", "city")}),
        ("The nation's mayor", {("nation's", "the country")}),
        ("The final year's mayor", {("final year's", "last year")}),
        ("A great deal of work", {("A great deal", "much"), ("A great deal of", "much"), ("work", "effort")}),
    ],
)
def test_words_and_phrases_of_the_lexicon_are_candidates(text: str, expected: set[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    ["It was final. Year two", "final, year", "final\n\nyear", "The STATED agency", "We met", "the metropolis2"],
)
def test_what_is_no_candidate(text: str) -> None:
    assert found(text) == set()


def test_protected_words_are_no_candidates() -> None:
    assert found("The metropolis stated it", [(4, 14)]) == {("stated", "said")}


def test_a_phrase_does_not_reach_over_a_protected_range() -> None:
    assert found("final `x` year", [(6, 9)]) == set()


def scored(text: str) -> tuple[Document, Stream, Arcs]:
    doc = Document(text)
    stream = Stream(doc, CHANNEL)
    return (
        doc,
        stream,
        score_arcs(find_arcs(doc, Listed.of(doc, CHANNEL.lexicon), CHANNEL), stream, CHANNEL),
    )


def logprob(text: str) -> float:
    """The log-probability of a text of one sentence, its end included."""
    return float(Stream(Document(text), CHANNEL).total[-1])


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("they stated it", "they said it"),
        ("stated", "said"),
        ("he said in the final year it", "he said in the last year it"),
        ("in the metropolis", "in the city"),
        ("they searching it", "they looking for it"),
        ("they searching for it", "they looking for it"),
    ],
)
def test_the_language_model_compares_whole_sentences(text: str, rewritten: str) -> None:
    _, _, arcs = scored(text)
    assert float(arcs.lm[0]) == pytest.approx(logprob(rewritten) - logprob(text), abs=1e-4)


@pytest.mark.parametrize(
    ("text", "rewritten", "word"),
    [("in a work they said", "in an effort they said", 2), ("an extended variety", "a long range", 1)],
)
def test_after_an_article_a_candidate_is_read_with_the_form_that_it_demands(text: str, rewritten: str, word: int) -> None:
    _, before, arcs = scored(text)
    after = Stream(Document(rewritten), CHANNEL)
    expected = (after.total[-1] - after.total[after.at[word]]) - (before.total[-1] - before.total[before.at[word]])
    assert float(arcs.lm[0]) == pytest.approx(float(expected), abs=1e-4)


def test_other_sentences_do_not_matter() -> None:
    alone, among = scored("They stated it.")[2], scored("He said. They stated it. In the city!")[2]
    assert float(among.lm[0]) == pytest.approx(float(alone.lm[0]), abs=1e-5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("they searching for it", ("searching for", "looking for")),
        ("they searching it", ("searching", "looking for")),
        ("in the nation it", ("the nation", "the country")),
    ],
)
def test_a_word_that_a_candidate_would_double_is_swallowed(text: str, expected: tuple[str, str]) -> None:
    doc, _, arcs = scored(text)
    assert spans(doc, arcs) == {expected}


def test_an_expression_is_the_more_usual_the_more_longer_ones_hold_it() -> None:
    lexicon = tiny.lexicon(
        terms="deep learning\nDeep learning model\nvery deep learning\nlearning rate", words="deep / adj / profound"
    )
    channel = tiny.channel(lexicon, tiny.random_model(["deep", "learning"], seed=7))
    held = dict(zip(lexicon.canonicals, np.expm1(channel.held).round().astype(int).tolist(), strict=True))
    assert held["deep learning"] == 3  # Deep learning model, its plural, very deep learning; not itself
    assert held["learning rate"] == held["learning rates"] == 0
    assert held["deep"] > 3


def test_joined_arcs_come_one_after_the_other() -> None:
    doc = Document("the metropolis stated")
    arcs = find_arcs(doc, Listed.of(doc, CHANNEL.lexicon), CHANNEL)
    assert arcs.join(arcs).first.tolist() == [*arcs.first.tolist(), *arcs.first.tolist()]


def test_a_document_without_words_has_no_arcs() -> None:
    assert found("…") == set()


@pytest.fixture(scope="module")
def numerals() -> Channel:
    return tiny.channel(LEXICON, tiny.random_model(["five", "hundred", "country"], seed=1))


@pytest.mark.parametrize(("key", "word"), [("5", "five"), ("1,200", "hundred"), ("country's", "country"), ("five", "five")])
def test_the_stream_reads_numerals_and_possessives_as_known_words(numerals: Channel, key: str, word: str) -> None:
    stream = Stream(Document(key), numerals)
    assert stream.ids[stream.at[0]] == numerals.model.id(word)


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("they searching for it", "searching for"),
        ("they searching `x` for it", "searching"),
        ("they searching, for it", "searching"),
        ("they searching (for it)", "searching"),
        ("they searching-for it", "searching-for"),
        ("they searching for's it", "searching"),
    ],
)
def test_only_what_stands_right_beside_is_covered_as_a_double(text: str, covered: str) -> None:
    doc = Document(text, [(i, i + 3) for i in [text.find("`")] if i >= 0])
    arcs = score_arcs(find_arcs(doc, Listed.of(doc, CHANNEL.lexicon), CHANNEL), Stream(doc, CHANNEL), CHANNEL)
    assert {text[doc.starts[low] : doc.ends[high - 1]] for low, high in zip(arcs.first, arcs.last, strict=True)} == {covered}


def test_columns_of_another_lexicon_are_refused(tmp_path: Path) -> None:
    model = tiny.model({"a": (-1.0, 0.0), "b": (-1.0, 0.0)})
    channel = tiny.channel(tiny.lexicon("a / noun / b"), model)
    channel.save(tmp_path)
    assert Channel.load(tmp_path, channel.lexicon, model, channel.pair_counts).length.tolist() == channel.length.tolist()
    with pytest.raises(ValueError, match="of another lexicon"):
        Channel.load(tmp_path, tiny.lexicon("a / noun / b, c"), model, channel.pair_counts)
