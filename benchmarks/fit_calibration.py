"""Fit the calibration on development data and write unspin/decoding/calibration.json, calibration.npz and reliability.tsv.

    python benchmarks/fit_calibration.py PAIRS.jsonl CLEAN.jsonl [TORTURED.tsv] [--clean MORE_CLEAN.jsonl]… [--thesaurus WORDS.tsv]…

PAIRS holds {"spun", "edits"} records, CLEAN {"text"} records, as for `unspin eval`; TORTURED lines of tortured phrase <TAB> expected term.
Where the clean text is of other genres than the spun (see clean_text.py), the trees learn what genuine text of these looks like too.
Texts are cut into blocks as the engine cuts them, and a block is a document here. The trees also see short texts: each tortured phrase in a
sentence, and single sentences of the documents. Every figure it prints, and the cuts of the tiers, come from five-fold cross-validation by
document (by package, where the id is a path): none is judged by trees or by reliabilities that saw it. Needs the extra `benchmark`.

Two hundred spun documents are few, and all by one spinner, so the trees also see simulated ones (`spinning.py`): the training documents'
originals and genuine news, spun with what stands in the training documents only, and these and genuine texts of other genres, spun with
what the dictionaries list, and with what thesauri do that have nothing to do with ours. They take no part in reliabilities or figures. From
the last two the trees learn what the reliability of a pair is worth where another spinner wrote: hardly anything. What the figures call
strangers are such documents made from texts that the trees have not seen.

There are two looks at a text (see `unspin.decoding.features`). What the trees of the second learn from are confidences of the first by
trees that had not seen the document.

Other spinners have other tables. So everything is fitted twice: once on all that is known, and once without any candidate of half of the
canonical phrases, right or wrong. The figures and the cuts are those of the second: they hold for a spinner of which half of the table is
new. Both are printed. The reliability of a random part of the pairs is hidden from the trees besides, that they learn to do without.
"""

from __future__ import annotations

import datetime
import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from math import log
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from zlib import crc32

import click
import numpy as np
from lightgbm import LGBMClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from spinning import Spinner, original
from tortured import plain, read

from unspin.decoding import calibration, reliability
from unspin.decoding.decoder import Decoding, decode
from unspin.decoding.features import FIRST, MONOTONIC, NAMES, closer, first_look, own, texts, worth_it
from unspin.decoding.gate import SHORT as SHORT_WORDS
from unspin.decoding.gate import Gate, Suspicion
from unspin.decoding.lattice import Channel
from unspin.decoding.reliability import Reliability
from unspin.decoding.selection import RATE_FLOOR, select, substituted_share
from unspin.document import Document, blocks
from unspin.evaluation import pairs
from unspin.evaluation.matching import match
from unspin.evaluation.metrics import auc
from unspin.findings import Edit, Tier
from unspin.rewriting import rewrite
from unspin.unspinner import load_channel

T, R = TypeVar("T"), TypeVar("R")

PRIOR = 3.0  # right cases that a pair is credited with in advance, as many as expected
OTHER_TABLE = 0.5  # weight of a miss in spun text: another spinner may write the pair
HIDDEN_FROM_TREES = 30  # percent of pairs
STEM = 4  # letters that the forms of a word share
PRECISION = {Tier.SAFE: 0.98, Tier.LIKELY: 0.90}
"""What a tier promises of all its edits, safer ones included."""
WORTH_KEEPING = 0.05
LET_THROUGH = 0.99  # of the right edits of tier likely: these must lie in texts that the gate has decoded
ABOVE_BACKGROUND = 0.95  # of the same edits: these must lie in texts whose spin rate is no mere background
POSSIBLE = 0.50  # the confidence from which an edit is more likely right than wrong
FIRST_TREES = {"n_estimators": 100, "learning_rate": 0.12, "num_leaves": 31, "max_depth": 7}
SECOND_TREES = {"n_estimators": 500, "learning_rate": 0.05, "num_leaves": 47, "max_depth": 8}
ALL_TREES = {
    "feature_fraction_bynode": 0.3,
    "min_child_samples": 15,
    "reg_lambda": 10.0,
    "random_state": 0,
    "n_jobs": 1,
    "verbose": -1,
}
FOLDS = 5
STRANGERS = 120
EVERY = 5  # of the sentences of a document, one in so many is also read alone
SHORT = "short text"
SIMULATED, BY_DICTIONARY, BY_THESAURUS = "simulated", "simulated by the dictionaries", "simulated by a thesaurus"
TORTURED = "tortured phrase"
WEIGHT_OF_TORTURED = 5.0  # whoever reads a single sentence does so because it looks odd
WEIGHT_OF_CLEAN = 2.0  # of whole documents: most texts are genuine, however many spun ones are simulated
CARRIERS = [
    ("In this paper we study", "and compare it with earlier work."),
    ("The authors propose a method for", "in three steps."),
    ("Recent progress in", "has drawn much attention."),
    ("We first describe", "and then discuss the results."),
]


