from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.linting.conftest import analyzed
from unspin.findings import Report
from unspin.linting.ignores import Ignore, apply, ignored_ranges, read


def left(text: str) -> list[tuple[int, str]]:
    """Line and text of each finding that no comment silences."""
    report = analyzed(text)
    kept, _ = apply(report.findings, report, read(text))
    return [(report.position(finding.start)[0], finding.text) for finding in kept]


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- unspin: ignore -->",
        "# unspin: ignore",
        "# unspin: ignore\r",
        "# unspin: ignore -- why\r",
        "// unspin:ignore",
        "/* unspin: ignore */",
        "{/* unspin: ignore */}",
        "{# unspin: ignore: why #}",
        "[//]: # (unspin: ignore)",
        "[comment]: <> (unspin: ignore[US201]: why)",
        "[//]: # 'unspin: ignore'\r",
        ".. unspin: ignore",
    ],
)
def test_this_line(comment: str) -> None:
    assert left(f"Linked Press {comment}\nLinked Press\n") == [(2, "Linked Press")]


def test_the_next_line_that_is_not_blank() -> None:
    text = "<!-- unspin: ignore-next-line -->\n\n  \nLinked Press\nLinked Press\n"
    assert left(text) == [(5, "Linked Press")]


def test_a_block() -> None:
    text = "Linked Press\n# unspin: ignore-start\nLinked Press\n\nLinked Press\n# unspin: ignore-end\nLinked Press\n"
    assert [line for line, _ in left(text)] == [1, 7]


def test_blocks_nest_and_one_that_is_not_closed_goes_on_to_the_end() -> None:
    text = "# unspin: ignore-start[US201]\n# unspin: ignore-start[US401]\nfinal year\n# unspin: ignore-end\nLinked Press final year\n"
    assert left(text) == [(5, "final year")]


def test_the_whole_file() -> None:
    assert left("Linked Press\nfinal year\n<!-- unspin: ignore-file[US201] -->\n") == [(2, "final year")]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("[US201]", ["final year"]),
        ("[us4]", ["Linked Press"]),
        ("[US201, US401]", []),
        ('["linked  press"]', ["final year"]),
        ('["phrases: last year", US2]', []),
    ],
)
def test_codes_texts_and_entries(rules: str, expected: list[str]) -> None:
    assert [text for _, text in left(f"Linked Press, final year # unspin: ignore{rules}")] == expected


def test_a_reason_can_follow() -> None:
    text = "a # unspin: ignore[US201] -- it is quoted\r\nb <!-- unspin: ignore: house style (ours) -->\n[//]: # (unspin: ignore: why)\n"
    assert [ignore.reason for ignore in read(text).ignores] == ["it is quoted", "house style (ours)", "why"]


@pytest.mark.parametrize(
    "text",
    [
        "Write `# unspin: ignore` behind it: Linked Press",
        "```\n# unspin: ignore-file\n```\nLinked Press",
        "See unspin: ignore is a comment. Linked Press",
        "unspin: restores text. Linked Press",
        "# unspin: ignore comments\nLinked Press",
        "<!-- unspin ignores what git ignores -->\nLinked Press",
        "`<!-- unspin: ignore and so on -->` Linked Press",
    ],
)
def test_text_about_comments_is_none(text: str) -> None:
    assert read(text).ignores == read(text).problems == ()
    assert len(left(text)) == 1


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("markdown", "Example:\n\n    <!-- unspin: ignore-file -->\n\nText"),
        ("markdown", "- ```\n  # unspin: ignore-file\n  ```\n"),
        ("markdown", "<pre>\n# unspin: ignore-file\n</pre>\n"),
        ("markdown", "Write `<!-- unspin: ignore -->` behind it."),
        ("rst", "Example::\n\n    .. unspin: ignore-file\n\nText"),
        ("rst", ".. code-block:: html\n\n   <!-- unspin: ignore-file -->\n"),
        ("rst", ">>> 1\n# unspin: ignore-file\n"),
        ("rst", "Write ``<!-- unspin: ignore -->`` behind it."),
        ("html", "<pre>\n# unspin: ignore-file\n</pre>"),
        ("html", "<p><code><!-- unspin: ignore --></code>"),
    ],
)
def test_in_code_they_are_examples(format: str, text: str) -> None:
    assert read(text, format).ignores == ()


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("markdown", "- Item\n\n    <!-- unspin: ignore-file -->\n"),
        ("markdown", "Part\n\n{/* unspin: ignore-file */}\n"),
        ("rst", "Part\n~~~~\n\n.. unspin: ignore-file\n"),
        ("rst", "..\n   unspin: ignore-file\n"),
        ("rst", ".. raw:: html\n\n   <!-- unspin: ignore-file -->\n"),
        ("html", "<head><!-- unspin: ignore-file --></head>"),
        ("html", "<script>\n// unspin: ignore-file\n</script>"),
    ],
)
def test_where_nothing_else_is_read_they_are_comments(format: str, text: str) -> None:
    assert [ignore.verb for ignore in read(text, format).ignores] == ["ignore-file"]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("unspin: ignroe", "did you mean `unspin: ignore`"),
        ("unspin: ignore-nextline", "did you mean `unspin: ignore-next-line`"),
        ("unspin: disable", "did you mean `unspin: ignore-start`"),
        ("unspin: enable", "did you mean `unspin: ignore-end`"),
        ("unspin: ignore-line", "did you mean `unspin: ignore`"),
        ("<!-- unspin ignore -->", "`unspin ignore` lacks a colon; write `unspin: ignore`"),
        ("<!-- unspin-ignore-next-line[US2] -->", "lacks a colon; write `unspin: ignore-next-line`"),
        ("unspin: ignore[US999]", "has 'US999', which is no code"),
        ("unspin: ignore[US201, old town]", "has 'old town', which is no code"),
        ("<!-- unspin: ignore because it is quoted -->", "is followed by something else"),
        ("/* unspin: ignore US201 */", "is followed by something else"),
        ("unspin: ignore[]", "needs codes"),
        ("unspin: ignore[US201", "needs codes"),
        ("unspin: ignore-end", "closes nothing"),
    ],
)
def test_what_cannot_be_understood_is_reported_and_silences_nothing(comment: str, message: str) -> None:
    text = f"\nLinked Press {comment if comment[0] in '</' else '# ' + comment}"
    (problem,) = read(text).problems
    assert problem.line == 2
    assert message in problem.message
    assert len(left(text)) == 1


