"""What is done to a text of a corpus and its log: repair it, merge proposed edits, take edits back. Formats are the business of others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import itemgetter
from typing import Any, Protocol

from unspin.corpus.transform import KEY, Transform
from unspin.errors import InputError
from unspin.findings import Edit, Tier
from unspin.grammar import LINE_END
from unspin.patching import apply, revert

LONE = re.compile(r"[\ud800-\udfff]")
DIGITS = 4000  # of an integer; Python parses 4,300


@dataclass(frozen=True, slots=True)
class Item:
    """A text of a corpus. `number` is that of its line or row, from 1; `id` is JSON, None if there is none; `log` that of the last run."""

    number: int
    id: str | None
    text: str
    log: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """What comes in place of [start, end) of the text. `spelled` is how a JSON line spells it, if that is known."""

    start: int
    end: int
    new: str
    spelled: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an item: its text, the replacements that lead there, and its log.

    Without a log the last one is taken away; if `previous`, the one inside it comes back. What is `dropped` counts in the summary only.
    """

    text: str
    replacements: Sequence[Replacement]
    log: dict[str, Any] | None
    words: int = 0
    previous: bool = False
    dropped: bool = False


NOTHING: Mapping[str, Any] = {"spin_rate": None, "spun": None, "edits": [], "findings": None}
"""The log of a document for which nothing was proposed."""


class Operation(Protocol):
    """What is done to each item. None drops it; ValueError says why it is rejected."""

    def __call__(self, item: Item, /) -> Change | None: ...


@dataclass(frozen=True, slots=True)
class Selection:
    """Which documents stay. Spun are those that more likely are than not, or have at least the spin rate `minimum`."""

    spun: bool | None = None
    """Whether the spun ones stay, or the others; None: all."""
    minimum: float | None = None

    def keeps(self, log: Mapping[str, Any]) -> bool:
        """Whether a document with this log stays."""
        if self.spun is None:
            return True
        spun = log["spun"] if self.minimum is None else log["spin_rate"] >= self.minimum
        return bool(spun) == self.spun


@dataclass(frozen=True, slots=True)
class Repairing:
    """Repair the text. With `keep_original` the log of a document that was edited holds the text as it was, as "original"."""

    transform: Transform
    selection: Selection = field(default_factory=Selection)
    keep_original: bool = False

    def __call__(self, item: Item) -> Change:
        outcome = self.transform(item.text)
        if not self.selection.keeps(outcome.log):
            return Change("", [], {**outcome.log, "edits": []}, outcome.words, dropped=True)
        edits = outcome.log["edits"]
        log = {**outcome.log, "original": item.text} if self.keep_original and edits else outcome.log
        return Change(outcome.text, [_replacement(edit) for edit in edits], log, outcome.words)


@dataclass(frozen=True, slots=True)
class Proposing:
    """Say what repairing the text would edit, with the tier of `transform` and the safer ones."""

    transform: Transform
    selection: Selection = field(default_factory=Selection)

    def __call__(self, item: Item) -> Change:
        outcome = self.transform.proposed(item.text)
        dropped = not self.selection.keeps(outcome.log)
        return Change("", [], {**outcome.log, "edits": []} if dropped else outcome.log, outcome.words, dropped=dropped)


class Reverting:
    """Take back what the log of an item says, and the log with it."""

    def __call__(self, item: Item) -> Change:
        if item.log is None:
            raise ValueError(f"no field {KEY!r}, so nothing is known of its edits")
        try:
            edits = [_edit(record) for record in item.log["edits"]]
            text = revert(item.text, edits)
            spellings = {record["start"]: _spelling(record) for record in item.log["edits"]}
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"field {KEY!r} is not the log of a run") from error
        replacements = []
        shift = 0
        for edit in sorted(edits, key=lambda edit: edit.start):
            start = edit.start + shift
            replacements.append(Replacement(start, start + len(edit.after), edit.before, spellings[edit.start]))
            shift += len(edit.after) - len(edit.before)
        return Change(text, replacements, None, previous="previous" in item.log)