@dataclass
class Sample:
    """One development document, decoded: the evidence for its candidates and which of them are exact."""

    pair: pairs.Pair
    decoding: Decoding
    first: np.ndarray
    own: np.ndarray
    exact: np.ndarray
    words: int
    group: str
    suspicion: Suspicion
    spun: list[str]
    canonical: list[str]


def sample(pair: pairs.Pair, channel: Channel, gate: Gate, group: str = "") -> Sample:
    doc = Document(pair.text)
    decoding = decode(doc, channel)
    spun, canonical = texts(doc, decoding.arcs, channel.lexicon)
    exact = np.zeros(len(spun), bool)
    for i in range(len(spun)):
        start, end, after = rewrite(doc, decoding.arcs, i, channel.lexicon)
        edit = Edit(start, end, pair.text[start:end], after, "", "", 0.0, Tier.POSSIBLE)
        exact[i] = match(pair.text, [edit], pair.gold).exact[0]
    return Sample(
        pair,
        decoding,
        first_look(doc, decoding, channel),
        own(decoding, decoding.arcs, spun, canonical, doc, channel),
        exact,
        len(doc),
        (group or pair.id).split("/")[0],
        gate.look(pair.text),
        spun,
        canonical,
    )


@dataclass
class Forests:
    """The trees for terminology, and those for all else; see `calibration.Forests`."""

    general: LGBMClassifier
    terminology: LGBMClassifier

    def confidence(self, evidence: np.ndarray) -> np.ndarray:
        """The probability (n) that a candidate is right, for evidence of shape (n, features)."""
        result = np.zeros(len(evidence))
        odd = calibration.is_terminology(evidence)
        for rows, part in ((odd, self.terminology), (~odd, self.general)):
            if rows.any():
                result[rows] = part.predict_proba(evidence[rows])[:, 1]
        return result


