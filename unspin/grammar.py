"""What an edit must mend around it: case, and the indefinite article."""

from __future__ import annotations

import re
from collections.abc import Iterator

VOWEL_SOUND = re.compile(
    r"hour|heir|honest|hono(?!l)"  # silent h
    r"|(?!one(?:s?\b|self)|once|eu|ewe|uni(?!n|m|dent)|us(?:[aeiu]|\b)|ut[ieo]|ubiq|uk\b|ukr|un\b|ur[au]|ufo|u\b)[aeiou]"
    r"|8|1[18](?!\d)"  # eight, eleven, eighteen
    r"|[fhlmnrsx](?:\b|\.)"  # letters spelled out: an FBI agent is beyond this rule, an "X-ray" is not
)


def indefinite_article(word: str) -> str:
    """ "a" or "an", as the sound of the next word demands."""
    return "an" if VOWEL_SOUND.match(word.lower()) else "a"


def match_case(canonical: str, spun: str, opens_sentence: bool) -> str:
    """`canonical` in the case of the text it replaces.

    All capitals carry over. A capital at the start of a sentence goes to the first word only; elsewhere, and where most words of a
    phrase are capitalised (a title), to every word. Capitals that belong to the canonical text itself stay.
    """
    if spun.islower():
        return canonical
    letters = [character for character in spun if character.isalpha()]
    if len(letters) > 1 and all(character.isupper() for character in letters):
        return canonical.upper()
    words = [word for word in re.split(r"[\s-]+", spun) if word[:1].isalpha()]
    if not words or not words[0][0].isupper():
        return canonical
    capitals = sum(word[0].isupper() for word in words)
    if 2 * capitals > len(words) and (not opens_sentence or len(words) > 1):
        return re.sub(r"(?:^|(?<=[\s-]))[^\W\d_]", lambda match: match.group().upper(), canonical)
    return canonical[:1].upper() + canonical[1:]


def keep_separators(canonical: str, spun: str) -> str:
    """`canonical` with the blanks and hyphens of the text it replaces, where both have as many words and it has no hyphen of its own."""
    if " " not in canonical:
        return canonical
    gaps = re.findall(r"[\s-]+", spun)
    words = canonical.split(" ")
    if "-" in canonical or len(gaps) != len(words) - 1:
        return canonical
    return "".join(word + gap for word, gap in zip(words, [*gaps, ""], strict=True))


ENDINGS = {
    "'re": ("are",),
    "'ve": ("have",),
    "'ll": ("will", "shall"),
    "'m": ("am",),
    "'d": ("would", "had"),
    "'s": ("is", "has"),
}
IRREGULAR = {"can't": "cannot", "won't": "will not", "shan't": "shall not"}


def differ_by_contraction(one: str, other: str) -> bool:
    """Whether two texts are the same but for contractions ("do not", "don't"): a matter of style, whatever else a text is."""
    if not ("'" in one or "'" in other or "’" in one or "’" in other):
        return False
    one, other = one.replace("’", "'"), other.replace("’", "'")
    one, other = (text.lower().replace("can not", "cannot") for text in (one, other))
    return one != other and not _expansions(one).isdisjoint(_expansions(other))


def _expansions(text: str) -> set[str]:
    """A text in lower case with its contractions written out in every way."""
    readings = {""}
    for word in text.split():
        stem, ending = word[:-3] or word, word[-3:]
        if word in IRREGULAR:
            ways = {IRREGULAR[word]}
        elif ending == "n't":
            ways = {f"{stem} not"}
        else:
            stem, mark, ending = word.rpartition("'")
            ways = {f"{stem} {full}" for full in ENDINGS.get(mark + ending, ())} | {word}
        readings = {f"{before} {way}" for before in readings for way in ways}
    return readings


HOURS = {
    word: str(number) for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
MINUTES = re.compile(r":(?<=[A-Za-z]:)[0-5]\d\b")  # what is fixed first: it is looked for quickly
HOUR = re.compile(rf"(?<![\w-])({'|'.join(HOURS)})\Z", re.IGNORECASE)
LONGEST_HOUR = max(map(len, HOURS))


def broken_times(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and digits of every hour that a spinner spelled out: "five:35 a.m."."""
    for minutes in MINUTES.finditer(text):
        start = max(0, minutes.start() - LONGEST_HOUR - 1)
        if hour := HOUR.search(text[start : minutes.start()]):
            yield start + hour.start(), minutes.start(), HOURS[hour[1].lower()]
