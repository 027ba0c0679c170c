from __future__ import annotations

from pathlib import Path

import pytest

from unspin.lexicon.addition import Addition, add
from unspin.lexicon.load import read


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if not line.startswith("#")]


def test_a_new_file_gets_a_header_and_the_entry(tmp_path: Path) -> None:
    path = tmp_path / "new" / "phrases.tsv"
    assert add(path, Addition("as effectively as", "as well as", flags=("tell",), note="seen in news")).startswith("added line 2")
    assert path.read_text().startswith("# spun <TAB> canonical")
    assert lines(path) == ["as effectively as\tas well as\ttell\tseen in news"]
    assert not read([path]).problems


def test_entries_stay_sorted_and_comments_in_place(tmp_path: Path) -> None:
    path = tmp_path / "phrases.tsv"
    path.write_text("# mine\nb\tx\n# about d\nd\ty\n")
    for spun in ("c", "a", "e"):
        add(path, Addition(spun, "z"))
    assert path.read_text() == "# mine\na\tz\nb\tx\n# about d\nc\tz\nd\ty\ne\tz\n"


@pytest.mark.parametrize(
    ("name", "before", "addition", "after"),
    [
        ("phrases.tsv", "a b\tx\ttell\tnote", Addition("a b", "y", flags=("exact",)), "a b\tx | y\ttell,exact\tnote"),
        (
            "words.tsv",
            "economic\tadj\tfinancial",
            Addition("fiscal", "economic", "adj", 2.0),
            "economic\tadj\tfinancial, fiscal:2",
        ),
        (
            "names.tsv",
            "Associated Press\tAP\torg",
            Addition("Linked Press", "Associated Press"),
            "Associated Press\tAP\torg\tLinked Press",
        ),
        ("terms.tsv", "deep learning", Addition("profound learning", "deep learning"), "deep learning\tprofound learning"),
    ],
)
def test_an_existing_line_is_extended(tmp_path: Path, name: str, before: str, addition: Addition, after: str) -> None:
    path = tmp_path / name
    path.write_text(before + "\n")
    assert add(path, addition).startswith("extended line 1")
    assert lines(path) == [after]
    assert not read([path]).problems


def test_another_part_of_speech_is_another_line(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_text("state\tnoun\tcountry\n")
    add(path, Addition("declare", "state", "verb"))
    assert lines(path) == ["state\tnoun\tcountry", "state\tverb\tdeclare"]


def test_what_would_not_be_read_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "phrases.txt"
    with pytest.raises(ValueError, match=r"phrases.txt: call it ….tsv"):
        add(path, Addition("as effectively as", "as well as"))
    assert not path.exists()


@pytest.mark.parametrize(
    ("name", "addition", "message"),
    [
        ("phrases.tsv", Addition("a b", "x"), r"phrases.tsv:1: 'a b' for 'x' is there already"),
        ("phrases.tsv", Addition("same", "same"), "maps to itself"),
        ("phrases.tsv", Addition("a", "b", flags=("nonsense",)), "unknown flag"),
        ("phrases.tsv", Addition("a", "b", pos="noun"), "--pos"),
        ("phrases.tsv", Addition("a\tb", "c"), "one line"),
        ("phrases.tsv", Addition("a", "b\r"), "one line"),
        ("phrases.tsv", Addition("a", "b", note="c\u2028d"), "one line"),
        ("phrases.tsv", Addition("a", "b", flags=("near:\x0c",)), "one line"),
        ("phrases.tsv", Addition("a\x07", "b"), "control character"),
        ("phrases.tsv", Addition("a", "b | c"), r"no \| in what a dictionary of phrases lists"),
        ("names.tsv", Addition("a | b", "c"), r"no \| in what"),
        ("names.tsv", Addition(" ", "c"), "empty spun text"),
        ("terms.tsv", Addition("a\x85", "c"), "one line"),
        ("words.tsv", Addition("a, b", "c", "noun"), "no , in what"),
        ("words.tsv", Addition("a:2", "c", "noun"), "no : in what"),
        ("words.tsv", Addition("a", "", "noun"), "empty canonical text"),
        ("phrases.tsv", Addition("#a", "c"), "comments"),
        ("phrases.tsv", Addition("", "c"), "empty"),
        ("words.tsv", Addition("a", "b"), "part of speech"),
        ("words.tsv", Addition("a", "b", "nonsense"), "unknown part of speech"),
        ("names.tsv", Addition("a", "b", flags=("tell",)), "--flag"),
        ("words.tsv", Addition("behavior", "behaviour", pos="noun"), "spellings of one word"),
    ],
)
def test_a_wrong_entry_changes_nothing(tmp_path: Path, name: str, addition: Addition, message: str) -> None:
    path = tmp_path / name
    path.write_text("a b\tx\n")
    with pytest.raises(ValueError, match=message):
        add(path, addition)
    assert path.read_text() == "a b\tx\n"
