"""What an edit must mend around it: case, and the indefinite article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from unspin.document import OPENERS, in_common

VOWEL_SOUND = re.compile(
    r"hour|heir|honest|hono(?!l)"  # silent h
    r"|(?!one(?:s?\b|self)|once|eu|ewe|uni(?!n|m(?!od)|dent|ss)|una(?:nim|ry)|us(?:[aeiu]|\b)|ut(?![mt])|ubiq|uga|uk|ur[aiu]"
    r"|u(?:ae|efa|fc|fo|hf|i|ml|n|nesco|pc|rl|s[bd]|sda|tc|uid|v|x)?s?\b)[aeiou]"
    r"|8|1[18](?!\d)"  # eight, eleven, eighteen
    r"|[fhlmnrsx](?:\b|\.)"  # letters spelled out: an FBI agent is beyond this rule, an "X-ray" is not
)

WORD = re.compile(r"[^\s-]+")
SEPARATORS = re.compile(r"[\s-]+")
LINE_END = re.compile(r"[^\S\r\n]*[\r\n]\s*")
EX = "ex"
LONGEST_ACRONYM = 4  # letters
NOT_IN_NAMES = OPENERS | frozenset("about because by even from just me not of or so such than to until with".split())
"""A phrase with one of these is seldom a name."""
ARTICLES_CACHE = 1 << 14  # words


@lru_cache(ARTICLES_CACHE)
def indefinite_article(word: str) -> str:
    """ "a" or "an", as the sound of the next word demands."""
    return "an" if VOWEL_SOUND.match(word.lower()) else "a"


def match_case(canonical: str, spun: str, opens_sentence: bool, runs_on: bool = False) -> str:
    """`canonical` in the case of the text it replaces.

    All capitals carry over. What both have in common at their beginning and end keeps the capitals of the text; of what is between, a
    capital goes to the first word, and where most words are capitalised (a title) and do not open a sentence, to every word; one further
    behind goes to the word in its place, if there are as many. Capitals that belong to the canonical text itself stay. Where a spinner
    knows a phrase for a name, it writes that with one capital; where the text `runs_on` to it, every word gets its own back ("the Place of
    origin safety Department").
    """
    if spun.islower():
        return canonical
    letters = [*filter(str.isalpha, spun)]
    if len(letters) == 1 and not opens_sentence:  # "I" and "3 B" have theirs for themselves
        return canonical
    if len(letters) > 1 and all(map(str.isupper, letters)):
        return canonical if len(letters) <= LONGEST_ACRONYM and not canonical.islower() else canonical.upper()
    new, old = WORD.findall(canonical), WORD.findall(spun)
    head, tail = in_common([word.lower() for word in new], [word.lower() for word in old])
    if runs_on and head == tail == 0 and "-" not in spun and canonical.islower() and _lost_capitals(new, old):
        return WORD.sub(lambda match: _capitalised(match[0]), canonical)
    opens_sentence = opens_sentence and head == 0
    replaced = old[head : len(old) - tail]
    if not all(word[0].isupper() for word in old):  # in "PC vision" the capitals are those of the acronym alone
        replaced = [word for word in replaced if len(word) == 1 or not word.isupper()]
    middle = _in_case(new[head : len(new) - tail], replaced, opens_sentence)
    kept = [_kept(old[i], new[i]) for i in (*range(head), *range(-tail, 0))]
    fitted = [*kept[:head], *middle, *kept[head:]]
    dropped = replaced if not middle else []  # its capital goes on: "Brand new York", "American Coronary heart"
    if dropped[:1] and dropped[0][0].isupper() and head < len(fitted):
        fitted[head] = _capitalised(fitted[head])
    if opens_sentence and spun[:1].isupper():
        fitted[0] = _capitalised(fitted[0])
    words = iter(fitted)
    return WORD.sub(lambda _: next(words), canonical)


def _lost_capitals(new: list[str], old: list[str]) -> bool:
    """Whether of several words the first alone has a capital, which stand for several that a name may consist of."""
    return min(len(new), len(old)) > 1 and old[0][0].isupper() and " ".join(old[1:]).islower() and NOT_IN_NAMES.isdisjoint(new)


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]


def _kept(old: str, new: str) -> str:
    """A word as the text has it, or with the capitals that it has itself ("Usa states", "United States")."""
    return new if old.islower() else old


def _in_case(new: list[str], old: list[str], opens_sentence: bool) -> list[str]:
    """The words `new`, capitalised as those that they replace."""
    old = [word for word in old if word[0].isalpha()]
    if not new or not old:
        return new
    if not old[0][0].isupper():
        if len(new) != len(old):
            return new
        return [_capitalised(word) if other[0].isupper() else word for word, other in zip(new, old, strict=True)]
    capitals = sum(word[0].isupper() for word in old)
    title = 2 * capitals > len(old) and (not opens_sentence or len(old) > 1) and not set("'’") & set(old[0])
    return [_capitalised(word) if title or i == 0 else word for i, word in enumerate(new)]


def keep_separators(canonical: str, spun: str) -> str:
    """`canonical` with the blanks and hyphens of the text it replaces, where both have as many words: spinners leave these alone. Where it
    has fewer words, those hyphens and line ends stay that stand beside words which both have at their beginning or end. The hyphen of "ex-"
    goes with it."""
    if " " not in canonical and "-" not in canonical:
        return canonical
    gaps, own = SEPARATORS.findall(spun), SEPARATORS.findall(canonical)
    if len(gaps) < len(own) or gaps == own:
        return canonical
    words, old = SEPARATORS.split(canonical), SEPARATORS.split(spun)
    if len(gaps) > len(own):
        head, tail = in_common([word.lower() for word in words], [word.lower() for word in old])
        behind = min(tail, len(own))
        before = min(head, len(own) - behind)
        theirs = [*gaps[:before], *own[before : len(own) - behind], *gaps[len(gaps) - behind :]]
        gaps = [gap if listed == " " else listed for gap, listed in zip(theirs, own, strict=True)]
    elif EX in map(str.lower, old):
        gaps = [listed if word.lower() == EX else gap for word, gap, listed in zip(old, gaps, own, strict=False)]
    return "".join(word + gap for word, gap in zip(words, [*gaps, ""], strict=True))


def keep_line_end(canonical: str, spun: str) -> str:
    """`canonical` with the line end that is in the text it replaces, at the blank that is nearest to where it was, if there is a blank."""
    if " " not in canonical or (line_end := LINE_END.search(spun)) is None or LINE_END.search(canonical):
        return canonical
    blanks = [i for i, character in enumerate(canonical) if character == " "]
    nearest = min(blanks, key=lambda blank: abs(blank - line_end.start()))
    return canonical[:nearest] + line_end[0] + canonical[nearest + 1 :]


ENDINGS = {
    "'re": ("are",),
    "'ve": ("have",),
    "'ll": ("will", "shall"),
    "'m": ("am",),
    "'d": ("would", "had"),
    "'s": ("is", "has"),
}
IRREGULAR = {"can't": "cannot", "won't": "will not", "shan't": "shall not"}


UNITS = {
    name + plural: sign
    for sign, names in {
        "km": "kilometre kilometer",
        "cm": "centimetre centimeter",
        "mm": "millimetre millimeter",
        "kg": "kilogram",
        "lb": "pound",
        "oz": "ounce",
        "hr": "hour",
        "min": "minute",
        "sec": "second",
    }.items()
    for name in (*names.split(), sign)
    for plural in ("", "s")
} | {"foot": "ft", "feet": "ft"}
"""The sign of each unit that people write out or not, by its names and signs."""


def differ_in_style(one: str, other: str) -> bool:
    """Whether two texts are the same but for contractions ("do not", "don't"), hyphens ("on-line", "online") or units that are written out
    ("8 km away"): whatever else a text is, its author chose between them."""
    words, others = one.lower().split(), other.lower().split()
    if len(words) == len(others) and one.lower() != other.lower() and all(map(_are_one_unit, words, others)):
        return True
    if ("-" in one or "-" in other) and SEPARATORS.sub("", one.lower()) == SEPARATORS.sub("", other.lower()):
        return one != other
    if not ("'" in one or "'" in other or "’" in one or "’" in other):
        return False
    one, other = one.replace("’", "'"), other.replace("’", "'")
    one, other = (text.lower().replace("can not", "cannot") for text in (one, other))
    return one != other and not _expansions(one).isdisjoint(_expansions(other))


def _are_one_unit(word: str, other: str) -> bool:
    """Whether two words are the same, or the name and the sign of one unit."""
    return word == other or UNITS.get(word, word) == UNITS.get(other, other)


SCHOOLS = frozenset(("academy", "college", "faculty", "institute", "polytechnic", "school", "seminary", "university"))


def differ_in_school(one: str, other: str) -> bool:
    """Whether two names are the same but for the kind of school ("Florida College", "Florida University"): there is one of each."""
    if not (one[:1].isupper() and other[:1].isupper()):
        return False
    before, after = one.lower().split(), other.lower().split()
    if len(before) != len(after):
        return False
    replaced = {word for pair in zip(before, after, strict=True) if pair[0] != pair[1] for word in pair}
    return bool(replaced) and replaced <= SCHOOLS


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
MINUTES = re.compile(r":(?<=[A-Za-z]:)[0-5]\d(?=(?:[ap]m)?\b)", re.IGNORECASE)  # what is fixed first: it is looked for quickly
HOUR = re.compile(rf"(?<![\w-])((?ai:{'|'.join(HOURS)}))\Z")
LONGEST_HOUR = max(map(len, HOURS))


def broken_times(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and digits of every hour that a spinner spelled out: "five:35 a.m."."""
    for minutes in MINUTES.finditer(text):
        start = max(0, minutes.start() - LONGEST_HOUR - 1)
        if hour := HOUR.search(text[start : minutes.start()]):
            yield start + hour.start(), minutes.start(), HOURS[hour[1].lower()]
