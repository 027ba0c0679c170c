"""What the formats for editors, code review and continuous integration say of a finding: where it is, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from unspin.findings import Finding, Report
from unspin.reading.source import STDIN
from unspin.reporting.text import MOST_ALTERNATIVES, printable

NAME = "unspin"
URL = "https://pypi.org/project/unspin/"
STDIN_NAME = "stdin"
MOST_CERTAIN = 0.99  # 1.00 would promise certainty


@dataclass(frozen=True, slots=True)
class Region:
    """The lines and columns (from 1, in code points) of a span; the end is exclusive."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


def region(finding: Finding, report: Report) -> Region:
    """Where a finding is in the text of its report."""
    return Region(*report.position(finding.start), *report.position(finding.end))


def place(path: str, flavour: type[PurePath] = PurePath) -> str:
    """A path in the form of repositories: slashes on every system, no leading "./", "stdin" for standard input.

    Bytes of a name that are not valid UTF-8 are shown as "�".
    """
    if path == STDIN:
        return STDIN_NAME
    return flavour(path).as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def message(finding: Finding) -> str:
    """One line for people; its first sentence can stand alone."""
    first, *others = [quoted(suggestion.text) for suggestion in finding.suggestions[: 1 + MOST_ALTERNATIVES]]
    alternatives = f" Or {', '.join(others)}." if others else ""
    rating = f"Confidence {certainty(finding.confidence)} ({finding.tier.value})."
    return f"{quoted(finding.text)} looks spun; the author probably wrote {first}.{alternatives} {rating}"


def quoted(text: str) -> str:
    """Text in quotation marks, on one line; "nothing" for no text."""
    return f'"{one_line(text)}"' if text else "nothing"


def one_line(text: str) -> str:
    """Text without line breaks, runs of blanks, or characters that a terminal takes for a command."""
    return " ".join(printable(text).split())


def certainty(share: float) -> str:
    """A probability in two decimals, never "1.00"."""
    return f"{min(share, MOST_CERTAIN):.2f}"
