"""`unspin fix --interactive`: one question for each finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TextIO

import click

from unspin.findings import Edit, Finding, Report, Tier
from unspin.reporting.filereport import FileReport
from unspin.reporting.text import console_for, finding_lines, printable, shorten

KEYS = {
    "y": "yes, write the suggestion",
    "n": "no, leave the text as it is",
    "a": "accept this one and all further findings of its dictionary entry",
    "d": "done with this file: leave its other findings as they are",
    "e": "edit: type the replacement yourself, or the number of another suggestion",
    "u": "undo the previous answer",
    "q": "quit: write what was accepted, skip all other files",
    "?": "show this help",
}
Spelling = Callable[[int, int, str], str | None]
PROMPT = f"Write it? [{','.join(KEYS)}] "


@dataclass
class Session:
    """The answers of one person over all files. `quit` is set once they want no more questions."""

    stream: TextIO
    quit: bool = False
    _entries: set[str] = field(default_factory=set)

    def review(self, path: str, report: Report, tier: Tier, spell: Spelling = lambda start, end, text: text) -> Sequence[Edit]:
        """Ask about each finding of the tier; the edits that were accepted, in order. `spell` writes what is typed as it must be there."""
        file = FileReport(path, report, tier)
        review = Review(file.findings, self._entries)
        while (finding := review.current) is not None and not self.quit:
            self._show(finding, file, review)
            key = self._ask()
            if key == "q":
                self.quit = True
            elif key == "d":
                break
            elif key == "u":
                if not review.undo():
                    click.echo("There is nothing to undo in this file.")
            elif key == "e":
                edit = self._replacement(finding, spell)
                if edit is None:
                    self.quit = True
                else:
                    review.answer(edit)
            else:
                review.answer(None if key == "n" else finding.edit, entry=finding.entry if key == "a" else None)
        self._entries = review.entries
        return review.accepted

    def _show(self, finding: Finding, file: FileReport, review: Review) -> None:
        console = console_for(self.stream)
        console.print()
        console.print(f"({review.position + 1} of {len(review.findings)})", style="dim")
        line, _ = file.report.position(finding.start)
        width = len(f" {line} ")
        for number in (line - 1, line, line + 1):
            if number == line:
                for text in finding_lines(finding, file, console.width):
                    console.print(text, soft_wrap=True)
            else:
                self._show_context(file.report, number, width, console.width)

    def _show_context(self, report: Report, number: int, width: int, columns: int) -> None:
        if 1 <= number <= report.text.count("\n") + 1 and (line := report.line(number).strip()):
            text = shorten(printable(line[:columns]), columns - width - 3)
            console_for(self.stream).print(f"{number:>{width - 1}} │ {text}", style="dim", soft_wrap=True)

    def _ask(self) -> str:
        while True:
            try:
                key = input(PROMPT).strip().lower()[:1]
            except EOFError:
                return "q"
            if key in KEYS and key != "?":
                return key
            for name, meaning in KEYS.items():
                click.echo(f"  {name}  {meaning}")

    def _replacement(self, finding: Finding, spell: Spelling) -> Edit | None:
        """The edit that was typed; None at the end of input."""
        for number, suggestion in enumerate(finding.suggestions, start=1):
            click.echo(f"  {number}  {suggestion.text}")
        while True:
            try:
                typed = input(f"Replace by [{finding.suggestions[0].text}] ") or "1"
            except EOFError:
                return None
            if typed.isdecimal() and 1 <= int(typed) <= len(finding.suggestions):
                return replace(finding.edit, after=finding.suggestions[int(typed) - 1].text)
            if (spelled := spell(finding.start, finding.end, typed)) is not None:
                return replace(finding.edit, after=spelled)
            click.echo(
                "This does not fit here: markup needs a word for each word, a cell without quotation marks no commas or tabs."
            )


@dataclass
class Review:
    """The state of one file: what was decided so far, and how to go back. `entries` are accepted without asking."""

    findings: Sequence[Finding]
    entries: set[str]
    _edits: dict[int, Edit] = field(default_factory=dict)
    _history: list[tuple[int, dict[int, Edit], set[str]]] = field(default_factory=list)
    position: int = 0

    def __post_init__(self) -> None:
        self.entries = set(self.entries)
        self._skip()

    @property
    def current(self) -> Finding | None:
        """The finding to ask about; None when all are decided."""
        return self.findings[self.position] if self.position < len(self.findings) else None

    @property
    def accepted(self) -> list[Edit]:
        """The accepted edits, in order."""
        return [self._edits[index] for index in sorted(self._edits)]

    def answer(self, edit: Edit | None, entry: str | None = None) -> None:
        """Decide the current finding, and with `entry` all further ones of that entry."""
        self._history.append((self.position, dict(self._edits), set(self.entries)))
        if edit is not None:
            self._edits[self.position] = edit
        if entry is not None:
            self.entries.add(entry)
        self.position += 1
        self._skip()

    def undo(self) -> bool:
        """Take the last answer back, with all that followed from it. False if there is none."""
        if not self._history:
            return False
        self.position, self._edits, self.entries = self._history.pop()
        return True

    def _skip(self) -> None:
        while (finding := self.current) is not None and finding.entry in self.entries:
            self._edits[self.position] = finding.edit
            self.position += 1
