"""Spinners made up: more spun documents to fit on than anybody has collected, by more spinners than one.

    python benchmarks/spinning.py TEXTS.jsonl PAIRS.jsonl --thesaurus words-moby.tsv

spins the prose of TEXTS ({"text"} records) of 200 words and more by a table that nothing was fitted on, for `unspin eval PAIRS.jsonl`.

The table of one holds what the spinner of some development pairs wrote for what, the other's what our dictionaries list, or a thesaurus
(`make_thesauri.py`). As real ones do, a simulated spinner knows only a part of a table, replaces the longest phrase that it knows, and
either draws a synonym each time or keeps to the first that it drew; that is settled for each document anew.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp
from pathlib import Path
from random import Random

import click

from unspin.decoding.lattice import Channel
from unspin.document import Document
from unspin.errors import DictionaryError
from unspin.evaluation import pairs
from unspin.evaluation.align import GoldEdit
from unspin.evaluation.pairs import Pair
from unspin.language.trigram import TrigramModel
from unspin.lexicon.compile import compile_entries
from unspin.lexicon.entry import Kind
from unspin.lexicon.lexicon import Lexicon
from unspin.lexicon.load import read
from unspin.unspinner import load_channel

CONSISTENT = 0.5  # of the documents are spun with one synonym for each phrase
RATE = {True: (0.3, 0.9), False: (0.1, 0.6)}
"""The share of the known phrases that is replaced, for consistent spinners and the others."""
COMMON, KNOWN_COMMON = -6.5, 0.15  # words above this log-probability are known so much more seldom: few spinners replace "the"
OF_DICTIONARIES, OF_THESAURUS = (0.1, 0.5), (0.3, 0.9)
"""The share of such a table that the spinner of a document knows, from and to."""
SYNONYMS = 1, 2, 3, 5, 8  # that a spinner by the dictionaries knows at most for a phrase
TASTE = 0.6, 1.6  # and the power of their weight by which it has come to know them
LONGEST = 4  # words
ENOUGH = 200  # words of a text that is worth spinning


def original(pair: Pair) -> str:
    """The text before it was spun."""
    parts, position = [], 0
    for gold in pair.gold:
        parts += pair.text[position : gold.start], gold.original
        position = gold.end
    return "".join([*parts, pair.text[position:]])


def record(pair: Pair) -> str:
    """A spun document as a line of what `unspin eval` reads."""
    edits = [[gold.start, gold.end, gold.original] for gold in pair.gold]
    return json.dumps({"id": pair.id, "spun": pair.text, "edits": edits}) + "\n"


@dataclass(frozen=True)
class Spinner:
    """What may be written for what, with weights, and what share of it a document's spinner knows, from and to."""

    table: Mapping[str, Mapping[str, float]]
    known: tuple[float, float]
    common: frozenset[str] = frozenset()
    draws: bool = False
    """Whether it knows only a few of the synonyms of a phrase."""

    @classmethod
    def of_pairs(cls, documents: Iterable[Pair]) -> Spinner:
        """By what was written for what in some spun documents."""
        table: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for pair in documents:
            for gold in pair.gold:
                spun = pair.text[gold.start : gold.end].lower()
                canonical = " ".join(Document(gold.original).keys)
                if canonical and spun and " ".join(Document(spun).keys) != canonical:
                    table[canonical][spun] = 1.0
        return cls(table, (0.5, 1.0))

    @classmethod
    def of_lexicon(cls, lexicon: Lexicon, model: TrigramModel, known: tuple[float, float]) -> Spinner:
        """By what the words and phrases of a lexicon list."""
        table: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for pair in lexicon.pairs():
            canonical = " ".join(Document(pair.canonical).keys)
            if pair.kind in (Kind.WORD, Kind.PHRASE) and not pair.conditions and canonical.count(" ") < LONGEST:
                table[canonical][pair.spun] = max(table[canonical].get(pair.spun, 0.0), exp(pair.logweight))
        common = (word for word in table if " " not in word and model.unigram_logprob(model.ids([word]))[0] > COMMON)
        return cls(table, known, frozenset(common), draws=True)

    @classmethod
    def of_dictionaries(cls, channel: Channel) -> Spinner:
        """By what words and phrases our dictionaries list."""
        return cls.of_lexicon(channel.lexicon, channel.model, OF_DICTIONARIES)

    @classmethod
    def of_thesaurus(cls, path: Path, channel: Channel) -> Spinner:
        """By a dictionary of words that is not ours, as `make_thesauri.py` writes them. DictionaryError if it cannot be read."""
        reading = read([path])
        for problem in reading.problems:
            raise DictionaryError(str(problem))
        return cls.of_lexicon(compile_entries(reading.entries), channel.model, OF_THESAURUS)

    def spin(self, text: str, name: str, random: Random) -> Pair:
        """A text, spun."""
        doc, habits = Document(text), _Habits(self, random)
        joined = doc.joined.tolist()
        parts: list[str] = []
        gold: list[GoldEdit] = []
        position = length = i = 0
        while i < len(doc):
            size, options = 1, []
            for n in range(min(LONGEST, len(doc) - i), 0, -1):
                if all(joined[i : i + n - 1]) and (options := habits.options(" ".join(doc.keys[i : i + n]))):
                    size = n
                    break
            start, end = doc.starts[i], doc.ends[i + size - 1]
            i += size
            if not options or random.random() >= habits.rate:
                continue
            spun = random.choice(options)
            spun = spun[:1].upper() + spun[1:] if text[start].isupper() else spun
            if spun.lower() == text[start:end].lower():
                continue
            parts += text[position:start], spun
            length += start - position
            gold.append(GoldEdit(length, length + len(spun), text[start:end]))
            length, position = length + len(spun), end
        return Pair(name, "".join([*parts, text[position:]]), tuple(gold), clean=False)


