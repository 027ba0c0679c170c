"""What confidences are worth on documents that the trees have not seen, printed; and the cuts and weights that follow from that."""

from __future__ import annotations

from collections import Counter
from zlib import crc32

import click
import numpy as np
from sklearn.linear_model import LogisticRegression

from fitting.samples import BY_DICTIONARY, BY_HAND, BY_THESAURUS, STEM, TORTURED, Sample, known
from unspin.decoding import calibration
from unspin.decoding.selection import KEPT, RATE_FLOOR, select, substituted_share
from unspin.evaluation.metrics import auc
from unspin.findings import Tier

PRECISION = {Tier.SAFE: 0.99, Tier.LIKELY: 0.895}
"""What a tier promises of all its edits, safer ones included."""
POSSIBLE = 0.50  # the confidence from which an edit is more likely right than wrong
LET_THROUGH = 0.99  # of the right edits of tier likely: these must lie in texts that the gate has decoded
ABOVE_BACKGROUND = 0.95  # of the same edits: these must lie in texts whose spin rate is no mere background


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


def lowest_cut(confidence: np.ndarray, exact: np.ndarray, precision: float) -> float:
    """The lowest confidence from which the edits of spun documents keep this precision."""
    order = np.argsort(-confidence)
    achieved = np.cumsum(exact[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(achieved >= precision)
    return round(float(confidence[order][enough[-1]]), 4) if len(enough) else 1.0


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
    for kind, tables in (
        (BY_DICTIONARY, "the dictionaries"),
        (BY_THESAURUS, "thesauri"),
        (BY_HAND, "tables of their own, by hand"),
    ):
        numbers = [k for k, item in enumerate(samples) if item.pair.id == kind]
        gold = sum(len(samples[k].pair.gold) for k in numbers)
        if not gold:
            continue
        click.echo(f"strangers, spun with {tables}:")
        for tier, values in figures.items():
            chosen = {k: select(samples[k].decoding.arcs, confidences[k], values["cut"]) for k in numbers}
            exact = np.concatenate([samples[k].exact[i] for k, i in chosen.items()])
            click.echo(f"  {tier:9} precision {exact.mean():.3f}, recall {exact.sum() / gold:.3f}, {len(exact)} edits")


def report_tortured(samples: list[Sample], confidences: list[np.ndarray]) -> None:
    """Print how many tortured phrases are restored as a whole, by trees that did not see their term."""
    restored = [bool(s.exact[select(s.decoding.arcs, c, POSSIBLE)].any()) for s, c in zip(samples, confidences, strict=True)]
    reached = [bool(s.exact.any()) for s in samples]
    click.echo(
        f"tortured phrases: {np.mean(restored):.3f} restored by tier possible, {np.mean(reached):.3f} among the candidates"
    )


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


def gate_weights(
    samples: list[Sample], confidences: list[np.ndarray], rates: np.ndarray, cut: float, from_news: int
) -> dict[str, float]:
    """The density from which texts are decoded; and how the spin rate of the others follows from it, by what spinners did replace in those
    of the first samples, news, that stay closed."""
    right = right_edits(samples, confidences, cut)
    clean = np.array([s.pair.clean for s in samples])
    densities = np.array([s.suspicion.density for s in samples])
    candidates = np.quantile(densities, np.linspace(1, 0, 400))
    for density in candidates:
        opened = np.array([s.suspicion.strong(density) for s in samples])
        if (right * opened).sum() >= LET_THROUGH * right.sum():
            break
    closed = np.flatnonzero(~opened[:from_news])
    replaced = sum(len(samples[k].pair.gold) / (samples[k].decoding.spinnable + KEPT) for k in closed)
    weights = {"density": round(float(density), 4), "rate": round(float(replaced / densities[closed].sum()), 4)}
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
