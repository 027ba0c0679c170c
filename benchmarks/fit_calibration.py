"""Fit the calibration on development data and write unspin/decoding/calibration.json, calibration.npz and reliability.tsv.

    python benchmarks/fit_calibration.py PAIRS.jsonl CLEAN.jsonl [TORTURED.tsv] [--clean MORE_CLEAN.jsonl]… [--thesaurus WORDS.tsv]…
        [--articles FOLDER]

PAIRS holds {"spun", "edits"} records, CLEAN {"text"} records, as for `unspin eval`; TORTURED lines of tortured phrase <TAB> expected term.
Where the clean text is of other genres than the spun (see clean_text.py), the trees learn what genuine text of these looks like too.
Texts are cut into blocks as the engine cuts them, and a block is a document here. The trees also see short texts: each tortured phrase in a
sentence, and single sentences of the documents. Every figure it prints, and the cuts of the tiers, come from five-fold cross-validation by
document (by package, where the id is a path): none is judged by trees or by reliabilities that saw it. Needs the extra `benchmark`.

Two hundred spun documents are few, and all by one spinner, so the trees also see simulated ones (`spinning.py`): the training documents'
originals and genuine news, spun with what stands in the training documents only, and these and genuine texts of other genres, spun with
what the dictionaries list, and with what thesauri do that have nothing to do with ours; and articles of our own, spun by hand by
authors who had not seen the dictionaries (`spun_articles.py`). They take no part in reliabilities or figures. From all but the first the
trees learn what the reliability of a pair is worth where another spinner wrote: hardly anything. What the figures call strangers are such
documents made from texts that the trees have not seen.

There are two looks at a text (see `unspin.decoding.features`). What the trees of the second learn from are confidences of the first by
trees that had not seen the document.

Other spinners have other tables. So everything is fitted twice: once on all that is known, and once without any candidate of half of the
canonical phrases, right or wrong. The figures and the cuts are those of the second: they hold for a spinner of which half of the table is
new. Both are printed. The reliability of a random part of the pairs is hidden from the trees besides, that they learn to do without.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import click
import numpy as np
from fitting.development import Data, Files, articles_option, drawn, sentences, strangers_option, thesaurus_option
from fitting.figures import (
    background,
    document_weights,
    gate_weights,
    report,
    report_new,
    report_strangers,
    report_tortured,
    short_cuts,
)
from fitting.forests import Forests, exported
from fitting.looks import Confidences, Tally, cross_validated, first_trees, guesses, second_trees
from fitting.processes import in_parallel
from fitting.samples import TORTURED, Sample, short, strange
from fitting.simulation import Simulation, simulate

from unspin.decoding import calibration, reliability
from unspin.decoding.features import FIRST, NAMES
from unspin.decoding.gate import Gate
from unspin.decoding.lattice import Channel
from unspin.decoding.selection import substituted_share
from unspin.findings import Tier
from unspin.unspinner import load_channel

WORTH_KEEPING = 0.05  # of the absolute value of a reliability


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
@articles_option
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
    articles: Path | None,
) -> None:
    """Fit the calibration on PAIR_FILE, CLEAN_FILE and TORTURED_FILE."""
    channel = load_channel(progress=click.echo)
    gate = Gate(channel)
    data = Data.read(
        Files(pair_file, clean_file, tortured_file, more_clean, thesauri, articles), number_of_strangers, channel, gate
    )
    wanted = Simulation(by_table, by_dictionary, by_thesaurus if data.tables else 0, data.tables)
    *simulations, all_simulated = simulated(data, wanted, channel, gate)
    all_known = cross_validated(data, simulations, everything=True)
    half_new = cross_validated(data, simulations, everything=False)
    if confidences is not None:
        np.savez_compressed(confidences, *half_new.both, *half_new.strangers)
    figures = report_all(data, all_known, half_new)
    written = {
        "provenance": {
            "fitted_by": "benchmarks/fit_calibration.py",
            "date": datetime.date.today().isoformat(),
            "spun_documents": sum(not item.pair.clean for item in documents(data)),
            "clean_documents": sum(item.pair.clean for item in documents(data)),
            "simulated_documents": {"by_table": by_table, "by_dictionary": by_dictionary, "by_thesaurus": wanted.by_thesaurus},
            "thesauri": [path.stem for path in thesauri],
            "spun_by_hand": sum(map(len, data.by_hand)),
            "cross_validated": figures,
        },
        "first_features": FIRST,
        "features": NAMES,
        "cuts": {tier: values["cut"] for tier, values in figures.items()},
        **scales(data, half_new.both, figures[Tier.LIKELY.value]["cut"]),
    }
    if write:
        write_calibration(written, *fitted(data, all_known.first, all_simulated))


def documents(data: Data) -> list[Sample]:
    """The samples that are whole documents; they come first."""
    return [item for item in data.samples if not short(item)]


def simulated(data: Data, wanted: Simulation, channel: Channel, gate: Gate) -> list[list[Sample]]:
    """Simulated documents for the trees of each fold, made from what these see, and articles spun by hand; and at last from all. Sentences
    of other spinners stand alone besides: the development documents have few names to learn from where nothing is around them."""
    everything = range(len(data.samples))

    def of(seen: Sequence[int]) -> list[Sample]:
        return simulate(*drawn(seen, data.news, data.others), wanted, channel, gate)

    made = in_parallel(of, [*(fold.seen.tolist() for fold in data.folds), everything])
    whole = [part + [item for j, hand in enumerate(data.by_hand) if j != k for item in hand] for k, part in enumerate(made)]
    return [items + sentences([item for item in items if strange(item)], channel, gate) for items in whole]


def report_all(data: Data, all_known: Confidences, half_new: Confidences) -> dict[str, dict[str, float]]:
    """Print both, and return the figures by tier of the second."""
    samples = documents(data)
    click.echo("every pair known:")
    report(samples, all_known.both[: len(samples)])
    click.echo("half of the canonical phrases new:")
    of_documents = half_new.both[: len(samples)]
    figures = report(samples, of_documents)
    report_new(samples, of_documents, figures[Tier.LIKELY.value]["cut"])
    report_strangers([*chain.from_iterable(data.strangers)], half_new.strangers, figures)
    tortured = [k for k, item in enumerate(data.samples) if item.pair.id.startswith(TORTURED)]
    if tortured:
        report_tortured([data.samples[k] for k in tortured], [half_new.both[k] for k in tortured])
    return figures


def scales(data: Data, confidences: list[np.ndarray], likely: float) -> dict[str, dict[str, float] | float]:
    """What else is to be known of confidences, of which those from `likely` on are of that tier: the cuts for short texts, and how a
    document is judged."""
    samples = documents(data)
    of_documents = confidences[: len(samples)]
    of_short = short_cuts(data.samples[len(samples) :], confidences[len(samples) :])
    rates = np.array([substituted_share(item.decoding, c) for item, c in zip(samples, of_documents, strict=True)])
    return {
        "short": of_short,
        "document": document_weights(samples, rates),
        "gate": gate_weights(samples, of_documents, rates, likely, len(data.news)),
        "background": background(samples, of_documents, rates, likely),
    }


def fitted(data: Data, guess: list[np.ndarray], simulated: list[Sample]) -> tuple[Forests, Forests, Tally]:
    """The trees of both looks, fitted on everything, and a tally of it. `guess` are the confidences of the first look by trees that did
    not see the sample."""

    def fit(look: str) -> tuple[Forests, Tally]:
        if look == "first":
            return first_trees(data.samples + simulated, True), Tally(True)
        of_simulated, _ = guesses(data.samples, simulated, [], True)
        return second_trees(data.samples, guess, simulated, of_simulated, True)

    (first, _), (second, tally) = in_parallel(fit, ["first", "second"])
    return first, second, tally


def write_calibration(written: dict[str, Any], first: Forests, second: Forests, tally: Tally) -> None:
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


def write_reliability(tally: Tally, target: Path) -> None:
    rows = sorted((*key, round(factor, 2)) for key, factor in tally.factors().items())
    lines = [f"{spun}\t{canonical}\t{factor}\n" for spun, canonical, factor in rows if abs(factor) >= WORTH_KEEPING]
    head = "# spun <TAB> canonical <TAB> log of right against expected on development data; see reliability.py\n"
    target.write_text(head + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
