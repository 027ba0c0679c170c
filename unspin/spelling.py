"""British and American spellings of one word: which of them a text has is its author's choice, and no work of a spinner."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

ISE = r"(e|ed|es|er|ers|ing|able|ation|ational|ations)$"
"""What follows -is or -iz."""
RULES = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^practis(e|ed|es|ing)$", r"practic\1"),
        (rf"(?<=[a-z]{{3}})is{ISE}", r"iz\1"),  # organise, organisation
        (r"(?<=[a-z])ys(e|ed|es|er|ers|ing)$", r"yz\1"),  # analyse
        (r"(?<=[a-z]{2})our(?=(s|ed|er|ers|ful|hood|hoods|ing|ite|ites|able|al|ally|less|ly|y)?$)", "or"),  # labour
        (r"(?<=[btgv])re(s|d)?$", r"er\1"),  # centre, manoeuvre
        (r"^(def|lic|off|pret)ence(s|d|less)?$", r"\1ense\2"),  # defence
        (r"(?<=[a-z]{3})logue(s|d)?$", r"log\1"),  # catalogue
        (r"(?<=[a-z]{2}[aeiou])ll(?=(ed|er|ers|ing|or|ors|ous)$)", "l"),  # travelled
        (r"^programme(s)?$", r"program\1"),
        (r"(?<!^d)[ao]e(?=[a-z]{2})", "e"),  # paediatric, oestrogen; a daemon is no demon
        (r"^aluminium$", "aluminum"),
        (r"^artefact", "artifact"),
        (r"^grey", "gray"),
        (r"^jewellery$", "jewelry"),
        (r"^(mo)u(ld|lds|lded|lding|lt|lts|lted|lting)$", r"\1\2"),
        (r"^plough", "plow"),
        (r"^sceptic", "skeptic"),
        (r"^(judg|acknowledg)ement(s)?$", r"\1ment\2"),
        (r"^ageing$", "aging"),
    )
]
FILE = "spellings.tsv"
ENDING = re.compile(f"i[sz]{ISE}")
WORD = re.compile(r"[^\W\d_]+")
PHRASES_CACHE = 1 << 14
LONGER = 3  # letters that a spelling has more, at most: catalogued, cataloged


@lru_cache(1 << 16)
def american(word: str) -> str:
    """A word of lower case as it is spelled in America, as nearly as a few rules can tell; made for comparison, not for print."""
    for pattern, replacement in RULES:
        word = pattern.sub(replacement, word)
    return word


def spelled_alike(word: str, other: str) -> bool:
    """Whether two words of lower case differ at most as British and American spelling do."""
    if word == other:
        return True
    return word[:1] in (other[:1], *"aeo") and abs(len(word) - len(other)) <= LONGER and american(word) == american(other)


@lru_cache(maxsize=1)
def american_by_british() -> dict[str, str]:
    """The usual words that are spelled differently, all in lower case."""
    text = (resources.files("unspin") / FILE).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {british: american for british, american in rows}


@lru_cache(maxsize=1)
def british_by_american() -> dict[str, str]:
    """The same the other way round."""
    return {american: british for british, american in american_by_british().items()}


def other_spelling(word: str) -> str | None:
    """The same usual word, in lower case, as it is spelled on the other side of the Atlantic; None if that makes no difference."""
    return american_by_british().get(word) or british_by_american().get(word)


@lru_cache(PHRASES_CACHE)
def has_other_spelling(phrase: str) -> bool:
    """Whether a word of a phrase has another spelling."""
    return any(other_spelling(word.lower()) for word in WORD.findall(phrase))


@dataclass(frozen=True, slots=True)
class Habits:
    """How a text spells: how many more words are British than American, of those that end in -ise or -ize and of the others, as British
    texts may have either of these."""

    endings: int
    others: int

    @classmethod
    def of(cls, words: Iterable[str]) -> Habits:
        """The habits of a text with these words of lower case."""
        votes = [0, 0]
        british, american = american_by_british(), british_by_american()
        for word in words:
            if word in british:
                votes[bool(ENDING.search(word))] += 1
            elif word in american:
                votes[bool(ENDING.search(word))] -= 1
        return cls(votes[True], votes[False])

    def spell(self, word: str) -> str:
        """A word of lower case as the text would have it; as it is if the text does not say."""
        first, second = (self.endings, self.others) if ENDING.search(word) else (self.others, self.endings)
        votes = first or second
        return british_by_american().get(word, word) if votes > 0 else american_by_british().get(word, word) if votes else word
