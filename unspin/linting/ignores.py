"""Comments that tell unspin what to leave alone.

    <!-- unspin: ignore -->                             this line
    <!-- unspin: ignore-next-line[US401] -->            the next line that is not blank, findings of one code
    <!-- unspin: ignore-start["linked press"] -->       from here, one text or dictionary entry …
    <!-- unspin: ignore-end -->                         … to here; without it, to the end of the file
    <!-- unspin: ignore-file[US1, "final year"]: why -->  the whole file; a reason may follow after a colon or two hyphens

Any comment sign will do (<!-- // # .. /* {# ; % --, Markdown's [//]: # (…)), or the beginning of a line. In code, as above, such a
comment does nothing; what code is depends on the format of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter

from unspin.errors import meant
from unspin.findings import Finding, Report
from unspin.reading import markup
from unspin.reading.protect import code_ranges
from unspin.reading.ranges import within
from unspin.rules import RULES

MARK = "unspin"
COMMENT = re.compile(
    r"(?:(?:<!--|/\*|//|\#|\.\.|;|%|--)[ \t]*|(?P<definition>\[[^\]\n]{0,30}\]:[ \t]*(?:\#|<>)[ \t]*[(\"'])[ \t]*|^[ \t]*)"
    r"unspin:[ \t]*(?P<verb>[a-z][a-z-]*)[ \t]*(?:(?P<open>\[)(?P<rules>[^\]\n]*)(?P<close>\])?)?"
    r"(?:[ \t]*(?::|--(?!>))[ \t]*(?P<reason>[^\n]*?))?"
    r"[ \t]*(?(definition)[)\"'][ \t]*(?=\r?(?:\n|\Z))|(?:-->|\*/|\#\}|(?=\r?(?:\n|\Z))))",
    re.MULTILINE | re.IGNORECASE,
)
BEGUN = re.compile(
    r"(?:<!--|/\*|\{\#|^\.\.)[ \t]*unspin(?:(?P<colon>:)[ \t]*|[ \t-]+)(?P<verb>ignore(?:-next-line|-start|-end|-file)?)(?![\w-])",
    re.MULTILINE | re.IGNORECASE,
)
"""The beginning of a comment that nothing else than a comment has; the rest may be wrong."""
RULE = re.compile(r'\s*(?:"(?P<text>[^"]*)"|(?P<code>[^",\s]+))\s*(?:,|$)')
NO_WORDS = re.compile(r"<[^>]*>|&#?\w+;|[\W_]+")
LINE, NEXT, START, END, FILE = VERBS = ("ignore", "ignore-next-line", "ignore-start", "ignore-end", "ignore-file")
ELSEWHERE = {
    "disable": START,
    "off": START,
    "enable": END,
    "on": END,
    "disable-line": LINE,
    "ignore-line": LINE,
    "noqa": LINE,
    "disable-next-line": NEXT,
    "disable-file": FILE,
    "skip-file": FILE,
}
"""What other linters call it."""
SIMILAR = 0.85  # more than for other names, as prose may stand here; "ignroe" and "ignore" 0.95, "restore" and "ignore" 0.64


@dataclass(frozen=True, slots=True)
class Problem:
    """A comment that cannot be understood, on this line (from 1)."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Ignore:
    """One comment, at [start, end) on `line`, that silences the lines `first_line` to `last_line` (from 1, inclusive).

    `rules` are beginnings of codes, and texts or entries in lower case; without any, all findings are meant.
    """

    line: int
    verb: str
    rules: tuple[str, ...]
    reason: str | None
    first_line: int
    last_line: int
    start: int
    end: int

    def covers(self, finding: Finding, first_line: int, last_line: int) -> bool:
        """Whether a finding on these lines is silenced."""
        if not (self.first_line <= first_line <= self.last_line or self.first_line <= last_line <= self.last_line):
            return False
        if not self.rules:
            return True
        text = _bare(finding.text)
        return any(finding.code.startswith(rule) or rule == finding.entry.lower() or _bare(rule) == text for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Ignores:
    """The comments of a text, in order, and what is wrong with some."""

    ignores: tuple[Ignore, ...] = ()
    problems: tuple[Problem, ...] = ()


def read(text: str, format: str = markup.PLAIN) -> Ignores:
    """Find the comments of a text in one of the formats that `markup.format_of` knows."""
    if MARK not in text.lower():
        return Ignores()
    code = code_ranges(text) if format == markup.PLAIN else markup.read(text, format).code
    newlines = [match.start() for match in re.finditer("\n", text)]
    last_line = len(newlines) + 1
    found: list[Ignore] = []
    problems: list[Problem] = []
    opened: list[int] = []
    for match in COMMENT.finditer(text):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        if within(code, start, start + 1):
            continue
        line = bisect_right(newlines, start - 1) + 1
        verb = match["verb"].lower()
        if verb not in VERBS:
            problems += _misspelt(verb, line)
            continue
        rules = [*_rules(match["rules"] or "")]
        if match["open"] and (not match["close"] or not rules or None in rules):
            problems.append(Problem(line, f"`unspin: {verb}` {_fault(match['rules'], bool(match['close']))}"))
            continue
        known = tuple(rule for rule in rules if rule is not None)
        first, last = _lines(verb, line, last_line, text, newlines)
        if verb == END:
            if opened:
                number = opened.pop()
                found[number] = replace(found[number], last_line=line)
            else:
                problems.append(Problem(line, "`unspin: ignore-end` closes nothing"))
            continue
        if verb == START:
            opened.append(len(found))
        found.append(Ignore(line, verb, known, (match["reason"] or "").strip() or None, first, last, start, match.end()))
    understood = {match.start("verb") for match in COMMENT.finditer(text)}
    for begun in BEGUN.finditer(text):
        if begun.start("verb") not in understood and not within(code, begun.start(), begun.start() + 1):
            line = bisect_right(newlines, begun.start() - 1) + 1
            verb = begun["verb"].lower()
            if begun["colon"]:
                fault = f"`unspin: {verb}` is followed by something else than [codes], and a reason after : or --"
            else:
                fault = f"`unspin {verb}` lacks a colon; write `unspin: {verb}`"
            problems.append(Problem(line, fault))
    return Ignores(tuple(found), tuple(sorted(problems, key=lambda problem: problem.line)))


def apply(findings: Iterable[Finding], report: Report, comments: Ignores) -> tuple[list[Finding], list[Ignore]]:
    """The findings, which are in order, that no comment silences, and the comments that silence none."""
    waiting = deque(sorted(comments.ignores, key=attrgetter("first_line")))
    begun: dict[tuple[tuple[str, ...], int], list[Ignore]] = {}  # those that silence the same from here on
    used: set[int] = set()
    kept = []
    for finding in findings:
        first, last = (report.position(offset)[0] for offset in (finding.start, max(finding.start, finding.end - 1)))
        begun = {key: alike for key, alike in begun.items() if alike[0].last_line >= first}
        while waiting and waiting[0].first_line <= last:
            ignore = waiting.popleft()
            begun.setdefault((ignore.rules, ignore.last_line), []).append(ignore)
        covering = [alike for alike in begun.values() if alike[0].covers(finding, first, last)]
        if not covering:
            kept.append(finding)
        for alike in covering:
            used.update(ignore.start for ignore in alike)
            del alike[1:]  # their use is known
    return kept, [ignore for ignore in comments.ignores if ignore.start not in used]


def ignored_ranges(text: str, regexes: Sequence[re.Pattern[str]], words: Sequence[str]) -> list[tuple[int, int]]:
    """The [start, end) ranges that match a regular expression or read like one of the words, in any case and spacing."""
    patterns = [*regexes, *(_words(word) for word in words if word.split())]
    return [match.span() for pattern in patterns for match in pattern.finditer(text) if match.group()]


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    """The words of a text in lower case, without the markup that may part them."""
    return " ".join(NO_WORDS.sub(" ", text.lower()).split())


def _words(word: str) -> re.Pattern[str]:
    phrase = r"\s+".join(map(re.escape, word.split()))
    return re.compile(rf"(?<!\w){phrase}(?!\w)", re.IGNORECASE)


def _misspelt(verb: str, line: int) -> Iterator[Problem]:
    if nearest := ELSEWHERE.get(verb) or meant(verb, VERBS, SIMILAR):
        yield Problem(line, f"unknown comment `unspin: {verb}`; did you mean `unspin: {nearest}`?")


def _fault(rules: str, closed: bool) -> str:
    for rule in map(str.strip, rules.split(",") if closed else ()):
        if rule and '"' not in rule and not any(code.startswith(rule.upper()) for code in RULES):
            return f"has {rule!r}, which is no code ({', '.join(RULES)}); a text needs quotation marks"
    return 'needs codes or "texts" in its brackets: [US401, "final year"]'


def _rules(text: str) -> Iterator[str | None]:
    """Codes, texts in lower case, and None for what is neither."""
    position = 0
    while position < len(text):
        match = RULE.match(text, position)
        if match is None:
            yield None
            return
        position = match.end()
        if match["text"] is not None:
            yield " ".join(match["text"].lower().split()) or None
        else:
            code = match["code"].upper()
            yield code if any(rule.startswith(code) for rule in RULES) else None


def _lines(verb: str, line: int, last_line: int, text: str, newlines: list[int]) -> tuple[int, int]:
    if verb == FILE:
        return 1, last_line
    if verb == START:
        return line, last_line
    if verb != NEXT:
        return line, line
    following = line + 1
    while following < last_line and not text[newlines[following - 2] + 1 : newlines[following - 1]].strip():
        following += 1
    return line, following
