from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.findings import Edit, Tier
from unspin.patching import apply, revert, unified_diff, with_line_ends


def edit(start: int, before: str, after: str) -> Edit:
    return Edit(start, start + len(before), before, after, "US401", "entry", 0.99, Tier.SAFE)


@st.composite
def edited_texts(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text of kept and edited pieces, and the edits in any order."""
    pieces = draw(st.lists(st.tuples(st.text(max_size=5), st.text(min_size=1, max_size=5), st.text(max_size=5))))
    text = ""
    edits = []
    for kept, before, after in pieces:
        text += kept
        edits.append(edit(len(text), before, after))
        text += before
    return text + draw(st.text(max_size=5)), draw(st.permutations(edits))


def test_apply_makes_every_edit() -> None:
    text = "The Linked Press, final year"
    assert apply(text, [edit(4, "Linked", "Associated"), edit(18, "final", "last")]) == "The Associated Press, last year"


@given(edited_texts())
def test_revert_undoes_apply(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    assert revert(apply(text, edits), edits) == text


@given(edited_texts())
def test_order_of_edits_does_not_matter(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    assert apply(text, edits) == apply(text, sorted(edits, key=lambda edit: edit.start))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("referred\nto as the show", "called\nthe show"),
        ("referred\r\n  to as the show", "called\r\n  the show"),
        ("referred\nto as “it”", "called “it”"),
        ("referred to as the show", "called the show"),
        ("referred\nto as", "called"),
    ],
)
def test_a_line_ends_behind_an_edit_that_has_no_place_for_it(text: str, expected: str) -> None:
    edits = [edit(0, text[: text.index("as") + 2], "called")]
    assert apply(text, with_line_ends(text, edits)) == expected


def test_a_blank_that_another_edit_deletes_becomes_no_line_end() -> None:
    text = "referred\nto as really, the show"
    edits = [edit(0, "referred\nto as", "called"), edit(14, " really", "")]
    assert apply(text, with_line_ends(text, edits)) == "called, the show"


def test_neighbouring_edits_do_not_overlap() -> None:
    assert apply("ab", [edit(0, "a", "x"), edit(1, "b", "y")]) == "xy"


@pytest.mark.parametrize("second", [edit(1, "bc", "y"), edit(0, "ab", "y"), edit(0, "abc", "")])
def test_overlapping_edits_are_refused(second: Edit) -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply("abc", [edit(0, "ab", "x"), second])


def test_an_edit_is_within_its_text() -> None:
    with pytest.raises(ValueError, match="edit at -5 to -1 cannot replace"):
        apply("final year.", [edit(-5, "year", "week")])


def test_apply_refuses_a_text_that_reads_differently() -> None:
    with pytest.raises(ValueError, match="expected 'final' at 0"):
        apply("first year", [edit(0, "final", "last")])


def test_revert_refuses_a_text_that_was_not_repaired() -> None:
    with pytest.raises(ValueError, match="expected 'last' at 0"):
        revert("final year", [edit(0, "final", "last")])


def test_diff_of_equal_texts_is_empty() -> None:
    assert unified_diff("a\n", "a\n", "x") == ""


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_diff_is_a_patch(tmp_path: Path, end: str) -> None:
    before, after = f"one\nfinal\x0cyear\u2028{end}", f"one\nlast\x0cyear\u2028{end}"
    (tmp_path / "x.txt").write_bytes(before.encode())
    patch = unified_diff(before, after, "x.txt")
    subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "x.txt").read_bytes() == after.encode()
