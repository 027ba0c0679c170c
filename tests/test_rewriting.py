from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import tiny
from unspin.decoding.lattice import Arcs, Listed, find_arcs
from unspin.decoding.patterns import find_patterns
from unspin.decoding.selection import Rest, Spans
from unspin.document import Document
from unspin.rewriting import ODD, Rewriter

LEXICON = tiny.lexicon(
    words="""
        city / form / metropolis
        effort / form / work
        associated / form / linked
        house / form / residence
        second / form / 2nd, 2d
        Internet / form / net
        hour / form / period, 60 minutes
        plan / form / idea
        long / form / lengthy
        children / form / youngsters
        defense / form / protection
        data / form / knowledge
        organized / form / arranged
        employees / form / workers
        boss / form / chief
        former / form / ex
        world / form / globe
        center / noun / centre
    """,
    phrases="""
        extended variety / long range
        final year / last year
        short time span / short term
        short-time span / short-term
        year-previous / year-old
        time span / term
        nowadays's / today's
        primary minister / prime minister
        house estate / housing estate
    """,
    names="""
        Associated Press / AP / org
        Prime Minister / PM / person-title
        White House /  / place
        World Trade Center /  / place
        World, House & City, Inc.
        Second House
    """,
    terms="MRI plan\nlong term\nlong-term\nlong-term plan\ndata center\nper-hour",
)
CHANNEL = tiny.channel(LEXICON, tiny.model({"the": (-1.0, 0.0)}))


def rewritten(doc: Document, arcs: Arcs) -> str:
    """The text after the only arc was written."""
    assert len(arcs) == 1
    start, end, after = Rewriter(doc, Spans.of(arcs), LEXICON).rewrite(0)
    return doc.text[:start] + after + doc.text[end:]


def rewritings(doc: Document, arcs: Arcs) -> set[str]:
    """What is written of each arc."""
    rewriter = Rewriter(doc, Spans.of(arcs), LEXICON)
    return {rewriter.rewrite(i)[2] for i in range(len(arcs))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the metropolis grew", "the city grew"),
        ("Metropolis of gold", "City of gold"),
        ("the Metropolis grew", "the City grew"),
        ("the metropolis's mayor", "the city's mayor"),
        ("the metropolis’s mayor", "the city’s mayor"),
        ("the workers's pay", "the employees' pay"),
        ("the workers’s pay", "the employees’ pay"),
        ("THE WORKERS'S PAY", "THE EMPLOYEES' PAY"),
        ("the chief's car", "the boss's car"),
        ("an ex-lover", "a former lover"),
        ("Ex-Secretary Kerry", "Former Secretary Kerry"),
        ("her ex left", "her former left"),
        ("her ex - now lover", "her former - now lover"),
        ("the youngsters' books", "the children's books"),
        ("the youngsters’\nbooks", "the children’s\nbooks"),
        ("THE YOUNGSTERS' BOOKS", "THE CHILDREN'S BOOKS"),
        ("they called them 'the youngsters' at times", "they called them 'the children' at times"),
        ("‘Youngsters’ are dear", "‘Children’ are dear"),
        ("they said “the youngsters’.”", "they said “the children’.”"),
        ("the net grew", "the Internet grew"),
        ("in the final\nyear", "in the last\nyear"),
        ("extended-variety missiles", "long-range missiles"),
        ("nowadays’s children", "today’s children"),
        ("nowadays's children", "today's children"),
        ("a work of love", "an effort of love"),
        ("A work of love", "An effort of love"),
        ("a period ago", "an hour ago"),
        ("an idea of ours", "a plan of ours"),
        ("AN idea of ours", "A plan of ours"),
        ("AN IDEA OF OURS", "A PLAN OF OURS"),
        ("A WORK OF LOVE", "AN EFFORT OF LOVE"),
        ("A Work of Love", "An Effort of Love"),
        ("an extended-variety missile", "a long-range missile"),
        ("an\nidea of ours", "a\nplan of ours"),
        ("an “idea” of ours", "a “plan” of ours"),
        ('an\n"idea" of ours', 'a\n"plan" of ours'),
        ("an (idea) of ours", "a (plan) of ours"),
        ("an [idea] of ours", "a [plan] of ours"),
        ('vitamin "an" idea', 'vitamin "an" plan'),
        ("a metropolis grew", "a city grew"),
        ("an. Idea of ours", "an. Plan of ours"),
        ("vitamin a, idea of ours", "vitamin a, plan of ours"),
        ("the Extended variety Office", "the Long Range Office"),
        ("Extended variety was it", "Long range was it"),
        ("the Primary minister said", "the Prime Minister said"),
        ("Primary minister Scholz", "Prime Minister Scholz"),
        ("the primary minister, Scholz", "the prime minister, Scholz"),
        ("Primary minister of Peru", "Prime minister of Peru"),
        ("Primary minister, Peru", "Prime minister, Peru"),
        ("PRIMARY MINISTER SCHOLZ", "PRIME MINISTER SCHOLZ"),
        ("House estate Scholz", "Housing estate Scholz"),
        ('the "Extended variety" one', 'the "Long range" one'),
        ("at 5 p.m. Extended variety", "at 5 p.m. Long range"),
        ("so:\nExtended variety", "so:\nLong range"),
    ],
)
def test_a_candidate_is_fitted_into_its_sentence(text: str, expected: str) -> None:
    doc = Document(text)
    assert rewritten(doc, find_arcs(doc, Listed.of(doc, CHANNEL.lexicon), CHANNEL)) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("THERE IS A EGG", "AN"), ("There is a egg", "an"), ("A EU law", "An"), ("A Egg", "An"), ("A", "An")]
)
def test_an_article_alone_is_in_capitals_among_capitals(text: str, expected: str) -> None:
    lexicon, doc = tiny.lexicon("an / form / a"), Document(text)
    arcs = find_arcs(doc, Listed.of(doc, lexicon), tiny.channel(lexicon, tiny.model({"the": (-1.0, 0.0)})))
    assert Rewriter(doc, Spans.of(arcs), lexicon).rewrite(0)[2] == expected


