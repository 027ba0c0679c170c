"""Spun documents by the dozen: those of the training data spun anew, and others by spinners that have nothing to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from spinning import Spinner, original

from fitting.samples import BY_DICTIONARY, BY_THESAURUS, SIMULATED, Sample, sample
from unspin.decoding.gate import Gate
from unspin.decoding.lattice import Channel
from unspin.evaluation import pairs


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
