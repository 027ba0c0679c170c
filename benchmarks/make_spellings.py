"""Write unspin/spellings.tsv: words that are spelled in one way in Britain and in another in America.

    python benchmarks/make_spellings.py

They are the words that `unspin.spelling` takes for two spellings of one, among those of symspellpy's frequency dictionary (Google Books and
SCOWL; MIT), the default language model (CMU Sphinx; BSD) and the vectors (GloVe; PDDL); but for those that are two words as well (metre,
meter), names, and those of which one spelling is usual on both sides (dialogue).
"""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import click
import numpy as np

from unspin import spelling
from unspin.language import load_model, vectors
from unspin.language.counts import word_counts

UNSURE = re.compile(
    r"^(acknowledgement|amour|analogue|bre$|castres|chartres|dialogue|entre$|fabre|flour|glamour|gre$|havre|judgement|lefevre|libre|licen[cs]e"
    r"|livre|metres?$|mitre|outre$|petre|practis|prem?ise|programme|refill|schuller|scour|segre|sevres|silvestre|sobre|sylvestre|tigre|timbre"
    r"|tre$|ventre|analyses$|catalyses$|paralyses$|marquise|louise|valise|elise)"
)
VOWELS = re.compile(r"[ao]e")  # mostly in names
MEDICAL = re.compile(
    r"^(an?aem|anaesth|coeliac|faec|foet|gynaec|haem|hypoglyc|ischaem|leukaem|oedema|oesoph|oestr|orthopaed|paed|palaeo|diarrhoea)"
)


@click.command()
def main() -> None:
    """Write the pairs of spellings."""
    with (resources.files("unspin.language") / vectors.FILE).open("rb") as file, np.load(file) as data:
        words = {*data["words"].tobytes().decode().split("\n"), *load_model(None)[0].words, *word_counts()}
    pairs = [(word, spelling.american(word)) for word in sorted(words) if word.isascii() and word.isalpha()]
    pairs = [pair for pair in pairs if pair[0] != pair[1] and pair[1] in words and not UNSURE.search(pair[0])]
    pairs = [pair for pair in pairs if not VOWELS.search(pair[0]) or MEDICAL.search(pair[0])]
    target = Path(spelling.__file__).with_name(spelling.FILE)
    lines = ["# British <TAB> American; written by benchmarks/make_spellings.py", *map("\t".join, pairs)]
    target.write_text("\n".join([*lines, ""]), encoding="utf-8")
    click.echo(f"{len(pairs)} pairs")


if __name__ == "__main__":
    main()
