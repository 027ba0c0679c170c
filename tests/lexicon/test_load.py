from __future__ import annotations

from pathlib import Path

import pytest

from unspin.errors import DictionaryError
from unspin.lexicon.entry import Kind, NameEntry, PhraseEntry, Source, TermEntry, WordEntry
from unspin.lexicon.load import files, kind_of, read, shipped


def entries(tmp_path: Path, name: str, text: str) -> list[object]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    reading = read([path])
    assert not reading.problems
    return list(reading.entries)


def problems(tmp_path: Path, name: str, text: str) -> list[str]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in read([path]).problems]


def test_a_word_with_weights(tmp_path: Path) -> None:
    found = entries(tmp_path, "words.tsv", "economic\tadj\tfinancial, fiscal:2.5\n")
    source = Source(str(tmp_path / "words.tsv"), 1)
    assert found == [WordEntry("economic", "adj", (("financial", None), ("fiscal", 2.5)), source)]


def test_a_phrase_with_alternatives_flags_and_note(tmp_path: Path) -> None:
    found = entries(tmp_path, "phrases.tsv", "as effectively as\tas well as | and\ttell, near:both\tseen in news\n")
    source = Source(str(tmp_path / "phrases.tsv"), 1)
    assert found == [
        PhraseEntry("as effectively as", ("as well as", "and"), frozenset({"tell", "near:both"}), "seen in news", source)
    ]


def test_a_name_with_acronym_kind_and_spun_forms(tmp_path: Path) -> None:
    found = entries(tmp_path, "names.tsv", "Associated Press\tAP\torg\tLinked Press | Joined Press\n")
    source = Source(str(tmp_path / "names.tsv"), 1)
    assert found == [NameEntry("Associated Press", "AP", "org", ("Linked Press", "Joined Press"), source)]


def test_a_name_needs_no_more_than_itself(tmp_path: Path) -> None:
    found = entries(tmp_path, "names.tsv", "ABC News\n")
    assert found == [NameEntry("ABC News", "", "", (), Source(str(tmp_path / "names.tsv"), 1))]


def test_a_term_with_spun_forms(tmp_path: Path) -> None:
    found = entries(tmp_path, "terms.tsv", "deep learning\tprofound learning\n")
    assert found == [TermEntry("deep learning", ("profound learning",), Source(str(tmp_path / "terms.tsv"), 1))]


def test_comments_and_empty_lines_count_as_lines_only(tmp_path: Path) -> None:
    (entry,) = entries(tmp_path, "terms.tsv", "# header\n\n  \nsupply chain\n")
    assert isinstance(entry, TermEntry)
    assert entry.source.line == 4


@pytest.mark.parametrize("text", ["\ufeffsupply chain\n", "supply chain\r\n", "supply chain"])
def test_byte_order_marks_and_line_ends_do_not_matter(tmp_path: Path, text: str) -> None:
    (entry,) = entries(tmp_path, "terms.tsv", text)
    assert isinstance(entry, TermEntry)
    assert entry.canonical == "supply chain"


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("words.tsv", "economic\tadj", "expected 3 fields (canonical, part of speech, spun words), found 2"),
        ("words.tsv", "economic\tadj\ta\tb", "expected 3 fields (canonical, part of speech, spun words), found 4"),
        ("words.tsv", "\tadj\tfinancial", "empty canonical word"),
        (
            "words.tsv",
            "economic\tadjective\tfiscal",
            "unknown part of speech 'adjective'; one of noun, verb, adj, adv, func, form",
        ),
        ("words.tsv", "economic\tadj\tfiscal, Economic", "'economic' maps to itself"),
        ("words.tsv", "economic\tadj\tfiscal,", "empty spun word"),
        ("words.tsv", "economic\tadj\tfiscal:much", "weight 'much' of 'fiscal' is not a number"),
        ("words.tsv", "economic\tadj\tfiscal:0", "weight '0' of 'fiscal' is not above 0"),
        ("words.tsv", "economic\tadj\tfiscal:nan", "weight 'nan' of 'fiscal' is not above 0"),
        ("words.tsv", "economic\tadj\tfis\u200bcal", "control character in spun word 'fis\\u200bcal'"),
        ("phrases.tsv", "alone", "expected 2 to 4 fields (spun, canonical, flags, note), found 1"),
        ("phrases.tsv", "a\tb\ttell\tnote\tmore", "expected 2 to 4 fields (spun, canonical, flags, note), found 5"),
        ("phrases.tsv", "\tb", "empty spun phrase"),
        ("phrases.tsv", "a\tb | ", "empty canonical phrase"),
        ("phrases.tsv", "final year\tlast year | Final Year", "'final year' maps to itself"),
        (
            "phrases.tsv",
            "a\tb\tsure",
            "unknown flag 'sure'; one of tell, exact, safe, likely, possible, near:WORD, not:WORD",
        ),
        ("names.tsv", "A\tB\tC\tD\tE", "expected 1 to 4 fields (name, acronym, kind, spun forms), found 5"),
        ("names.tsv", "\tAP\torg", "empty name"),
        ("names.tsv", "AP News\t\t\tAP News", "'AP News' maps to itself"),
        ("terms.tsv", "a\tb\tc", "expected 1 or 2 fields (term, spun forms), found 3"),
        ("terms.tsv", "\tprofound learning", "empty term"),
        ("terms.tsv", "deep learning\tdeep learning", "'deep learning' maps to itself"),
        ("terms.tsv", "deep\x07 learning", "control character in term 'deep\\x07 learning'"),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, name: str, line: str, message: str) -> None:
    assert problems(tmp_path, name, f"# header\n{line}\n") == [f"{name}:2: {message}"]