Place = tuple[int, int]
"""[start, end) of a text."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What people decided about a place: whether it is edited, and what is written there; None: what is proposed for just this place.

    `before` is what they read there, if that is known; `names` are code and entry of the edit.
    """

    accepted: bool
    after: str | None = None
    before: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Choice:
    """Which proposed edits are made: those of a tier and the safer ones, of a least confidence, and what people have decided, by line or
    row.

    A decision outweighs tier and confidence, also those of proposed edits that it only overlaps. It goes for the line end, too, that such
    an edit has no place for and puts behind itself. Where nothing is proposed, or people read something else, it has no effect.
    """

    tier: Tier = Tier.SAFE
    confidence: float = 0.0
    decisions: Mapping[int, Mapping[Place, Decision]] = field(default_factory=dict)
    met: int = 0
    """How many decisions had an effect."""

    def edits(self, item: Item, proposal: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The edits that are made of those that are proposed for an item."""
        usual = [edit for edit in self._of_tier(proposal) if edit["confidence"] >= self.confidence]
        proposed = [*usual, *(edit for edit in proposal["edits"] if edit not in usual)]
        chosen = []
        decided: list[Place] = []
        decisions = self.decisions.get(item.number, {})
        for place, decision in decisions.items():
            about = [edit for edit in proposed if _meet(edit, place)]
            exact = [edit for edit in about if _place(edit) == place]
            before = item.text[slice(*place)]
            meant = decision.before in (None, before) and place[1] <= len(item.text)
            if not about or not meant or (decision.accepted and decision.after is None and not exact):
                continue
            self.met += 1
            line_ends = [edit for edit in proposed if _puts_line_end_behind(edit, about) and _place(edit) not in decisions]
            decided += place, *map(_place, line_ends)
            if decision.accepted:
                start, end = place
                edit = exact[0] if exact else {**about[0], **decision.names, "start": start, "end": end, "before": before}
                after = edit["after"] if decision.after is None else decision.after
                chosen.append({**edit, "after": after})
                if LINE_END.search(before) and not LINE_END.search(after):
                    chosen += [edit for edit in line_ends if edit["start"] == end][:1]
        chosen += [edit for edit in usual if not any(_meet(edit, place) for place in decided)]
        return sorted(chosen, key=itemgetter("start"))

    def _of_tier(self, proposal: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What repairing the text with the tier would edit."""
        others: dict[str, Any] = proposal.get("at", {})
        if self.tier.value in others:
            return [*others[self.tier.value]]
        return [edit for edit in proposal["edits"] if self.tier.includes(Tier(edit["tier"]))]


class Applying:
    """Make proposed edits. `proposals` are the records of a sidecar file, in the order of the corpus; one run can use them once.

    `unused` says afterwards for how many of them the corpus had no text."""

    def __init__(self, proposals: Iterator[dict[str, Any]], choice: Choice):
        self._proposals = proposals
        self._choice = choice
        self._next: dict[str, Any] | None = None
        self._number = 0

    def __call__(self, item: Item) -> Change:
        proposal = self._proposal(item.number)
        if proposal is None:
            return Change(item.text, [], dict(NOTHING))
        try:
            if proposal["digest"] != digest(item.text) or json.dumps(proposal["id"]) != json.dumps(loaded(item.id or "null")):
                raise ValueError("the proposed edits are for another text")
            edits = self._choice.edits(item, proposal)
            if any(is_lone(edit["after"]) for edit in edits):
                raise ValueError("an edit would write a lone surrogate")
            text = apply(item.text, [_edit(edit) for edit in edits])
            log = {**{key: proposal[key] for key in ("spin_rate", "spun")}, "edits": edits, "findings": proposal["findings"]}
        except (KeyError, TypeError) as error:
            raise ValueError("the proposed edits are malformed") from error
        return Change(text, [_replacement(edit) for edit in edits], log)

    def _proposal(self, number: int) -> dict[str, Any] | None:
        while self._number < number:
            self._next = next(self._proposals, None)
            if self._next is None:
                return None
            line = self._next["line"]
            if line <= self._number:
                raise InputError(f"the proposed edits are not in the order of the corpus (line {line} after {self._number})")
            self._number = line
        if self._number != number:
            return None
        proposal, self._next = self._next, None
        return proposal

    def unused(self) -> int:
        """How many proposals are left. InputError if one is malformed."""
        return (self._next is not None) + sum(1 for _ in self._proposals)


def digest(text: str) -> str:
    """16 hexadecimal digits that another text hardly has."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def is_lone(text: str) -> bool:
    """Whether a text holds a lone surrogate, which UTF-8 cannot."""
    return LONE.search(text) is not None


def loaded(text: str | bytes) -> Any:
    """JSON, with integers of more digits than Python parses as text. ValueError if it is malformed."""
    return json.loads(text, parse_int=_integer)


def spelled(text: str) -> str:
    """The characters of a text as a JSON literal in ASCII spells them."""
    return json.dumps(text)[1:-1]


def _meet(edit: Mapping[str, Any], place: Place) -> bool:
    """Whether an edit and a place overlap."""
    return bool(edit["start"] < place[1] and place[0] < edit["end"]) or _place(edit) == place


def _place(edit: Mapping[str, Any]) -> Place:
    return edit["start"], edit["end"]


def _puts_line_end_behind(edit: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an edit only makes the blank behind one of the others a line end."""
    is_line_end = edit["before"] == " " and LINE_END.fullmatch(edit["after"])
    return bool(is_line_end) and any(edit["start"] == other["end"] for other in others)


def _replacement(edit: Mapping[str, Any]) -> Replacement:
    return Replacement(edit["start"], edit["end"], edit["after"])


def _edit(record: Mapping[str, Any]) -> Edit:
    return Edit(**{**{name: record[name] for name in Edit.__slots__}, "tier": Tier(record["tier"])})


def _spelling(record: Mapping[str, Any]) -> str:
    """How the line spelled what an edit replaced. TypeError or ValueError if that is no spelling of it."""
    raw: str = record.get("raw") or spelled(record["before"])
    if json.loads('"' + raw + '"') != record["before"]:
        raise ValueError(f"{raw!r} does not spell {record['before']!r}")
    return raw


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) < DIGITS else digits