def test_a_line_end_in_a_longer_phrase_is_kept() -> None:
    doc = Document("in the short time\nspan")
    arcs = find_arcs(doc, Listed.of(doc, CHANNEL.lexicon), CHANNEL)
    assert "short\nterm" in rewritings(doc, arcs)


def test_hyphens_are_kept_where_the_phrase_is_listed_with_them() -> None:
    doc = Document("a short-time span plan")
    arcs = find_arcs(doc, Listed.of(doc, CHANNEL.lexicon), CHANNEL)
    assert rewritings(doc, arcs) == {"short-term", "term"}
    doc = Document("in the short time span")
    arcs = find_arcs(doc, Listed.of(doc, CHANNEL.lexicon), CHANNEL)
    assert "short term" in rewritings(doc, arcs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a lengthy-time span bet", "long-term"),
        ("a lengthy time span", "long term"),
        ("a lengthy time span idea", "long-term plan"),
        ("a long\ntime span idea", "long-term\nplan"),
        ("a lengthy term idea", "long term plan"),
        ("a per-60 minutes rate", "per-hour"),
        ("a term--lengthy time span", "long term"),
        ("an MRI idea", "MRI plan"),
        ("a MRI idea", "MRI plan"),
        ("ten per 60 minutes", "per hour"),
    ],
)
def test_terms_have_hyphens_where_they_are_listed_with_them(text: str, expected: str) -> None:
    doc = Document(text)
    arcs, _ = find_patterns(doc, Listed.of(doc, LEXICON), LEXICON)
    assert expected in rewritings(doc, arcs)


