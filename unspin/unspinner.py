"""The pipeline: text → Report. Read it from the top."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import sqrt
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unspin import cache, grammar
from unspin.decoding import calibration, reliability
from unspin.decoding.conditions import ceiling
from unspin.decoding.confidence import confidences
from unspin.decoding.decoder import Decoding, decode
from unspin.decoding.gate import SHORT, Gate
from unspin.decoding.lattice import Channel, Listed
from unspin.decoding.patterns import find_patterns
from unspin.decoding.selection import Spans, ranking, rivals, settle, substituted_share
from unspin.document import Document, blocks
from unspin.errors import DictionaryError
from unspin.findings import Edit, Evidence, Finding, Repair, Report, Suggestion, Tier
from unspin.language import load_model, model_path
from unspin.lexicon import load as dictionaries_on_disk
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import KINDS, Lexicon, Pair
from unspin.neural import weights
from unspin.neural.judge import Judge
from unspin.patching import apply, compose, with_line_ends
from unspin.reading.protect import Protected
from unspin.reading.ranges import merged, within
from unspin.rewriting import Rewriter

CODES = {Kind.PHRASE: "US101", Kind.NAME: "US201", Kind.TERM: "US301", Kind.COLLOCATION: "US302", Kind.WORD: "US401"}
MAX_SUGGESTIONS = 5
WORTH_SUGGESTING = 0.01  # a rival's confidence; no tier begins below
MAX_PASSES = 8  # a repaired text is read again until nothing changes; two passes are the rule


class Unspinner:
    """Detects spun phrasing and restores the original wording.

    `dictionaries` (files or folders) join those that come with unspin. `model` is an ARPA or CMU Sphinx trigram file instead of the
    default model, or a neural model that is asked for a second opinion: the name of an installed one, a GGUF file, a CTranslate2 folder,
    or "auto", for the default one if it is installed. `progress` is told, in words, of work that is done only once. Safe to share
    between threads; pickles as its arguments.

    Raises DictionaryError or ModelError.
    """

    def __init__(
        self, dictionaries: Sequence[Path] = (), model: Path | str | None = None, progress: Callable[[str], None] | None = None
    ):
        self._arguments = tuple(dictionaries), model
        folder = weights.located(model) if model is not None and weights.is_neural(model) else None
        self.judge = Judge(folder) if folder else None
        """The second opinion, if there is one."""
        trigrams = Path(model) if model is not None and not weights.is_neural(model) else None
        self._channel = load_channel(dictionaries, trigrams, progress)
        self._gate = Gate(self._channel)
        self._calibration = calibration.load()
        self._reliability = reliability.load()
        self._scale = self._calibration.scale if self.judge is None else self.judge.scale
        self._tiers, self._tiers_of_short = (
            [(cuts[tier.value], tier) for tier in Tier] for cuts in (self._scale.cuts, self._scale.short)
        )
        """The lowest confidence of each tier, the safest first."""

    @property
    def lexicon(self) -> Lexicon:
        """The compiled dictionaries."""
        return self._channel.lexicon

    def analyze(self, text: str, protected: Sequence[tuple[int, int]] | None = None) -> Report:
        """Find spun phrasing in a text; nothing inside the `protected` [start, end) ranges is touched. If none are given, these are
        addresses, code, tags and front matter. They are asked for only if a part of the text deserves a close look."""
        hidden = functools.cache(lambda: merged(Protected(text) if protected is None else protected))
        parts = [self._analyze_block(text, start, end, hidden) for start, end in blocks(text)]
        words = sum(part.words for part in parts)
        spin_rate = sum(part.spin_rate * part.words for part in parts) / max(words, 1)
        probability = self._scale.document.probability(spin_rate, words) if words else 0.0
        findings = tuple(
            replace(finding, tier=quiet) if in_background else finding
            for part in parts
            for in_background in [sqrt(part.spin_rate * spin_rate) < self._scale.background]
            for finding, quiet in part.findings
        )
        return Report(text, words, spin_rate, probability, findings)

    def _analyze_block(self, text: str, start: int, end: int, hidden: Callable[[], Sequence[tuple[int, int]]]) -> _Block:
        block = text[start:end]
        suspicion = self._gate.look(block)
        if not suspicion.strong(self._calibration.gate["density"]) and not any(grammar.broken_times(block)):
            return _Block(suspicion.words, suspicion.density * self._calibration.gate["rate"], ())
        inside = within(hidden(), start, end)
        doc = Document(block, [(max(low, start) - start, min(high, end) - start) for low, high in inside])
        if not len(doc):
            return _Block(0, 0.0, ())
        decoding = decode(doc, self._channel)
        confidence, evidence = confidences(doc, decoding, self._channel, self._calibration, self._reliability)
        if self.judge is not None:
            confidence = self.judge.judged(doc, decoding, evidence, confidence, self._channel)
        spin_rate = substituted_share(decoding, confidence)
        findings = _in_order([*self._findings(doc, decoding, confidence, spin_rate), *_broken_times(doc, spin_rate)])
        if start:
            findings = [
                (replace(finding, start=finding.start + start, end=finding.end + start), quiet) for finding, quiet in findings
            ]
        return _Block(len(doc), spin_rate, findings)

    def repair(
        self,
        text: str,
        tier: Tier | str = Tier.SAFE,
        protected: Sequence[tuple[int, int]] | None = None,
        report: Report | None = None,
    ) -> Repair:
        """Write the edits of a tier and the safer ones; a second repair of the result finds nothing more to do. `protected`: as for
        `analyze`. `report`: that of the text, if it is known already. ValueError if there is no such tier."""
        if protected is None:
            protected = Protected(text)
        report = report or self.analyze(text, protected)
        edits = _keeping_lines(text, report.edits(tier), protected)
        repaired = apply(text, edits)
        for _ in range(MAX_PASSES):
            if not edits:
                break
            hidden = _shift(protected, edits)
            again = _keeping_lines(repaired, self.analyze(repaired, hidden).edits(tier), hidden)
            if not again:
                break
            edits = compose(text, edits, again)
            repaired = apply(text, edits)
        return Repair(repaired, edits, report)

    def lookup(self, phrase: str) -> list[Pair]:
        """What a phrase as a whole may stand for: first what is listed, likeliest first, then names and terms, word by word, of which
        those that are usual come early."""
        doc = Document(phrase.title() if phrase.islower() else phrase)
        spun = " ".join(doc.keys)
        lexicon = self.lexicon
        arcs, _ = find_patterns(doc, Listed.of(doc, lexicon), lexicon)
        whole = [i for i in range(len(arcs)) if arcs.first[i] == 0 and arcs.last[i] == len(doc)]
        whole.sort(key=lambda i: -float(arcs.logweight[i] + self._channel.held[arcs.canonical[i]]))
        composed = [
            Pair(
                spun,
                lexicon.canonicals[arcs.canonical[i]],
                float(arcs.logweight[i]),
                lexicon.entry_of(int(arcs.row[i])),
                KINDS[lexicon.kind[arcs.row[i]]],
                tell=False,
            )
            for i in whole
        ]
        return [*lexicon.pairs(spun), *composed]

    def __reduce__(self) -> tuple[Any, ...]:
        return Unspinner, self._arguments

    def _findings(self, doc: Document, decoding: Decoding, confidence: NDArray[np.float64], spin_rate: float) -> Iterator[Tiered]:
        """The best non-overlapping candidates, each with the rivals within its span."""
        lexicon, text = self.lexicon, doc.text
        tiers = self._tiers if len(doc) >= SHORT else self._tiers_of_short
        order = ranking(decoding.arcs, confidence, WORTH_SUGGESTING)
        arcs, sure = decoding.arcs.take(order), confidence[order].tolist()
        spans = Spans.of(arcs)
        chosen, rests = settle(spans, sure, [cut for cut, _ in tiers], lexicon)
        rewriter = Rewriter(doc, spans, lexicon)

        def finding(i: int, start: int, end: int, suggestions: dict[str, float]) -> Tiered:
            ranked = sorted(suggestions.items(), key=itemgetter(1), reverse=True)
            before, after = text[start:end], ranked[0][0]
            doubtful = grammar.differ_in_style(before, after) or grammar.differ_in_school(before, after)
            earned = Tier.POSSIBLE if doubtful else next(tier for lowest, tier in tiers if sure[i] >= lowest)
            row = spans.row[i]
            kind = KINDS[lexicon.kind.item(row)]
            quiet = _in_background(earned, kind, tell=lexicon.tell.item(row))
            if row in lexicon.conditions:
                earned, quiet = self._allowed(earned, row), self._allowed(quiet, row)
            best = tuple([Suggestion(text, confidence) for text, confidence in ranked[:MAX_SUGGESTIONS]])
            evidence = Evidence(arcs.lm.item(i), arcs.logweight.item(i), spin_rate)
            return Finding(CODES[kind], lexicon.entry_of(row), start, end, before, best, earned, evidence), quiet

        for i, others in zip(chosen, rivals(spans, chosen, MAX_SUGGESTIONS, lexicon), strict=True):
            start, end, after = rewriter.rewrite(i)
            if text[start:end] == after:
                continue
            most = min(sure[i], 1 - sure[i])  # only one can be right, so a rival has at most what the first leaves
            suggestions = {after: sure[i]}
            for j in others:
                low, high, other = rewriter.rewrite(j)
                if start <= low and high <= end:
                    if low != start or high != end:
                        other = text[start:low] + other + text[high:end]
                    suggestions.setdefault(other, min(sure[j], most))
            suggestions.pop(text[start:end], None)
            yield finding(i, start, end, suggestions)
        for rest in rests:
            for start, end, after in rewriter.rewrite_rest(rest):
                yield finding(rest.arc, start, end, {after: sure[rest.arc]})

    def _allowed(self, earned: Tier, row: int) -> Tier:
        """The tier that was earned, if the entry, which has conditions, may have it."""
        allowed = ceiling(self.lexicon.conditions[row])
        return earned if earned.includes(allowed) else allowed


Tiered = tuple[Finding, Tier]
"""A finding, and the tier that it has if the text turns out to be as good as genuine."""


@dataclass(frozen=True, slots=True)
class _Block:
    """What is known of one block of a text; offsets are those of the whole text."""

    words: int
    spin_rate: float
    findings: Sequence[Tiered]


def _in_background(earned: Tier, kind: Kind, *, tell: bool) -> Tier:
    """The tier in a text that is as good as genuine: nothing is safe, and what does not speak for itself is only possible."""
    speaks = tell or kind is Kind.NAME or (kind is Kind.TERM and earned is Tier.SAFE)
    return Tier.LIKELY if speaks and earned is not Tier.POSSIBLE else Tier.POSSIBLE


def _broken_times(doc: Document, spin_rate: float) -> list[Tiered]:
    """Clock times whose hour was spelled out ("five:35 a.m."); nobody writes that, so these edits are safe."""
    times = (
        Finding(
            code="US501",
            entry="clock time",
            start=start,
            end=end,
            text=doc.text[start:end],
            suggestions=(Suggestion(after, 1.0),),
            tier=Tier.SAFE,
            evidence=Evidence(0.0, 0.0, spin_rate),
        )
        for start, end, after in grammar.broken_times(doc.text)
        if not any(low < end and start < high for low, high in doc.protected)
    )
    return [(finding, finding.tier) for finding in times]


def _in_order(findings: list[Tiered]) -> list[Tiered]:
    """Findings by position, without overlaps: where two meet, the more confident stays."""
    kept: list[Tiered] = []
    for finding, quiet in sorted(findings, key=lambda item: (item[0].start, item[0].end)):
        if not kept or kept[-1][0].end <= finding.start:
            kept.append((finding, quiet))
        elif finding.confidence > kept[-1][0].confidence:
            kept[-1] = finding, quiet
    return kept


def _keeping_lines(text: str, edits: Sequence[Edit], protected: Sequence[tuple[int, int]]) -> tuple[Edit, ...]:
    """The edits, and those that keep the line ends of a text, but for what is protected."""
    hidden = merged(protected) if edits else ()
    return tuple(edit for edit in with_line_ends(text, edits) if not within(hidden, edit.start, edit.end))


def _shift(protected: Sequence[tuple[int, int]], edits: Sequence[Any]) -> list[tuple[int, int]]:
    """Protected ranges as they lie after the edits, none of which touches one."""
    result = []
    for start, end in protected:
        moved = sum(len(edit.after) - (edit.end - edit.start) for edit in edits if edit.end <= start)
        result.append((start + moved, end + moved))
    return result


def load_channel(
    dictionaries: Sequence[Path] = (), model: Path | None = None, progress: Callable[[str], None] | None = None
) -> Channel:
    """The shipped dictionaries, and these, in the words of a language model; compiled once and cached."""
    own = [Path(path) for path in dictionaries]
    sources = dictionaries_on_disk.sources(own)
    key = cache.fingerprint([*sources, model_path(model)])  # of what the lexicon is made of, even if that changes in the meantime
    lexicon = _load_lexicon(own, sources, progress)
    language = load_model(model, progress)
    return cache.cached(
        "channel",
        key,
        lambda folder: Channel.load(folder, lexicon, *language),
        lambda: Channel.build(lexicon, *language),
        Channel.save,
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which would look at a million entries again and again and find nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _load_lexicon(own: Sequence[Path], sources: Sequence[Path], progress: Callable[[str], None] | None) -> Lexicon:
    """The shipped dictionaries, which are compiled first, and then with them the user's own; `sources` are the files of both."""
    base = functools.cache(lambda: _load_lexicon((), dictionaries_on_disk.sources(), progress) if own else None)

    def first() -> None:
        base()
        if progress:
            progress("compiling your dictionaries (once)" if own else "compiling the dictionaries (once)")

    def build() -> Lexicon:
        from unspin.lexicon.compile import compile_entries

        reading = dictionaries_on_disk.read([*own] or [dictionaries_on_disk.shipped()])
        if reading.problems:
            more = f" (and {len(reading.problems) - 1} more)" if len(reading.problems) > 1 else ""
            raise DictionaryError(f"{reading.problems[0]}{more}; run `unspin dict lint` to see all")
        with _uncollected():
            return compile_entries(reading.entries, base())

    return cache.cached("lexicon", cache.fingerprint(sources), Lexicon.load, build, Lexicon.save, first)