def trees(rows: Sequence[np.ndarray], exact: Sequence[np.ndarray], weights: list[float], settings: dict[str, Any]) -> Forests:
    """Trees fitted to the candidates of samples: their evidence, which are exact, and the weight of the sample."""
    evidence, right = np.concatenate(rows), np.concatenate(exact)
    weight = np.repeat(weights, [len(part) for part in exact])
    odd = calibration.is_terminology(evidence)
    monotonic = [int(name in MONOTONIC) for name in NAMES[: evidence.shape[1]]]
    own = {**settings, "n_estimators": settings["n_estimators"] // 2}
    fitted = {
        name: LGBMClassifier(**chosen, **ALL_TREES, monotone_constraints=monotonic).fit(evidence[part], right[part], weight[part])
        for name, part, chosen in (("general", ~odd, settings), ("terminology", odd, own))
    }
    return Forests(**fitted)


def known(item: Sample) -> np.ndarray:
    """Whether the canonical phrase of each candidate (n) belongs to the half that everything may be fitted on."""
    return np.array([crc32(text[:STEM].encode()) % 2 == 0 for text in item.canonical], bool)


def usable(item: Sample, everything: bool) -> np.ndarray:
    """Which candidates (n) may be fitted on. Dictionaries and thesauri are no secret."""
    return np.ones(len(item.exact), bool) if everything or strange(item) else known(item)


def strange(item: Sample) -> bool:
    """Whether another spinner than that of the development documents wrote it."""
    return item.pair.id in (BY_DICTIONARY, BY_THESAURUS)


def weight(item: Sample) -> float:
    if item.pair.id.startswith(TORTURED):
        return WEIGHT_OF_TORTURED
    return WEIGHT_OF_CLEAN if item.pair.clean and not short(item) else 1.0


def first_trees(samples: list[Sample], everything: bool) -> Forests:
    """The trees of the first look."""
    open_to = [usable(item, everything) for item in samples]
    rows, exact = zip(*((item.first[use], item.exact[use]) for item, use in zip(samples, open_to, strict=True)), strict=True)
    return trees(rows, exact, [*map(weight, samples)], FIRST_TREES)


class Tally:
    """For each pair and each spun phrase: how often it was right, and how often that was expected."""

    def __init__(self, everything: bool) -> None:
        self.right: Counter[tuple[str, str]] = Counter()
        self.expected: Counter[tuple[str, str]] = Counter()
        self._everything = everything

    def add(self, item: Sample, confidence: np.ndarray, sign: int = 1) -> None:
        for i in np.flatnonzero(usable(item, self._everything)).tolist():
            spun, canonical, exact, expected = item.spun[i], item.canonical[i], item.exact[i], confidence[i]
            weight = sign if exact or item.pair.clean else sign * OTHER_TABLE
            for key in ((spun, canonical), (spun, reliability.ANY)):
                self.right[key] += weight * exact
                self.expected[key] += weight * expected

    def factors(self, keys=None) -> dict[tuple[str, str], float]:
        keys = self.expected if keys is None else keys
        return {key: log((self.right[key] + PRIOR) / (self.expected[key] + PRIOR)) for key in keys}


def look_again(item: Sample, guess: np.ndarray, tally: Tally | None, hidden: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The arcs that get a second look after this first guess, and the evidence for them, by what a tally says of pairs of which so many
    percent are hidden."""
    kept = worth_it(guess)
    spun, canonical = [item.spun[i] for i in kept], [item.canonical[i] for i in kept]
    keys = {key for s, c in zip(spun, canonical, strict=True) for key in ((s, c), (s, reliability.ANY))}
    factors = tally.factors({key for key in keys if crc32(f"{key}".encode()) % 100 >= hidden}) if tally and keys else {}
    parts = item.first[kept], item.own[kept], Reliability(factors), kept, guess[kept]
    return kept, closer(item.decoding, item.decoding.arcs.take(kept), spun, canonical, *parts)


def short(item: Sample) -> bool:
    return item.pair.id.startswith((SHORT, TORTURED))


def without_itself(item: Sample, guess: np.ndarray, tally: Tally) -> tuple[np.ndarray, np.ndarray]:
    if short(item):
        return look_again(item, guess, tally, HIDDEN_FROM_TREES)
    tally.add(item, guess, -1)
    result = look_again(item, guess, tally, HIDDEN_FROM_TREES)
    tally.add(item, guess)
    return result


def second_trees(
    samples: list[Sample],
    guesses: list[np.ndarray],
    simulated: list[Sample],
    simulated_guesses: list[np.ndarray],
    everything: bool,
) -> tuple[Forests, Tally]:
    """The trees of the second look, and a tally; a document's own cases are taken out of the tally before the trees see it, and those
    that were simulated with the same pairs show none."""
    tally = Tally(everything)
    for item, guess in zip(samples, guesses, strict=True):
        if not short(item):
            tally.add(item, guess)
    looks = [without_itself(item, guess, tally) for item, guess in zip(samples, guesses, strict=True)]
    for item, guess in zip(simulated, simulated_guesses, strict=True):
        looks.append(look_again(item, guess, tally if strange(item) else None, HIDDEN_FROM_TREES))
    rows, exact = [], []
    for item, (kept, evidence) in zip(samples + simulated, looks, strict=True):
        use = usable(item, everything)[kept]
        rows.append(evidence[use])
        exact.append(item.exact[kept][use])
    return trees(rows, exact, [*map(weight, samples + simulated)], SECOND_TREES), tally


def judged(item: Sample, guess: np.ndarray, model: Forests, tally: Tally) -> np.ndarray:
    """The confidences of a document after both looks."""
    result = guess.copy()
    kept, rows = look_again(item, guess, tally)
    result[kept] = model.confidence(rows)
    return result


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


def short_texts(documents: list[pairs.Pair], tortured: Path | None) -> Iterator[tuple[pairs.Pair, str]]:
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
    return in_parallel(lambda item: sample(item[0], channel, gate, item[1]), work, at_once=20)


@dataclass(frozen=True)
class Simulation:
    """How many documents are to be made with the table of the training documents, with the dictionaries, and with thesauri."""

    by_table: int
    by_dictionary: int
    by_thesaurus: int
    thesauri: tuple[Spinner, ...]


def simulate(news: list[pairs.Pair], others: list[pairs.Pair], wanted: Simulation, channel: Channel, gate: Gate) -> list[Sample]:
    """Documents, made from nothing but dictionaries and these: news, spun and genuine, and genuine texts of other genres, from which half
    of those by dictionaries and thesauri are made."""
    originals, genuine = [original(pair) for pair in news], [pair.text for pair in others]
    work = [(SIMULATED, wanted.by_table, Spinner.of_pairs(pair for pair in news if not pair.clean), originals)]
    spinners = [(BY_DICTIONARY, wanted.by_dictionary, Spinner.of_dictionaries(channel))]
    spinners += [(BY_THESAURUS, wanted.by_thesaurus // len(wanted.thesauri), spinner) for spinner in wanted.thesauri]
    for name, n, spinner in spinners:
        work += [(name, n // 2, spinner, originals), (name, n - n // 2, spinner, genuine or originals)]
    result = []
    for seed, (name, n, spinner, sources) in enumerate(work):
        random = Random(seed)
        texts = [text for _ in range(n // len(sources) + 1) for text in random.sample(sources, len(sources))]
        result += [sample(spinner.spin(text, name, random), channel, gate) for text in texts[:n]]
    Random(0).shuffle(result)
    return result


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


@dataclass(frozen=True)
class Files:
    """The development data: see the top of this file."""

    pairs: Path
    clean: Path
    tortured: Path | None
    more_clean: tuple[Path, ...]
    thesauri: tuple[Path, ...]


@dataclass(frozen=True)
class Data:
    """What both fits work on: the documents, `news` and `others`; the `samples` of these and, after them, of short texts, in `folds`;
    the `tables` of thesauri, and the `strangers` of each fold."""

    news: list[pairs.Pair]
    others: list[pairs.Pair]
    samples: list[Sample]
    folds: list[Fold]
    tables: tuple[Spinner, ...]
    strangers: list[list[Sample]]

    @classmethod
    def read(cls, files: Files, number_of_strangers: int, channel: Channel, gate: Gate) -> Data:
        """Read and decode all of it."""
        news, others = documents_of((files.pairs, files.clean)), documents_of(files.more_clean)
        samples = gather([*news, *others], files.tortured, channel, gate)
        parts = folds([item.group for item in samples])
        tables = tuple(Spinner.of_thesaurus(path, channel) for path in files.thesauri)
        of_others = in_parallel(lambda fold: strangers(fold, news, others, number_of_strangers, tables, channel, gate), parts)
        return cls(news, others, samples, parts, tables, of_others)


_shared: list[Any] = []
"""What the forks of `in_parallel` are to do, and with what: closures cannot be sent to them."""


def in_parallel(work: Callable[[T], R], items: Sequence[T], at_once: int = 1) -> list[R]:
    """Work through items in as many processes as there are processors; they are forks, which share what has been loaded."""
    _shared[:] = work, items
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("fork")) as pool:
        return list(pool.map(_work_on, range(len(items)), chunksize=at_once))


def _work_on(number: int) -> Any:
    work, items = _shared
    return work(items[number])


def by_number(parts: list[Fold], results: list[list[np.ndarray]]) -> list[np.ndarray]:
    """What each fold says of its unseen samples, in the order of these."""
    found = {
        k: result
        for fold, of_unseen in zip(parts, results, strict=True)
        for k, result in zip(fold.unseen, of_unseen, strict=True)
    }
    return [found[k] for k in range(len(found))]


def guesses(
    seen: list[Sample], simulated: list[Sample], unseen: list[Sample], everything: bool
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Confidences at the first look of the simulated documents and the unseen ones, each by trees that did not see it: half of the
    simulated ones is left out in turn."""
    models = [first_trees(seen + simulated[1 - half :: 2], everything) for half in (0, 1)]
    of_simulated = [models[i % 2].confidence(item.first) for i, item in enumerate(simulated)]
    return of_simulated, [(models[0].confidence(item.first) + models[1].confidence(item.first)) / 2 for item in unseen]


def lowest_cut(confidence: np.ndarray, exact: np.ndarray, precision: float) -> float:
    """The lowest confidence from which the edits of spun documents keep this precision."""
    order = np.argsort(-confidence)
    achieved = np.cumsum(exact[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(achieved >= precision)
    return round(float(confidence[order][enough[-1]]), 4) if len(enough) else 1.0


def exported(name: str, model: LGBMClassifier) -> dict[str, np.ndarray]:
    """A forest as `calibration.Forest` reads it."""
    nodes: list[tuple[int, float, int, int, float]] = []
    roots, depths = [], []

    def add(node: dict[str, Any]) -> tuple[int, int]:
        here = len(nodes)
        nodes.append((0, 0.0, here, here, node.get("leaf_value", 0.0)))
        if "split_feature" not in node:
            return here, 0
        (left, below), (right, beside) = add(node["left_child"]), add(node["right_child"])
        nodes[here] = node["split_feature"], node["threshold"], left, right, 0.0
        return here, max(below, beside) + 1

    for tree in model.booster_.dump_model()["tree_info"]:
        root, depth = add(tree["tree_structure"])
        roots.append(root)
        depths.append(depth)
    feature, threshold, left, right, value = zip(*nodes, strict=True)
    return {
        f"{name}.roots": np.array(roots, np.int32),
        f"{name}.feature": np.array(feature, np.int32),
        f"{name}.threshold": np.array(threshold, np.float32),
        f"{name}.left": np.array(left, np.int32),
        f"{name}.right": np.array(right, np.int32),
        f"{name}.value": np.array(value, np.float32),
        f"{name}.depth": np.array(max(depths)),
    }


def report(samples: list[Sample], confidences: list[np.ndarray]) -> dict[str, dict[str, float]]:
    """Print, and return by tier, what these confidences are worth."""
    chosen = [select(s.decoding.arcs, c, 0.02) for s, c in zip(samples, confidences, strict=True)]
    of_spun = [k for k, s in enumerate(samples) if not s.pair.clean]
    of_clean = [k for k, s in enumerate(samples) if s.pair.clean]
    confidence = np.concatenate([confidences[k][chosen[k]] for k in of_spun])
    exact = np.concatenate([samples[k].exact[chosen[k]] for k in of_spun])
    alarms = np.concatenate([confidences[k][chosen[k]] for k in of_clean])
    gold = sum(len(s.pair.gold) for s in samples)
    clean_words = sum(samples[k].words for k in of_clean)

    cuts = {tier: lowest_cut(confidence, exact, precision) for tier, precision in PRECISION.items()} | {Tier.POSSIBLE: POSSIBLE}
    figures = {}
    for tier, cut in cuts.items():
        above = confidence >= cut
        precision, recall = float(exact[above].mean()), float(exact[above].sum() / gold)
        f_half = 1.25 * precision * recall / (0.25 * precision + recall)
        per_100k = float((alarms >= cut).sum() / clean_words * 1e5)
        figures[tier.value] = {
            "cut": cut, "precision": round(precision, 3), "recall": round(recall, 3), "f0.5": round(f_half, 3),
            "false_alarms_per_100k": round(per_100k, 1),
        }  # fmt: skip
        click.echo(f"  {tier.value:9} {figures[tier.value]}")
    click.echo("  reliability (mean confidence: share exact, of n)")
    for low in np.arange(0, 1, 0.1):
        inside = (confidence >= low) & (confidence < low + 0.1)
        if inside.any():
            click.echo(f"    {confidence[inside].mean():.3f}: {exact[inside].mean():.3f} of {inside.sum()}")
    rates = np.array([substituted_share(s.decoding, c) for s, c in zip(samples, confidences, strict=True)])
    em = np.array([s.decoding.spin_rate for s in samples])
    click.echo(
        f"  spun against clean: AUC {auc(rates[of_spun], rates[of_clean]):.4f} (EM estimate alone {auc(em[of_spun], em[of_clean]):.4f})"
    )
    return figures


def report_new(samples: list[Sample], confidences: list[np.ndarray], cut: float) -> None:
    """Print precision by whether the canonical phrase is of the known half, and recall by whether the author's is."""
    right, edits, gold = Counter[bool](), Counter[bool](), Counter[bool]()
    for item, confidence in zip(samples, confidences, strict=True):
        if item.pair.clean:
            continue
        gold.update(crc32(g.original.lower()[:STEM].encode()) % 2 == 0 for g in item.pair.gold)
        of_known_half = known(item)
        for i in select(item.decoding.arcs, confidence, cut):
            edits[bool(of_known_half[i])] += 1
            right[bool(of_known_half[i])] += int(item.exact[i])
    for half, name in ((True, "known"), (False, "new")):
        click.echo(
            f"  {name} phrases: precision {right[half] / max(edits[half], 1):.3f}, recall {right[half] / max(gold[half], 1):.3f}"
        )


def report_strangers(samples: list[Sample], confidences: list[np.ndarray], figures: dict[str, dict[str, float]]) -> None:
    """Print what the tiers, with the cuts of these figures, come to where other spinners wrote."""
    for kind, tables in ((BY_DICTIONARY, "the dictionaries"), (BY_THESAURUS, "thesauri")):
        numbers = [k for k, item in enumerate(samples) if item.pair.id == kind]
        gold = sum(len(samples[k].pair.gold) for k in numbers)
        if not gold:
            continue
        click.echo(f"strangers, spun with {tables}:")
        for tier, values in figures.items():
            chosen = {k: select(samples[k].decoding.arcs, confidences[k], values["cut"]) for k in numbers}
            exact = np.concatenate([samples[k].exact[i] for k, i in chosen.items()])
            click.echo(f"  {tier:9} precision {exact.mean():.3f}, recall {exact.sum() / gold:.3f}, {len(exact)} edits")


def short_cuts(samples: list[Sample], confidences: list[np.ndarray]) -> dict[str, float]:
    """The cuts for short texts, where a sentence tells little. Print what they come to."""
    best = [select(s.decoding.arcs, c, 0.02) for s, c in zip(samples, confidences, strict=True)]
    of_spun = [k for k, s in enumerate(samples) if not s.pair.clean]
    confidence = np.concatenate([confidences[k][best[k]] for k in of_spun])
    exact = np.concatenate([samples[k].exact[best[k]] for k in of_spun])
    cuts = {tier.value: lowest_cut(confidence, exact, precision) for tier, precision in PRECISION.items()}
    cuts[Tier.POSSIBLE.value] = possible_cut(samples, confidences)
    gold, words = sum(len(s.pair.gold) for s in samples), sum(s.words for s in samples if s.pair.clean)
    for name, cut in cuts.items():
        chosen = [select(s.decoding.arcs, c, cut) for s, c in zip(samples, confidences, strict=True)]
        right = sum(int(s.exact[i].sum()) for s, i in zip(samples, chosen, strict=True))
        alarms = sum(len(i) for s, i in zip(samples, chosen, strict=True) if s.pair.clean)
        restored = [bool(s.exact[i].any()) for s, i in zip(samples, chosen, strict=True) if s.pair.id.startswith(TORTURED)]
        click.echo(
            f"short texts, {name} from {cut}: precision {right / max(sum(map(len, chosen)) - alarms, 1):.3f}, recall {right / gold:.3f}, "
            f"{alarms / words * 1e5:.1f} false alarms in 100,000 words of clean sentences, "
            f"{np.mean(restored or [False]):.3f} of the tortured phrases restored"
        )
    return cuts


def possible_cut(samples: list[Sample], confidences: list[np.ndarray]) -> float:
    """The lowest confidence from which edits of single sentences are more likely right than wrong, if as many of these hold a tortured
    phrase as are genuine."""
    tortured = [k for k, s in enumerate(samples) if s.pair.id.startswith(TORTURED)]
    genuine = [k for k, s in enumerate(samples) if s.pair.clean]
    if not tortured:
        return POSSIBLE
    confidence, right, weight = [], [], []
    for numbers in (tortured, genuine):
        for k in numbers:
            chosen = select(samples[k].decoding.arcs, confidences[k], 0.02)
            confidence += confidences[k][chosen].tolist()
            right += samples[k].exact[chosen].tolist()
            weight += [1 / len(numbers)] * len(chosen)
    order = np.argsort(-np.array(confidence))
    weights = np.array(weight)[order]
    precision = np.cumsum(weights * np.array(right)[order]) / np.cumsum(weights)
    return round(min(POSSIBLE, confidence[order[np.flatnonzero(precision >= POSSIBLE)[-1]]]), 4)


def report_tortured(samples: list[Sample], confidences: list[np.ndarray]) -> None:
    """Print how many tortured phrases are restored as a whole, by trees that did not see their term."""
    restored = [bool(s.exact[select(s.decoding.arcs, c, POSSIBLE)].any()) for s, c in zip(samples, confidences, strict=True)]
    reached = [bool(s.exact.any()) for s in samples]
    click.echo(
        f"tortured phrases: {np.mean(restored):.3f} restored by tier possible, {np.mean(reached):.3f} among the candidates"
    )


def right_edits(samples: list[Sample], confidences: list[np.ndarray], cut: float) -> np.ndarray:
    """By document: how many edits from this confidence on are right."""
    chosen = [select(s.decoding.arcs, c, cut) for s, c in zip(samples, confidences, strict=True)]
    return np.array([0 if s.pair.clean else s.exact[i].sum() for s, i in zip(samples, chosen, strict=True)])


def background(samples: list[Sample], confidences: list[np.ndarray], rates: np.ndarray, cut: float) -> float:
    """The spin rate above which ABOVE_BACKGROUND of the right edits lie."""
    right = right_edits(samples, confidences, cut)
    order = np.argsort(rates)
    below = np.cumsum(right[order]) <= (1 - ABOVE_BACKGROUND) * right.sum()
    rate = round(float(rates[order][below][-1]), 4)
    edits = np.array([len(select(s.decoding.arcs, c, cut)) for s, c in zip(samples, confidences, strict=True)])
    clean = np.array([s.pair.clean for s in samples])
    words = sum(s.words for s in samples if s.pair.clean)
    left = edits[clean & (rates >= rate)].sum() / words * 1e5
    click.echo(f"background: {rate}; {left:.1f} false alarms in 100,000 words of the clean documents lie above")
    return rate


def gate_weights(samples: list[Sample], confidences: list[np.ndarray], rates: np.ndarray, cut: float) -> dict[str, float]:
    """The density from which texts are decoded, and how the spin rate of the others, nearly all of them genuine, follows from it."""
    right = right_edits(samples, confidences, cut)
    clean = np.array([s.pair.clean for s in samples])
    densities = np.array([s.suspicion.density for s in samples])
    candidates = np.quantile(densities, np.linspace(1, 0, 400))
    for density in candidates:
        opened = np.array([s.suspicion.strong(density) for s in samples])
        if (right * opened).sum() >= LET_THROUGH * right.sum():
            break
    closed = clean & ~opened
    weights = {"density": round(float(density), 4), "rate": round(float(rates[closed].sum() / densities[closed].sum()), 4)}
    through = np.where(opened, rates, weights["rate"] * densities)
    click.echo(
        f"gate: {weights}; decodes {opened[clean].mean():.3f} of the clean documents and {opened[~clean].mean():.3f} of the spun; "
        f"AUC {auc(through[~clean], through[clean]):.4f}"
    )
    return weights


def document_weights(samples: list[Sample], rates: np.ndarray) -> dict[str, float]:
    """What says that a document is spun at all, by its spin rate and length."""
    words = np.minimum([item.words for item in samples], calibration.LONG)
    evidence = np.stack([np.log(rates + RATE_FLOOR), np.log(words + 1.0)], axis=1)
    fitted = LogisticRegression().fit(evidence, [not item.pair.clean for item in samples])
    spin_rate, length = fitted.coef_[0].tolist()
    return {"bias": round(float(fitted.intercept_[0]), 4), "spin_rate": round(spin_rate, 4), "words": round(length, 4)}


def read_confidences(path: Path, samples: list[Sample]) -> list[np.ndarray]:
    """What was kept of the confidences of these samples."""
    with np.load(path) as kept:
        result = [kept[f"arr_{k}"] for k in range(len(kept.files))]
    if [len(confidence) for confidence in result] != [len(item.exact) for item in samples]:
        raise click.ClickException(f"{path} was made from other documents or dictionaries; run fit_calibration.py again")
    return result


def write_reliability(tally: Tally, target: Path) -> None:
    rows = sorted((*key, round(factor, 2)) for key, factor in tally.factors().items())
    lines = [f"{spun}\t{canonical}\t{factor}\n" for spun, canonical, factor in rows if abs(factor) >= WORTH_KEEPING]
    head = "# spun <TAB> canonical <TAB> log of right against expected on development data; see reliability.py\n"
    target.write_text(head + "".join(lines), encoding="utf-8")


thesaurus_option = click.option(
    "--thesaurus",
    "thesauri",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A dictionary by make_thesauri.py.",
)
strangers_option = click.option(
    "--strangers",
    "number_of_strangers",
    default=STRANGERS,
    show_default=True,
    help="Documents by other spinners to judge each fold on.",
)


@click.command()
@click.argument("pair_file", type=click.Path(exists=True, path_type=Path))
@click.argument("clean_file", type=click.Path(exists=True, path_type=Path))
@click.argument("tortured_file", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--clean", "more_clean", multiple=True, type=click.Path(exists=True, path_type=Path), help="More genuine texts.")
@click.option("--write/--dry-run", default=True, help="Write the calibration, or only print the figures.")
@click.option(
    "--confidences", type=click.Path(path_type=Path), help="Keep the cross-validated confidences here, for fit_rescoring.py."
)
@click.option("--by-table", default=1500, show_default=True, help="Documents simulated with the table of the training documents.")
@click.option("--by-dictionary", default=1400, show_default=True, help="Documents simulated with the dictionaries.")
@click.option("--by-thesaurus", default=800, show_default=True, help="Documents simulated with thesauri.")
@strangers_option
@thesaurus_option
def main(
    pair_file: Path,
    clean_file: Path,
    tortured_file: Path | None,
    more_clean: tuple[Path, ...],
    write: bool,
    confidences: Path | None,
    by_table: int,
    by_dictionary: int,
    by_thesaurus: int,
    number_of_strangers: int,
    thesauri: tuple[Path, ...],
) -> None:
    """Fit the calibration on PAIR_FILE, CLEAN_FILE and TORTURED_FILE."""
    channel = load_channel(progress=click.echo)
    gate = Gate(channel)
    files = Files(pair_file, clean_file, tortured_file, more_clean, thesauri)
    data = Data.read(files, number_of_strangers, channel, gate)
    everything, parts, of_others = data.samples, data.folds, data.strangers
    samples = [item for item in everything if not short(item)]
    wanted = Simulation(by_table, by_dictionary, by_thesaurus if data.tables else 0, data.tables)

    def simulated(fold: Fold | None) -> list[Sample]:
        seen = range(len(everything)) if fold is None else fold.seen.tolist()
        return simulate(*drawn(seen, data.news, data.others), wanted, channel, gate)

    *simulations, all_simulated = in_parallel(simulated, [*parts, None])

    def looked(whole: bool) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
        """Each document's confidences at the first look and after both, by trees that saw neither it nor, unless `whole`, half of the
        canonical phrases; and those of the strangers of each fold, by the same."""

        def first_pass(number: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
            seen, unseen = ([everything[k] for k in numbers] for numbers in (parts[number].seen, parts[number].unseen))
            return guesses(seen, simulations[number], unseen + of_others[number], whole)

        passes = in_parallel(first_pass, range(FOLDS))
        guess = by_number(parts, [unseen[: len(fold.unseen)] for fold, (_, unseen) in zip(parts, passes, strict=True)])
        click.echo("first look done")

        def second_pass(number: int) -> list[np.ndarray]:
            fold, (of_simulated, of_unseen) = parts[number], passes[number]
            seen, seen_guess = [everything[k] for k in fold.seen], [guess[k] for k in fold.seen]
            model, tally = second_trees(seen, seen_guess, simulations[number], of_simulated, whole)
            unseen = [everything[k] for k in fold.unseen] + of_others[number]
            return [judged(item, first, model, tally) for item, first in zip(unseen, of_unseen, strict=True)]

        results = in_parallel(second_pass, range(FOLDS))
        sizes = [len(fold.unseen) for fold in parts]
        of_strangers = [confidence for n, result in zip(sizes, results, strict=True) for confidence in result[n:]]
        return guess, by_number(parts, [result[:n] for n, result in zip(sizes, results, strict=True)]), of_strangers

    all_guesses, all_known, _ = looked(True)
    _, every_confidence, of_strangers = looked(False)
    click.echo("every pair known:")
    report(samples, all_known[: len(samples)])
    click.echo("half of the canonical phrases new:")
    of_documents = every_confidence[: len(samples)]
    figures = report(samples, of_documents)
    report_new(samples, of_documents, figures[Tier.LIKELY.value]["cut"])
    report_strangers([*chain.from_iterable(of_others)], of_strangers, figures)
    if confidences is not None:
        np.savez_compressed(confidences, *every_confidence, *of_strangers)
    tortured = [k for k, s in enumerate(everything) if s.pair.id.startswith(TORTURED)]
    if tortured:
        report_tortured([everything[k] for k in tortured], [every_confidence[k] for k in tortured])
    cuts_of_short = short_cuts(everything[len(samples) :], every_confidence[len(samples) :])
    rates = np.array([substituted_share(s.decoding, c) for s, c in zip(samples, of_documents, strict=True)])
    written = {
        "provenance": {
            "fitted_by": "benchmarks/fit_calibration.py",
            "date": datetime.date.today().isoformat(),
            "spun_documents": sum(not item.pair.clean for item in samples),
            "clean_documents": sum(item.pair.clean for item in samples),
            "simulated_documents": {"by_table": by_table, "by_dictionary": by_dictionary, "by_thesaurus": wanted.by_thesaurus},
            "thesauri": [path.stem for path in thesauri],
            "cross_validated": figures,
        },
        "first_features": FIRST,
        "features": NAMES,
        "cuts": {tier: values["cut"] for tier, values in figures.items()},
        "short": cuts_of_short,
        "document": document_weights(samples, rates),
        "gate": gate_weights(samples, of_documents, rates, figures[Tier.LIKELY.value]["cut"]),
        "background": background(samples, of_documents, rates, figures[Tier.LIKELY.value]["cut"]),
    }
    if not write:
        return

    def whole(look: str) -> tuple[Forests, Tally]:
        if look == "first":
            return first_trees(everything + all_simulated, True), Tally(True)
        of_simulated, _ = guesses(everything, all_simulated, [], True)
        return second_trees(everything, all_guesses, all_simulated, of_simulated, True)

    (first, _), (second, tally) = in_parallel(whole, ["first", "second"])
    forests = [
        exported(f"{look}.{part}", getattr(model, part))
        for look, model in (("first", first), ("second", second))
        for part in calibration.PARTS
    ]
    target = Path(calibration.__file__).with_name(calibration.FILE)
    target.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    np.savez(target.with_name(calibration.TREES), **dict(chain.from_iterable(forest.items() for forest in forests)))
    write_reliability(tally, target.with_name(reliability.FILE))
    click.echo(f"written: {target}, {calibration.TREES} and {reliability.FILE}")


if __name__ == "__main__":
    main()
