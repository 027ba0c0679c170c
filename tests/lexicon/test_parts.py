from __future__ import annotations

from tests import tiny
from unspin.decoding.lattice import Listed, find_arcs
from unspin.document import Document
from unspin.lexicon.entry import Kind

LEXICON = tiny.lexicon(
    words="random / form / chance, erratic",
    parts="random / form / irregular, arbitrary, chance\nsubjective / form / arbitrary\nfuzzy / form / erratic",
    terms="random forest",
    collocations="random forest\nold forest",
)


def test_a_pair_of_both_kinds_holds_anywhere() -> None:
    assert {pair.kind for pair in LEXICON.pairs("chance")} == {Kind.WORD}


def test_a_part_is_an_original_but_no_candidate() -> None:
    channel = tiny.channel(LEXICON, tiny.random_model(["random", "chance", "irregular"], 1))
    assert "random" in LEXICON.originals("irregular")
    assert LEXICON.is_part("irregular", "random")
    assert not LEXICON.is_part("chance", "random")
    docs = Document("an irregular one"), Document("a chance one")
    assert [len(find_arcs(doc, Listed.of(doc, channel.lexicon), channel)) for doc in docs] == [0, 1]


def test_parts_do_not_count_among_what_is_listed_for_a_phrase() -> None:
    found = LEXICON.listed("erratic", "random")
    assert found is not None
    assert found[:2] == (0, 1)
    assert LEXICON.listed("erratic", "fuzzy") is None
    assert LEXICON.listed("arbitrary", "random") is None


def test_a_term_is_no_collocation_besides() -> None:
    kinds = {pattern.canonical: pattern.kind for pattern in LEXICON.patterns}
    assert kinds["random forest"] is Kind.TERM
    assert kinds["old forest"] is Kind.COLLOCATION
