"""A source and its settings → what to report, and what to write."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from unspin.findings import Edit, Finding, Repair, Report, Tier
from unspin.linting import ignores
from unspin.linting.config import Settings
from unspin.linting.ignores import Ignore, Problem
from unspin.reading import markup
from unspin.reading.documents import documents
from unspin.reading.prose import Prose
from unspin.reading.ranges import Deferred, Range, merged
from unspin.reading.source import Source

if TYPE_CHECKING:
    from unspin.linting.results import Results

MAX_PASSES = 8


class Analyst(Protocol):
    """What the linter needs of the engine."""

    def analyze(self, text: str, protected: Sequence[tuple[int, int]] = ()) -> Report:
        """The report on a text."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of a source that are to be shown, in its own offsets, and the comments that ignore nothing."""

    report: Report
    unused: tuple[Ignore, ...] = ()
    problems: tuple[Problem, ...] = ()


class Linter:
    """Applies the settings of a source to what the engine finds. The engine is asked for only when a text is new."""

    def __init__(self, engine: Callable[[], Analyst], engine_key: str = "", results: Results | None = None):
        self._engine = engine
        self._engine_key = engine_key
        self._results = results

    def prepare(self) -> None:
        """Load the engine; a long job that is done only once may be behind it."""
        self._engine()

    def check(self, source: Source, settings: Settings, report: Report | None = None) -> Checked:
        """The findings at every tier that the settings select and no comment ignores, of `report` if the analysis is done already.

        InputError for broken records.
        """
        comments = ignores.read(source.text, markup.format_of(source.path))
        report = report or self.known(source, settings) or self.analyze(source, settings)
        entries = {word.lower() for word in settings.ignore_words}
        found = [finding for finding in report.findings if finding.entry.lower() not in entries]
        # Codes come last: a comment is not useless because this run looks for something else.
        kept, unused = ignores.apply(found, report, comments)
        selected = tuple(finding for finding in kept if settings.selects(finding.code))
        return Checked(replace(report, findings=selected), tuple(unused), comments.problems)

    def repair(
        self, source: Source, settings: Settings, tier: Tier, checked: Checked | None = None, known: Collection[str] = ()
    ) -> Repair:
        """Write the findings of `check` of this tier and the safer ones, until none is left that can be written.

        `checked` is what `check` said of the source, if that is known already, without findings that shall stay. The texts of those are
        `known`: what is found later that reads so stays, too.
        """
        from unspin.patching import apply, compose
        from unspin.reading.layout import laid_out

        report = (checked or self.check(source, settings)).report
        edits: tuple[Edit, ...] = ()
        current = source
        found: Sequence[Edit] = report.edits(tier)
        for _ in range(MAX_PASSES):
            more = laid_out(current, found, protected(current, settings))
            if not more:
                break
            edits = compose(source.text, edits, more) if edits else more
            current = replace(source, text=apply(source.text, edits))
            found = [edit for edit in self.check(current, settings).report.edits(tier) if edit.before not in known]
        return Repair(current.text, edits, report, len(found))

    def known(self, source: Source, settings: Settings) -> Report | None:
        """What an earlier analysis of the same text found."""
        if self._results is None:
            return None
        return self._results.get(self._key(source, settings), source.text)

    def analyze(self, source: Source, settings: Settings) -> Report:
        """Everything the engine finds in the documents of a source."""
        report = analyze(self._engine(), source, settings)
        self.remember(source, settings, report)
        return report

    def remember(self, source: Source, settings: Settings, report: Report) -> None:
        """Keep a report for the next time."""
        if self._results is not None:
            self._results.put(self._key(source, settings), report)

    def _key(self, source: Source, settings: Settings) -> str:
        from pathlib import PurePath

        from unspin.linting.results import key

        suffix = PurePath(source.path).suffix.lower()
        regexes = tuple((regex.pattern, regex.flags) for regex in settings.ignore_regex)
        return key(source.text, self._engine_key, suffix, settings.fields, settings.skip_quotes, regexes, settings.ignore_words)


def analyze(engine: Analyst, source: Source, settings: Settings) -> Report:
    """Everything the engine finds in the documents of a source, in offsets of the source.

    Of several documents the spin rate and the probability are means by words.
    """
    findings: list[Finding] = []
    words, spin_rate, probability = 0, 0.0, 0.0
    for prose in _documents(source, settings):
        report = engine.analyze(prose.text, prose.protected)
        findings += filter(None, map(prose.place, report.findings))
        words += report.words
        spin_rate += report.words * report.spin_rate
        probability += report.words * report.probability
    return Report(source.text, words, spin_rate / max(words, 1), probability / max(words, 1), tuple(findings))


def protected(source: Source, settings: Settings) -> Sequence[Range]:
    """What is not to be touched in a source, in its own offsets, merged; looked for when it is needed."""
    return Deferred(lambda: merged(range_ for prose in _documents(source, settings) for range_ in prose.sources(prose.protected)))


def _documents(source: Source, settings: Settings) -> Iterator[Prose]:
    """The documents of a source, in which all is protected that the settings and comments say. InputError for broken records."""
    ignored = partial(ignores.ignored_ranges, regexes=settings.ignore_regex, words=settings.ignore_words)
    hidden = ignored(source.text)
    comments = ignores.read(source.text, markup.format_of(source.path))
    hidden += [(comment.start, comment.end) for comment in comments.ignores]
    for prose in documents(source, settings.fields, settings.skip_quotes, hidden):
        if prose.text != source.text and (seen := ignored(prose.text)):  # markup and escapes may part what a reader sees
            prose.protected = merged([*prose.protected, *seen])
        yield prose


def analyze_elsewhere(source: Source, settings: Settings) -> Report:
    """`analyze` with the engine of the process that calls it."""
    from unspin.engines import engine

    return analyze(engine(settings.dictionaries, settings.model), source, settings)
