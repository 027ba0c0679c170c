"""`unspin explain`"""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click import echo, style

from unspin.cli import options
from unspin.cli.inputs import Engine
from unspin.findings import Tier

if TYPE_CHECKING:
    from unspin.rules import Rule
    from unspin.unspinner import Unspinner

CODE = re.compile(r"US\d{1,3}", re.IGNORECASE)
MOST_CANDIDATES = 10


@click.command("explain")
@click.argument("words", nargs=-1, metavar="[CODE|PHRASE]", shell_complete=options.complete_codes)
@click.option("--all", "everything", is_flag=True, help="Print the pages of all codes.")
@click.option("--in", "sentence", metavar="TEXT", help="Judge the phrase in this text.")
@options.engine
def command(
    words: tuple[str, ...], everything: bool, sentence: str | None, dictionaries: tuple[Path, ...], model: Path | None
) -> None:
    """Say what a code means, or why a phrase is or is not flagged. Without an argument: list the codes.

    \b
    unspin explain US201
    unspin explain --all
    unspin explain "linked press"
    unspin explain "final year" --in "The economy grew faster than final year."
    """
    subject = " ".join(" ".join(words).split())
    if sentence is not None and (everything or not subject or CODE.fullmatch(subject)):
        raise click.UsageError("--in judges a phrase; give one.")
    if everything:
        _explain_all()
    elif not words:
        _list_rules()
    elif CODE.fullmatch(subject):
        _explain_rule(subject.upper())
    elif not subject:
        raise click.UsageError("Give a code or a phrase.")
    else:
        _explain_phrase(subject, sentence, Engine(dictionaries, model).unspinner)


def _list_rules() -> None:
    from unspin.rules import RULES

    for rule in RULES.values():
        echo(f"{style(rule.code, bold=True)}  {rule.name:<11}  {rule.what}")


def _explain_all() -> None:
    from unspin.rules import RULES

    echo("\n\n".join("\n".join(page(rule)) for rule in RULES.values()))


def _explain_rule(code: str) -> None:
    from unspin.rules import RULES

    if code not in RULES:
        raise click.UsageError(f"No such code {code}. There are {', '.join(RULES)}.")
    for line in page(RULES[code]):
        echo(line)


def page(rule: Rule) -> list[str]:
    """The lines of a rule's page."""
    return [
        style(f"{rule.code} {rule.name}", bold=True),
        "",
        *_section("What it finds", rule.what),
        *_section("Why it matters", rule.why),
        style("Example", bold=True),
        f"  spun:      {rule.spun}",
        f"  repaired:  {rule.repaired}",
        f"  genuine:   {rule.genuine}",
        "",
        *_section("How safe the fix is", rule.safety)[:-1],
    ]


def _section(title: str, text: str) -> list[str]:
    return [style(title, bold=True), click.wrap_text(text, 80, "  ", "  "), ""]


def _explain_phrase(phrase: str, sentence: str | None, unspinner: Unspinner) -> None:
    from unspin.lexicon.entry import Kind
    from unspin.unspinner import CODES

    candidates = unspinner.lookup(phrase)
    if candidates:
        echo(f'"{phrase}" may stand for:')
        width = max(len(candidate.canonical) for candidate in candidates[:MOST_CANDIDATES])
        for candidate in candidates[:MOST_CANDIDATES]:
            weight = math.exp(candidate.logweight)
            inside = " (inside names and terms only)" if candidate.kind is Kind.PART else ""
            code = CODES.get(candidate.kind, "")
            echo(f"  {candidate.canonical:<{width}}  {code:<5}  weight {weight:<6.3g} {candidate.entry}{inside}")
        if len(candidates) > MOST_CANDIDATES:
            echo(f"  … and {len(candidates) - MOST_CANDIDATES} more")
    else:
        right = any(map(unspinner.lexicon.lists, (phrase, phrase.lower(), phrase.title())))
        where = "listed as what authors write, not as what spinners do" if right else "in no dictionary"
        echo(f'"{phrase}" is {where}, so it is never flagged as a whole.')
        echo("To teach it to unspin:  unspin dict add SPUN CANONICAL --to FILE")
    if sentence is not None:
        echo()
        _explain_in(phrase, sentence, unspinner)
    elif candidates:
        echo()
        echo("Whether it is flagged depends on its context and on how spun the document is. Try it: --in TEXT")


def _explain_in(phrase: str, sentence: str, unspinner: Unspinner) -> None:
    """Findings that touch the phrase, as `unspin check` shows them; or why there are none."""
    from unspin.reporting.filereport import FileReport
    from unspin.reporting.text import console_for, finding_lines, percent

    places = [match.span() for match in re.finditer(re.escape(phrase).replace(r"\ ", r"\s+"), sentence, re.IGNORECASE)]
    if not places:
        raise click.UsageError(f'The text of --in does not contain "{phrase}".')
    report = unspinner.analyze(sentence)
    file = FileReport("text", report, Tier.POSSIBLE)
    touching = [f for f in file.findings if any(f.start < end and start < f.end for start, end in places)]
    console = console_for(sys.stdout)
    for finding in touching:
        for line in finding_lines(finding, file, console.width):
            console.print(line, soft_wrap=True)
    if not touching:
        echo("Not flagged here: as it stands it is more likely genuine.")
        echo(f"The text's spin rate is {percent(report.spin_rate)}; in a document that is spun elsewhere too, it may be flagged.")