class _Habits:
    """What the spinner of one document does."""

    def __init__(self, spinner: Spinner, random: Random):
        self._spinner, self._random = spinner, random
        self._consistent = random.random() < CONSISTENT
        self.rate = random.uniform(*RATE[self._consistent])
        self._known = random.uniform(*spinner.known)
        self._taste, self._most = random.uniform(*TASTE), random.choice(SYNONYMS)
        self._options: dict[str, list[str]] = {}

    def options(self, phrase: str) -> list[str]:
        """What it may write for a phrase; nothing if it does not know it."""
        found = self._options.get(phrase)
        if found is None:
            found = self._options[phrase] = self._drawn(phrase)
        return found

    def _drawn(self, phrase: str) -> list[str]:
        random = self._random
        weights = self._spinner.table.get(phrase)
        if weights is None or random.random() >= self._known * (KNOWN_COMMON if phrase in self._spinner.common else 1.0):
            return []
        options = list(weights)
        if self._spinner.draws:
            share = {option: weight**self._taste for option, weight in weights.items()}
            wanted, options = random.randint(1, self._most), []
            while share and len(options) < wanted:
                options += random.choices(list(share), list(share.values()))
                del share[options[-1]]
        return [random.choice(options)] if self._consistent else options


@click.command()
@click.argument("texts", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--thesaurus", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Instead of our own dictionaries."
)
@click.option("--limit", default=160, show_default=True, help="Texts, drawn by chance.")
@click.option("--seed", default=0, show_default=True)
def main(texts: Path, target: Path, thesaurus: Path | None, limit: int, seed: int) -> None:
    """Spin TEXTS and write pairs to TARGET."""
    channel, random = load_channel(progress=click.echo), Random(seed)
    spinner = Spinner.of_thesaurus(thesaurus, channel) if thesaurus else Spinner.of_dictionaries(channel)
    enough = [pair for pair in pairs.read(texts) if len(pair.text.split()) >= ENOUGH]
    with target.open("w", encoding="utf-8") as out:
        for pair in random.sample(enough, min(limit, len(enough))):
            out.write(record(spinner.spin(pair.text, pair.id, random)))


if __name__ == "__main__":
    main()
