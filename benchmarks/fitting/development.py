"""The development data: documents, short texts made of them, the folds they are judged in, and what strangers made of the rest and of
articles of our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from sklearn.model_selection import GroupKFold
from spinning import Spinner
from spun_articles import read as read_articles
from tortured import plain, read

from fitting.processes import in_parallel
from fitting.samples import BY_HAND, SHORT, TORTURED, Sample, sample
from fitting.simulation import Simulation, simulate
from unspin.decoding.gate import SHORT as SHORT_WORDS
from unspin.decoding.gate import Gate
from unspin.decoding.lattice import Channel
from unspin.document import Document, blocks
from unspin.evaluation import pairs

FOLDS = 5
STRANGERS = 120
EVERY = 5  # of the sentences of a document, one in so many is also read alone
CARRIERS = [
    ("In this paper we study", "and compare it with earlier work."),
    ("The authors propose a method for", "in three steps."),
    ("Recent progress in", "has drawn much attention."),
    ("We first describe", "and then discuss the results."),
]

thesaurus_option = click.option(
    "--thesaurus",
    "thesauri",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A dictionary by make_thesauri.py.",
)
articles_option = click.option(
    "--articles", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Articles as spun_articles.py reads them."
)
strangers_option = click.option(
    "--strangers",
    "number_of_strangers",
    default=STRANGERS,
    show_default=True,
    help="Documents by other spinners to judge each fold on.",
)


@dataclass(frozen=True)
class Files:
    """The files of the development data: see the top of `fit_calibration.py`."""

    pairs: Path
    clean: Path
    tortured: Path | None
    more_clean: tuple[Path, ...]
    thesauri: tuple[Path, ...]
    articles: Path | None


@dataclass(frozen=True)
class Data:
    """What both fits work on: the documents, `news` and `others`; the `samples` of these and, after them, of short texts, in `folds`;
    the `tables` of thesauri; and of each fold the articles `by_hand` that it does not see, and, these included, the `strangers`."""

    news: list[pairs.Pair]
    others: list[pairs.Pair]
    samples: list[Sample]
    folds: list[Fold]
    tables: tuple[Spinner, ...]
    by_hand: list[list[Sample]]
    strangers: list[list[Sample]]

    @classmethod
    def read(cls, files: Files, number_of_strangers: int, channel: Channel, gate: Gate) -> Data:
        """Read and decode all of it."""
        news, others = documents_of((files.pairs, files.clean)), documents_of(files.more_clean)
        samples = gather([*news, *others], files.tortured, channel, gate)
        parts = folds([item.group for item in samples])
        tables = tuple(Spinner.of_thesaurus(path, channel) for path in files.thesauri)
        of_others = in_parallel(lambda fold: strangers(fold, news, others, number_of_strangers, tables, channel, gate), parts)
        hand = by_hand(files.articles, channel, gate)
        return cls(news, others, samples, parts, tables, hand, [a + b for a, b in zip(of_others, hand, strict=True)])


@dataclass
class Fold:
    """The samples that a fit sees, by number, and those that it does not."""

    seen: np.ndarray
    unseen: np.ndarray


def folds(groups: Sequence[str]) -> list[Fold]:
    """Folds of samples that belong to these groups, none of which is parted."""
    numbers = np.arange(len(groups))
    _, group = np.unique(groups, return_inverse=True)
    return [Fold(*parts) for parts in GroupKFold(FOLDS, shuffle=True, random_state=0).split(numbers, numbers, group)]


def documents_of(files: Sequence[Path]) -> list[pairs.Pair]:
    """All documents of some files, cut as the engine cuts them."""
    result = []
    for pair in (pair for path in files for pair in pairs.read(path)):
        for start, end in blocks(pair.text):
            inside = (gold for gold in pair.gold if start <= gold.start and gold.end <= end)
            gold = tuple(replace(gold, start=gold.start - start, end=gold.end - start) for gold in inside)
            result.append(replace(pair, text=pair.text[start:end], gold=gold))
    return result


def gather(documents: list[pairs.Pair], tortured: Path | None, channel: Channel, gate: Gate) -> list[Sample]:
    """Documents, decoded, and after them the short texts."""
    work = [*((pair, "") for pair in documents), *short_texts(documents, tortured)]
    return _decoded(work, channel, gate)


def sentences(items: Sequence[Sample], channel: Channel, gate: Gate) -> list[Sample]:
    """Single sentences of documents, decoded as texts of their own."""
    return _decoded([*short_texts([item.pair for item in items], None)], channel, gate)


def _decoded(work: Sequence[tuple[pairs.Pair, str]], channel: Channel, gate: Gate) -> list[Sample]:
    """Documents, decoded, each with the name of its group."""
    return in_parallel(lambda item: sample(item[0], channel, gate, item[1]), work, at_once=20)


def by_hand(folder: Path | None, channel: Channel, gate: Gate) -> list[list[Sample]]:
    """Articles spun by hand, decoded, by the fold that does not see them, nor any other by their author, who has a folder."""
    documents = [*read_articles(folder)] if folder else []
    authors = [*dict.fromkeys(pair.id.split("/")[0] for pair in documents)]
    decoded = in_parallel(lambda pair: sample(replace(pair, id=BY_HAND), channel, gate, pair.id), documents, at_once=20)
    return [[item for item in decoded if authors.index(item.group) % FOLDS == fold] for fold in range(FOLDS)]


def short_texts(documents: Sequence[pairs.Pair], tortured: Path | None) -> Iterator[tuple[pairs.Pair, str]]:
    """Single sentences, spun and clean, each with what it must not be parted from between training and test."""
    for pair in documents:
        doc = Document(pair.text)
        for sentence in doc.sentences[::EVERY]:
            start, end = doc.starts[sentence.first], doc.ends[sentence.last - 1]
            gold = (replace(g, start=g.start - start, end=g.end - start) for g in pair.gold if start <= g.start and g.end <= end)
            yield pairs.Pair(f"{SHORT}:{pair.id}", pair.text[start:end] + ".", tuple(gold), pair.clean), pair.id
    for number, (phrase, term) in enumerate(read(tortured) if tortured else []):
        before, after = CARRIERS[number % len(CARRIERS)]
        record = {"spun": f"{before} {phrase} {after}", "original": f"{before} {term} {after}"}
        yield pairs.parse(record, f"{TORTURED}:{number}"), plain(term)


def drawn(numbers: Sequence[int], news: list[pairs.Pair], others: list[pairs.Pair]) -> tuple[list[pairs.Pair], list[pairs.Pair]]:
    """The documents with these numbers, of which the news come first; other numbers are of short texts."""
    n = len(news)
    return [news[k] for k in numbers if k < n], [others[k - n] for k in numbers if n <= k < n + len(others)]


def strangers(
    fold: Fold,
    news: list[pairs.Pair],
    others: list[pairs.Pair],
    n: int,
    thesauri: tuple[Spinner, ...],
    channel: Channel,
    gate: Gate,
) -> list[Sample]:
    """So many documents that other spinners made from texts that a fold has not seen, half of them by thesauri."""
    unseen = (
        [pair for pair in part if len(pair.text.split()) >= SHORT_WORDS] for part in drawn(fold.unseen.tolist(), news, others)
    )
    by_thesaurus = n // 2 if thesauri else 0
    return simulate(*unseen, Simulation(0, n - by_thesaurus, by_thesaurus, thesauri), channel, gate)