@pytest.mark.parametrize(("text", "expected"), [("a 28-year previous star", "year-old"), ("28 year previous", "year old")])
def test_what_stands_behind_a_hyphen_has_its_own(text: str, expected: str) -> None:
    doc = Document(text)
    arcs = find_arcs(doc, Listed.of(doc, CHANNEL.lexicon), CHANNEL)
    assert expected in rewritings(doc, arcs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Linked Press", "the Associated Press"),
        ("the Linked\nPress", "the Associated\nPress"),
        ("a Linked Press story", "an Associated Press story"),
        ("The White Residence", "The White House"),
        ("the 2nd Residence", "the 2nd House"),
        ("the 2d Residence", "the Second House"),
        ("THE WHITE RESIDENCE", "THE WHITE HOUSE"),
        ("the Linked Press’s report", "the Associated Press’s report"),
        ("the World,\nResidence & City, Inc. did", "the World,\nHouse & City, Inc. did"),
        ("the World, Residence & City,\nInc", "the World, House & City,\nInc."),
    ],
)
def test_a_name_is_written_as_it_is_listed(text: str, expected: str) -> None:
    doc = Document(text)
    assert rewritten(doc, find_patterns(doc, Listed.of(doc, LEXICON), LEXICON)[0]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the protection of colour", "the defence of colour"),
        ("the Protection of colour", "the Defence of colour"),
        ("the protection of color", "the defense of color"),
        ("the protection of Labour", "the defense of Labour"),
        ("it arranged colours", "it organised colours"),
        ("it arranged colours and recognized them", "it organized colours and recognized them"),
    ],
)
def test_words_are_spelled_as_the_text_spells(text: str, expected: str) -> None:
    doc = Document(text)
    assert rewritten(doc, find_arcs(doc, Listed.of(doc, CHANNEL.lexicon), CHANNEL)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a knowledge centre", "a data centre"),
        ("Knowledge Centres", "Data Centres"),
        ("the Globe Trade Centre", "the World Trade Centre"),
        ("the Globe Trade Center in our neighbourhood", "the World Trade Center in our neighbourhood"),
    ],
)
def test_what_is_kept_of_a_name_or_term_keeps_its_spelling(text: str, expected: str) -> None:
    doc = Document(text)
    assert rewritten(doc, find_patterns(doc, Listed.of(doc, LEXICON), LEXICON)[0]) == expected


@pytest.mark.parametrize(
    ("text", "span", "term", "part", "expected"),
    [
        ("A profound brain organization", (1, 4), "deep neural network", (1, 2), ["A deep brain organization"]),
        ("An able brain-organization", (1, 4), "deep neural network", (1, 2), ["A deep brain-organization"]),
        ("THE FUZZY DERIVATION FRAMEWORK", (1, 4), "fuzzy inference system", (3, 4), ["THE FUZZY DERIVATION SYSTEM"]),
        ("a big neural organization", (1, 4), "deep neural network", (3, 4), ["a big neural network"]),
        ("a profound\nbrain organization", (1, 4), "deep neural network", (1, 2), ["a deep\nbrain organization"]),
        ("a fuzzy derivation\nframework", (1, 4), "fuzzy inference support system", (1, 3), ["a fuzzy inference\nframework"]),
        ("an autonomous example test", (1, 4), "independent sample test", (2, 3), ["an autonomous sample test"]),
        ("an able example test", (1, 4), "deep sample test", (2, 3), ["an able sample test"]),
        ("some able example test", (1, 4), "sample size test plan", (2, 3), []),
        ("a deep brain organization", (1, 4), "deep neural network", (1, 2), []),
    ],
)
def test_the_rest_of_a_candidate_is_written_alone(
    text: str, span: tuple[int, int], term: str, part: tuple[int, int], expected: list[str]
) -> None:
    lexicon, doc = tiny.lexicon(terms=term), Document(text)
    arcs = Arcs.of([span[0]], [span[1]], [0], [lexicon.canonicals.index(term)], [0.0], [False])
    edits = Rewriter(doc, Spans.of(arcs), lexicon).rewrite_rest(Rest(0, *part))
    assert [text[:start] + after + text[end:] for start, end, after in edits] == expected


PIECES = "a an A the metropolis Metropolis METROPOLIS 2nd Linked Press White Residence lengthy time span final year ex idea chief’s".split()


@given(
    st.lists(st.tuples(st.sampled_from([*PIECES, "work", "workers'"]), st.sampled_from([" ", " ", " ", "-", "\n", ", ", ". "])))
)
def test_what_is_written_as_listed_needs_no_mending(pieces: list[tuple[str, str]]) -> None:
    doc = Document("".join(word + gap for word, gap in pieces))
    listed = Listed.of(doc, LEXICON)
    arcs = find_arcs(doc, listed, CHANNEL).join(find_patterns(doc, listed, LEXICON)[0])
    quick, slow = (Rewriter(doc, Spans.of(arcs), LEXICON) for _ in range(2))
    slow._forms = [ODD] * len(arcs)
    assert [*map(quick.rewrite, range(len(arcs)))] == [*map(slow.rewrite, range(len(arcs)))]
