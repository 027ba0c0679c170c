from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests import tiny
from unspin.decoding.lattice import Arcs, Listed
from unspin.decoding.patterns import find_patterns
from unspin.document import Document

LEXICON = tiny.lexicon(
    words="""
        associated / form / linked, related
        city / form / metropolis, town
        house / form / residence
        treaty / form / deal
        organization / form / association, corporation, organisation
        supply / form / provide
        corporation / form / corp
        bank / form / financial institution
        economic / form / financial
        tie / noun / link
        key / form / central
        role / noun / function
        banker / noun / financier
    """,
    names="""
        Associated Press / AP / org
        New York City / NYC / place
        White House /  / place
        North Atlantic Treaty Organization / NATO / org
        Ford Motor Corporation
        House of Lords
        10th House
        North Atlantic House of Bankers
        Reuters
        House of Bankers, Brokers & Dealers / HBBD / org
        Drivers' Bank
        New White House: City Treaty
        Associated, Brokers
    """,
    terms="""
        supply chain / provide chain
        Newton's method
        I/O form
        random forest
        transfer learning
        convolutional network
    """,
    collocations="economic ties\nplay a key role in the economy",
    parts="""
        random / adj / irregular
        forest / noun / grove
        learning / form / getting to know
        convolutional / adj / convolution
        economic / adj / monetary
        role / noun / part
    """,
)


def patterns_of(doc: Document, usual: NDArray[np.bool_] | None = None) -> tuple[Arcs, set[int]]:
    return find_patterns(doc, Listed.of(doc, LEXICON), LEXICON, usual)


def found(text: str) -> set[tuple[str, str]]:
    """Each pattern's span and canonical phrase."""
    doc = Document(text)
    arcs, _ = patterns_of(doc)
    return {
        (doc.text[doc.starts[first] : doc.ends[last - 1]], LEXICON.canonicals[canonical])
        for first, last, canonical in zip(arcs.first, arcs.last, arcs.canonical, strict=True)
    }


def test_a_name_or_a_term_in_the_spelling_of_another_country_is_right() -> None:
    doc = Document("The North Atlantic Treaty Organisation (NATO) met")
    arcs, genuine = patterns_of(doc)
    assert not len(arcs)
    assert genuine == {1, 2, 3, 4}


def test_beside_another_spelling_a_word_may_be_replaced() -> None:
    text = "The North Atlantic Deal Organisation met"
    doc = Document(text)
    arcs, _ = patterns_of(doc)
    assert found(text) == {("North Atlantic Deal Organisation", "North Atlantic Treaty Organization")}
    assert arcs.replaced.tolist() == [1]


@pytest.mark.parametrize(
    ("text", "span", "canonical"),
    [
        ("the Linked Press reported", "Linked Press", "Associated Press"),
        ("the Linked\nPress reported", "Linked\nPress", "Associated Press"),
        ("in New York Metropolis today", "New York Metropolis", "New York City"),
        ("the White Residence said", "White Residence", "White House"),
        ("the North Atlantic Deal Association (NATO)", "North Atlantic Deal Association", "North Atlantic Treaty Organization"),
        ("the 10th Residence sat", "10th Residence", "10th House"),
        ("the Residence of Lords sat", "Residence of Lords", "House of Lords"),
        ("a provide chain broke", "provide chain", "supply chain"),
        ("two provide chains broke", "provide chains", "supply chains"),
        ("the Provide Chain Act", "Provide Chain", "supply chain"),
        ("a provide-chain problem", "provide-chain", "supply chain"),
        ("an irregular grove grew", "irregular grove", "random forest"),
        ("irregular groves grew", "irregular groves", "random forests"),
        ("by transfer getting to know, they", "transfer getting to know", "transfer learning"),
        ("a convolution network", "convolution network", "convolutional network"),
        ("the Linked Press's report", "Linked Press's", "Associated Press"),
        ("the White Residence’s report", "White Residence’s", "White House"),
        ("New York Metropolis's mayor", "New York Metropolis's", "New York City"),
        (
            "the North Atlantic House of Financiers's rules",
            "North Atlantic House of Financiers's",
            "North Atlantic House of Bankers",
        ),
        ("a provide chain's end", "provide chain's", "supply chain"),
        ("the transfer getting to know's end", "transfer getting to know's", "transfer learning"),
        (
            "House of Financiers, Brokers & Dealers",
            "House of Financiers, Brokers & Dealers",
            "House of Bankers, Brokers & Dealers",
        ),
        (
            "House of Bankers,\nBrokers & Brokers (HBBD)",
            "House of Bankers,\nBrokers & Brokers",
            "House of Bankers, Brokers & Dealers",
        ),
        (
            "the North Atlantic Covenant Association's (NATO) chief",
            "North Atlantic Covenant Association's",
            "North Atlantic Treaty Organization",
        ),
        ("the Drivers’ Financial Institution", "Drivers’ Financial Institution", "Drivers' Bank"),
        ("the Drivers’ Financial institution", "Drivers’ Financial institution", "Drivers' Bank"),
        ("the Linked, Brokers's rules", "Linked, Brokers's", "Associated, Brokers"),
        ("with financial ties to", "financial ties", "economic ties"),
        ("with economic links to", "economic links", "economic ties"),
        (
            "they play a central function in the economy",
            "play a central function in the economy",
            "play a key role in the economy",
        ),
    ],
)
def test_names_and_terms_are_known_through_the_substitutions_of_their_words(text: str, span: str, canonical: str) -> None:
    assert (span, canonical) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "the Associated Press reported",
        "the Associated Press's report",
        "in New York City today",
        "a supply chain broke",
        "the linked press reported",  # a name is capitalised
        "a Linked press",
        "the 10th residence sat",
        "the Linked. Press on",
        "the Linked, Press",
        "House of Financiers Brokers Dealers",
        "House of Financiers & Brokers, Dealers",
        "House of Financiers, Brokers &\n\nDealers",
        "House, of Financiers, Brokers & Dealers",
        "House of Financiers Brokers Dealers (HBBD)",
        "the Drivers Financial Institution",
        "the Drivers’ financial Institution",
        "New White House. City Deal",
        "Ford Motor Corp said",  # an abbreviation of the name itself
        "the LINKED Press",  # an acronym is no common word
        "Linked",
        "the Daily Press",
    ],
)
def test_genuine_names_and_other_phrases_are_left_alone(text: str) -> None:
    assert found(text) == set()


