"""Findings for people: the line, the span underlined, the suggestion, and why. Plain without a terminal or with NO_COLOR."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from unspin.findings import Evidence, Finding, Report, Tier
from unspin.reporting.filereport import FileReport

PLAIN_WIDTH = 120  # columns where there is no terminal to ask
NARROWEST = 20
ELLIPSIS = "…"
COLORS = {Tier.SAFE: "green", Tier.LIKELY: "yellow", Tier.POSSIBLE: "magenta"}
MOST_ALTERNATIVES = 3
MANY = math.log(1e6)


def write(files: Iterable[FileReport], out: TextIO) -> None:
    """Write the findings of each file as soon as it is analysed, and the totals at the end.

    A file that is spun is named, too, if all its findings are of less safe tiers, but not if all are known or of other codes.
    """
    console = console_for(out)
    count = spun = 0
    tiers: Counter[Tier] = Counter()
    for file in files:
        count += 1
        spun += file.report.spun
        tiers += file.tiers
        for finding in file.findings:
            for line in finding_lines(finding, file, console.width):
                console.print(line, soft_wrap=True)
            console.print()
        if file.findings or (file.report.spun and file.report.findings):
            console.print(_file_summary(file), soft_wrap=True)
            console.print()
    console.print(_totals(count, spun, tiers), soft_wrap=True)


def console_for(out: TextIO) -> Console:
    """A console that neither guesses at markup in our texts nor wraps where nobody looks."""
    console = Console(file=out, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    return console


def finding_lines(finding: Finding, file: FileReport, width: int) -> list[Text]:
    """One finding as the lines of its report, at most `width` columns where the text can be cut."""
    line, column = file.report.position(finding.start)
    color = COLORS[finding.tier]
    margin = " " * (len(str(line)) + 2)
    before, span, after = excerpt(file.report, finding.start, finding.end, max(NARROWEST, width - len(margin) - 2))
    underline = " " * cell_len(before) + "^" * max(1, cell_len(span))
    lines = [
        Text.assemble(
            (printable(file.path), "bold"),
            (f":{line}:{column} ", "dim"),
            (finding.code, f"bold {color}"),
            (f" {finding.tier.value}", color),
        ),
        Text.assemble((f" {line} │ ", "dim"), before, (span, "bold"), after),
        Text.assemble(
            (f"{margin}│ ", "dim"),
            (underline, color),
            " ",
            (printable(finding.suggestions[0].text) or "(nothing)", f"bold {color}"),
            (f" {percent(finding.confidence)}", color),
        ),
    ]
    if alternatives := finding.suggestions[1 : 1 + MOST_ALTERNATIVES]:
        others = ", ".join(f"{printable(other.text)} {percent(other.confidence)}" for other in alternatives)
        lines.append(Text.assemble((f"{margin}= or: ", "dim"), others))
    lines.append(Text.assemble((f"{margin}= why: ", "dim"), why(finding.evidence)))
    return lines


def excerpt(report: Report, start: int, end: int, width: int) -> tuple[str, str, str]:
    """What stands before, at and after a span on its line, cut to `width` columns around it.

    Only as much text is looked at as can be shown: a line may be the whole document. Of several lines the first is shown.
    """
    text = report.text
    end = _cut_at_newline(text, start, end)
    span = shorten(printable(text[start:end]), width)
    room = width - cell_len(span)
    line_end = _cut_at_newline(text, end, min(len(text), end + width))
    line_start = text.rfind("\n", max(0, start - width), start) + 1 or max(0, start - width)
    before, after = printable(text[line_start:start]), printable(text[end:line_end])
    whole = line_start == 0 or text[line_start - 1] == "\n"
    if whole and cell_len(before) + cell_len(after) <= room:
        return before, span, after
    left = min(cell_len(before), max(room // 2, room - cell_len(after)))
    before = before if whole and cell_len(before) <= left else _shorten_left(before, left)
    return before, span, shorten(after, room - cell_len(before))


def _cut_at_newline(text: str, start: int, end: int) -> int:
    newline = text.find("\n", start, end)
    if newline < 0:
        return end
    return newline - 1 if newline > start and text[newline - 1] == "\r" else newline


def shorten(text: str, width: int) -> str:
    """The text, or its beginning with an ellipsis, in at most `width` columns."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) > width - 1:
        text = text[: min(len(text) - 1, width - 1)]
    return text + ELLIPSIS if width > 0 else ""


def _shorten_left(text: str, width: int) -> str:
    while text and cell_len(text) > width - 1:
        text = text[max(1, len(text) - width + 1) :]
    return ELLIPSIS + text if width > 0 else ""


def printable(text: str) -> str:
    """Text that a terminal cannot mistake for a command: control and direction characters are shown as "�", tabs as blanks."""
    if text.isprintable():
        return text
    return "".join(" " if character in "\t\r\n" or _is_blank(character) else _visible(character) for character in text)


def _is_blank(character: str) -> bool:
    return unicodedata.category(character).startswith("Z")


def _visible(character: str) -> str:
    return character if character.isprintable() else "�"


def percent(share: float) -> str:
    """A probability without the false promise of "100 %"."""
    if 0 < share < 0.005:
        return "under 1 %"
    return f"{min(99.9, math.floor(share * 1000) / 10):.1f} %" if share >= 0.99 else f"{share:.0%}".replace("%", " %")


def why(evidence: Evidence) -> str:
    """The evidence in plain words."""
    if evidence.lm == evidence.channel == 0:
        return "a slip that spinning leaves behind, whatever the context"
    return f"{_fit(evidence.lm)}; {_swap(evidence.channel)}; {percent(evidence.spin_rate)} of this text's words look swapped"


def _fit(lm: float) -> str:
    times = math.exp(min(abs(lm), MANY))
    shown = "over a million" if abs(lm) >= MANY else f"{times:,.0f}" if times >= 10 else f"{times:.1f}"
    if times < 1.5:
        return "fits its context as well as the text does"
    return f"fits its context {shown} times {'better' if lm > 0 else 'worse'}"


def _swap(channel: float) -> str:
    """Bounds are probabilities of the substitution: above 1 in 3, above 1 in 20, rarer."""
    if channel > math.log(1 / 3):
        return "spinners usually write it so"
    return "spinners often write it so" if channel > math.log(1 / 20) else "spinners sometimes write it so"


def verdict(report: Report) -> str:
    """ "spun" or "not spun"."""
    return "spun" if report.spun else "not spun"


def counted(number: int, noun: str) -> str:
    """ "1 file", "2 files"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def by_tier(tiers: Counter[Tier], noun: str = "finding") -> str:
    """ "3 findings (2 safe, 1 likely)"."""
    if not tiers:
        return f"no {noun}s"
    return f"{counted(sum(tiers.values()), noun)} ({', '.join(f'{tiers[tier]:,} {tier.value}' for tier in Tier if tiers[tier])})"


def _file_summary(file: FileReport) -> Text:
    report = file.report
    return Text.assemble(
        (printable(file.path), "bold"),
        ": ",
        (verdict(report), "bold red" if report.spun else ""),
        f", spin rate {percent(report.spin_rate)}, {by_tier(file.tiers)}",
    )


def _totals(files: int, spun: int, tiers: Counter[Tier]) -> Text:
    line = Text(f"{counted(files, 'file')}, {spun:,} spun: {by_tier(tiers)}", style="bold" if tiers else "green")
    if tiers[Tier.SAFE]:
        line.append(f"; `unspin fix` writes the {tiers[Tier.SAFE]:,} safe", style="not bold")
    return line