def test_comments_that_silence_nothing_are_known() -> None:
    text = "Linked Press # unspin: ignore\nnothing # unspin: ignore\nfinal year # unspin: ignore[US101]\n"
    report = analyzed(text)
    _, unused = apply(report.findings, report, read(text))
    assert [ignore.line for ignore in unused] == [2, 3]


def test_a_finding_on_two_lines_is_silenced_on_either() -> None:
    text = "Linked\nPress # unspin: ignore"
    (finding,) = analyzed("Linked Press").findings
    report = Report(text, 2, 0.5, 1.0, (replace(finding, start=0, end=12, text="Linked\nPress"),))
    assert apply(report.findings, report, read(text))[0] == []


def test_a_finding_is_held_against_the_comments_of_its_own_lines_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(Ignore, "covers", lambda self, finding, first, last: bool(asked.append(self.line)) or self.line == first)
    text = "Linked Press # unspin: ignore\n" * 3
    report = analyzed(text)
    assert apply(report.findings, report, read(text)) == ([], [])
    assert asked == [1, 2, 3]


def test_words_and_regexes() -> None:
    text = "The linked\n press and the LINKED PRESSES, 3.5 kg"
    found = ignored_ranges(text, [re.compile(r"\d\.\d"), re.compile("x*")], ["Linked Press", " "])
    assert sorted(text[start:end] for start, end in found) == ["3.5", "linked\n press"]


@given(
    st.text(alphabet='unspi: gore-[]"US4\n#<!->`', max_size=200)
    | st.lists(st.sampled_from(["# unspin: ignore", "[", "]", '"', "US4", "\n", "-start", "-end", "`", "```\n"])).map("".join)
)
def test_any_text_can_be_read(text: str) -> None:
    comments = read(text)
    for ignore in comments.ignores:
        assert text[ignore.start : ignore.end].strip()
        assert 1 <= ignore.first_line <= ignore.last_line


LINES = st.sampled_from(
    [
        "Linked Press",
        "final year",
        "mentioned # unspin: ignore",
        "# unspin: ignore-next-line[US201]",
        "# unspin: ignore-start",
        '# unspin: ignore-start["final year"]',
        "# unspin: ignore-end",
        "# unspin: ignore-file[US101]",
        "",
    ]
)


@given(st.lists(LINES, max_size=30))
def test_each_finding_is_left_that_no_comment_covers_and_each_comment_that_covers_none(lines: list[str]) -> None:
    text = "\n".join(lines)
    comments, report = read(text), analyzed(text)
    places = [(finding, report.position(finding.start)[0], report.position(finding.end - 1)[0]) for finding in report.findings]
    kept, unused = apply(report.findings, report, comments)
    assert kept == [place[0] for place in places if not any(ignore.covers(*place) for ignore in comments.ignores)]
    assert unused == [ignore for ignore in comments.ignores if not any(ignore.covers(*place) for place in places)]