def test_the_words_of_a_genuine_name_are_right_as_they_are() -> None:
    doc = Document("the New York City Corporation")
    _, genuine = patterns_of(doc)
    assert {doc.word(i) for i in genuine} == {"New", "York", "City"}
    doc = Document("New York City's mayor")
    assert {doc.word(i) for i in patterns_of(doc)[1]} == {"New", "York", "City's"}


def test_what_follows_a_title_is_a_name() -> None:
    doc = Document("Dr. Strange met Mr Grove, Sir Key, Miss. a tie and Mrs.\n\nHouse")
    assert {doc.word(i) for i in patterns_of(doc)[1]} == {"Strange", "Grove", "Key"}


def test_the_words_of_a_spun_name_are_not() -> None:
    assert patterns_of(Document("the Linked Press"))[1] == set()


def test_a_pattern_weighs_what_its_substitutions_do() -> None:
    one, two = (patterns_of(Document(text))[0].logweight for text in ("White Residence", "North Atlantic Deal Association"))
    expected = sum(LEXICON.originals(spun)[original] for spun, original in (("deal", "treaty"), ("association", "organization")))
    assert one.tolist() == pytest.approx([LEXICON.originals("residence")["house"]])
    assert two.tolist() == pytest.approx([expected])


@pytest.mark.parametrize("text", ["", "Linked", "the Linked"])
def test_short_texts(text: str) -> None:
    assert found(text) == set()


def test_of_a_short_collocation_one_word_at_most_is_replaced() -> None:
    assert found("with financial links to") == set()


def test_what_holds_inside_terms_only_does_not_hold_in_collocations() -> None:
    assert found("with monetary ties to") == set()


def test_a_phrase_is_read_as_one_word_only_beside_the_words_of_the_pattern() -> None:
    assert found("the transfer; getting to know them") == set()


def test_of_a_pair_that_people_write_one_word_at_most_is_replaced() -> None:
    doc = Document("irregular grove")
    assert len(patterns_of(doc, np.array([False]))[0]) == 1
    assert len(patterns_of(doc, np.array([True]))[0]) == 0
    doc = Document("random grove")
    assert len(patterns_of(doc, np.array([True]))[0]) == 1


def test_the_words_that_are_replaced_are_counted() -> None:
    replaced = {text: patterns_of(Document(text))[0].replaced.tolist() for text in ("random grove", "irregular grove")}
    assert replaced == {"random grove": [1], "irregular grove": [2]}


def test_a_listed_tell_says_what_name_a_span_stands_for() -> None:
    told = tiny.lexicon(
        words="Nations / form / countries\nstates / form / countries",
        phrases="united countries / United Nations / tell",
        names="United Nations\nUnited States",
    )
    doc = Document("The United Countries met, and some united countries did")
    arcs, _ = find_patterns(doc, Listed.of(doc, told), told)
    assert [told.text(number) for number in arcs.canonical.tolist()] == ["United Nations"]
