"""Candidates that do not hold in their surroundings: `near:WORD` and `not:WORD` of an entry speak of the sentence around a span, an
abbreviation keeps its full stop, what only names have stays with them, and figures stay among figures."""

from __future__ import annotations

import re
from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from unspin.decoding.lattice import Arcs, Channel
from unspin.document import Document
from unspin.findings import Tier
from unspin.grammar import NOT_IN_NAMES
from unspin.lexicon.lexicon import Lexicon
from unspin.native import speedups

FIGURES = re.compile(r"\d[-–/:]\d")
ITEM = re.compile(r"\d+[.)]\s")


def permitted(doc: Document, arcs: Arcs, channel: Channel) -> Arcs:
    """The arcs that nothing in the text speaks against."""
    doubtful = _doubtful(doc, arcs, channel)
    some, lexicon = arcs.take(doubtful), channel.lexicon
    keep = np.ones(len(arcs), np.bool_)
    keep[doubtful] = fulfilled(doc, some, lexicon) & keep_figures(doc, some) & keep_stops(doc, some, lexicon)
    keep[doubtful] &= keep_names(doc, some, channel)
    return arcs.only(keep)


FIGURE, NAMED = 1, 2


def _doubtful(doc: Document, arcs: Arcs, channel: Channel) -> NDArray[np.intp]:
    """The indices of the few arcs that anything here may speak against."""
    opening = FIGURE * (doc.opens_name & ~doc.capitals) + NAMED * _in_names(doc)
    closing = np.zeros(len(doc), np.bool_)
    closing[doc.abbreviations] = True
    conditional, unlike_name = channel.lexicon.conditional, channel.unlike_name
    if speedups:
        index = np.empty(len(arcs), np.intp)
        columns = arcs.first, arcs.last, arcs.row, arcs.canonical, arcs.possessive
        n = speedups.doubtful(*columns, opening.astype(np.uint8), closing, conditional, unlike_name, index)
        return index[:n]
    figure = (opening[arcs.first] & FIGURE != 0) & (arcs.last - arcs.first == 1)
    name = ((opening[arcs.first] & NAMED != 0) | arcs.possessive) & unlike_name[arcs.canonical]
    return np.flatnonzero(figure | name | closing[arcs.last - 1] | conditional[arcs.row])


def fulfilled(doc: Document, arcs: Arcs, lexicon: Lexicon) -> NDArray[np.bool_]:
    """Whether the context conditions of each arc's entry hold (n); nearly all entries have none."""
    keep = np.ones(len(arcs), np.bool_)
    rows = np.flatnonzero(lexicon.conditional[arcs.row])
    if not len(rows):
        return keep
    starts = [sentence.first for sentence in doc.sentences]
    for i in rows.tolist():
        sentence = doc.sentences[bisect_right(starts, int(arcs.first[i])) - 1]
        around = {*doc.keys[sentence.first : arcs.first[i]], *doc.keys[arcs.last[i] : sentence.last]}
        keep[i] = _holds(lexicon.conditions[int(arcs.row[i])], around)
    return keep


def keep_stops(doc: Document, arcs: Arcs, lexicon: Lexicon) -> NDArray[np.bool_]:
    """Which arcs (n) leave no abbreviation's full stop behind another word ("Prof. Smith", "Professor. Smith")."""
    keep = np.ones(len(arcs), np.bool_)
    if not doc.abbreviations:
        return keep
    for i in np.flatnonzero(np.isin(arcs.last - 1, doc.abbreviations)).tolist():
        keep[i] = lexicon.text(int(arcs.canonical[i])).lower().removesuffix(".").split()[-1] == doc.keys[arcs.last[i] - 1]
    return keep


def keep_names(doc: Document, arcs: Arcs, channel: Channel) -> NDArray[np.bool_]:
    """Which arcs (n) don't give another word than a name has 's, or a capital among lower case ("in Maine", "in Me")."""
    named = _in_names(doc)
    keep = np.ones(len(arcs), np.bool_)
    asked = np.flatnonzero(named[arcs.first] | arcs.possessive)
    for i in asked[channel.unlike_name[arcs.canonical[asked]]].tolist():
        words = channel.lexicon.text(arcs.canonical.item(i)).split(" ")
        first = arcs.first.item(i)
        capital = words[0] in NOT_IN_NAMES and named[first] and words[0] != doc.keys[first]
        keep[i] = not (capital or (words[-1] in NOT_IN_NAMES and arcs.possessive[i]))
    return keep


def _in_names(doc: Document) -> NDArray[np.bool_]:
    """Which words (n) have a capital among lower case."""
    named = doc.capitals.copy()
    named[1:] &= doc.joined & ~doc.capitals[:-1]
    named[doc.bounds[:-1]] = False
    return named


def keep_figures(doc: Document, arcs: Arcs) -> NDArray[np.bool_]:
    """Which arcs (n) don't spell out the number of a list item, or one of several figures ("6-4, 7-5")."""
    keep = np.ones(len(arcs), np.bool_)
    digit = doc.opens_name & ~doc.capitals
    for i in np.flatnonzero(digit[arcs.first] & (arcs.last - arcs.first == 1)).tolist():
        start, end = doc.starts[int(arcs.first[i])], doc.ends[int(arcs.first[i])]
        opens_line = not doc.text[doc.text.rfind("\n", 0, start) + 1 : start].strip()
        item = opens_line and ITEM.match(doc.text, start)
        keep[i] = not (item or FIGURES.search(doc.text, max(0, start - 2), end + 2))
    return keep


def _holds(flags: frozenset[str], around: set[str]) -> bool:
    near = {flag.partition(":")[2] for flag in flags if flag.startswith("near:")}
    unwanted = {flag.partition(":")[2] for flag in flags if flag.startswith("not:")}
    return (not near or bool(near & around)) and not unwanted & around


def ceiling(flags: frozenset[str]) -> Tier:
    """The safest tier that an entry's findings may have."""
    return next((tier for tier in reversed(Tier) if tier.value in flags), Tier.SAFE)