def test_a_fault_does_not_hide_the_other_lines(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("supply chain\na\tb\tc\nprime minister\nd\te\tf\n")
    reading = read([path])
    assert [entry.source.line for entry in reading.entries] == [1, 3]
    assert [problem.source.line for problem in reading.problems] == [2, 4]


def test_files_of_a_folder_are_named_from_the_folder(tmp_path: Path) -> None:
    (tmp_path / "mine" / "terms").mkdir(parents=True)
    (tmp_path / "mine" / "terms" / "optics.tsv").write_text("a\tb\tc\n")
    assert [str(problem.source) for problem in read([tmp_path / "mine"]).problems] == ["mine/terms/optics.tsv:1"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("words/nouns.tsv", Kind.WORD),
        ("phrases/news.tsv", Kind.PHRASE),
        ("names/media.tsv", Kind.NAME),
        ("terms/optics.tsv", Kind.TERM),
        ("mine/terms-optics.tsv", Kind.TERM),
        ("mine/names.tsv", Kind.NAME),
        ("mine/anything.tsv", Kind.PHRASE),
    ],
)
def test_the_folder_or_the_name_tells_the_kind(path: str, kind: Kind) -> None:
    assert kind_of(Path(path)) is kind


def test_the_folder_is_the_same_however_the_path_is_spelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "words" / "more").mkdir(parents=True)
    (tmp_path / "linked").symlink_to(tmp_path / "words")
    for folder, spelled in (("words", "a.tsv"), ("words", "./a.tsv"), ("words/more", "../a.tsv"), ("linked", "a.tsv")):
        monkeypatch.chdir(tmp_path / folder)
        assert kind_of(Path(spelled)) is Kind.WORD


def test_files_below_a_folder_come_sorted(tmp_path: Path) -> None:
    for name in ("b.tsv", "a/c.tsv", "note.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert files(tmp_path) == [tmp_path / "a" / "c.tsv", tmp_path / "b.tsv"]


def test_a_missing_dictionary(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match=r"none\.tsv: no such dictionary"):
        read([tmp_path / "none.tsv"])


def test_a_folder_without_dictionaries(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match=r"no dictionary \(\*\.tsv\) in this folder"):
        read([tmp_path])


def test_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_bytes("supply chain\ncafé".encode("latin-1"))
    with pytest.raises(DictionaryError, match=r"terms\.tsv: not UTF-8 at byte 16; save the dictionary as UTF-8"):
        read([path])


def test_the_shipped_dictionaries_have_no_fault() -> None:
    assert [str(problem) for problem in read([shipped()]).problems] == []


def test_words_that_only_names_have_with_a_capital_have_none_in_terms() -> None:
    terms = read([shipped() / "terms"]).entries
    listed = {entry.canonical for entry in terms if isinstance(entry, TermEntry)}
    assert {"Thirty Years' War", "thirty years", "student's achievement", "dermatology clinic", "kriging model"} <= listed


@pytest.mark.parametrize("spun", ["50%", "w/", "co-", "'cause", "R & D", "us$", "u . s ."])
def test_signs_that_would_not_be_looked_for_are_refused(tmp_path: Path, spun: str) -> None:
    for name, line in (("phrases.tsv", f"{spun}\tx"), ("words.tsv", f"x\tnoun\tgood, {spun}")):
        (problem,) = problems(tmp_path, name, line)
        assert problem.startswith(f"{name}:1") and repr(spun) in problem


@pytest.mark.parametrize("spun", ["approx.", "U.S.", "ladies’ man", "shoot-'em-up", "1/2 time", "1,000", "naïve", "five:30"])
def test_signs_within_words_and_a_last_full_stop_may_be_there(tmp_path: Path, spun: str) -> None:
    assert entries(tmp_path, "phrases.tsv", f"{spun}\tx") and entries(tmp_path, "words.tsv", f"x\tnoun\t{spun}".replace(",", ""))


def test_parts_may_be_those_of_a_word(tmp_path: Path) -> None:
    assert entries(tmp_path, "parts.tsv", "electronic\tadj\te-")
