"""Lemma → inflected forms, so that an entry for `say` also maps "stated" to "said"."""

from __future__ import annotations

from functools import cache

from unspin.language import counts

TAGS = {
    "noun": ("NN", "NNS"),
    "verb": ("VB", "VBZ", "VBG", "VBD", "VBN"),
    "adj": ("JJ", "JJR", "JJS"),
    "adv": ("RB", "RBR", "RBS"),
    "func": ("",),
    "form": ("",),
}
"""Penn Treebank tags by part of speech; the empty tag is the form as it is listed."""

BASE = frozenset({"NN", "VB", "JJ", "RB"})
"""Tags of the lemma itself."""
UPOS = {"N": "NOUN", "V": "VERB", "J": "ADJ", "R": "ADV"}
"""The universal part of speech by the first letter of a tag."""
USUAL, UNCOUNTED = 1_000_000, 0.015  # occurrences of a noun, and how few of its plural beside these say that it has none
MODALS = frozenset("can could may might must ought shall should will would".split())
"""Auxiliaries, which have no forms ("canning", "musts"), though verbs of other meanings are spelled so."""
UNCHANGED = frozenset("bid broadcast forecast preset proofread quit wet".split())
"""Verbs whose past is mostly the lemma itself, where the table does not say so."""
MODIFIERS = {"JJR": "more", "JJS": "most", "RBR": "more", "RBS": "most"}


def forms(phrase: str, pos: str) -> dict[str, tuple[str, ...]]:
    """Every inflected form of a lemma or a phrase, by Penn tag, commonest first.

    Of a phrase the head is inflected: the first word of a verb phrase ("point out"), the last of a noun phrase ("court docket"; the word
    before "of" in "member of staff"). What is an inflected form already has the other forms of its lemma. Adjectives and adverbs of several
    words, and those without inflected forms of their own, take "more" and "most".
    """
    if pos in ("func", "form"):
        return {"": (phrase,)}
    before, head, after = _split(phrase, pos)
    result: dict[str, tuple[str, ...]] = {}
    for tag in TAGS[pos]:
        inflected = () if before and tag in MODIFIERS else _inflect(head, tag)
        if not inflected and tag in MODIFIERS:
            result[tag] = (f"{MODIFIERS[tag]} {phrase}",)
        else:
            result[tag] = tuple(f"{before}{form}{after}" for form in inflected or (head,))
    return result


@cache
def is_uncounted(noun: str) -> bool:
    """Whether people hardly ever write the plural of a usual noun ("vegetations"): what stands for it may stand for its plural, too."""
    plural = _inflect(noun, "NNS")
    usual, several = (_word_counts().get(word, 0) for word in (noun, plural[0] if plural else noun))
    return usual >= USUAL and several < UNCOUNTED * usual


_word_counts = cache(counts.word_counts)


@cache
def is_base_verb(phrase: str) -> bool:
    """Whether a phrase begins with the base form of a verb that has others."""
    word = phrase.split(" ")[0]
    return word not in MODALS and word in _lemmas(word, "VERB")


def _split(phrase: str, pos: str) -> tuple[str, str, str]:
    words = phrase.split(" ")
    if len(words) == 1:
        return "", phrase, ""
    if pos == "verb":
        at = 0
    elif pos == "noun" and "of" in words[1:]:
        at = words.index("of", 1) - 1
    else:
        at = len(words) - 1
    before, after = " ".join(words[:at]), " ".join(words[at + 1 :])
    return before and before + " ", words[at], after and " " + after


def _lemmas(word: str, upos: str) -> tuple[str, ...]:
    """What a word may be a form of, as this part of speech; itself if it is a lemma, nothing if no table lists it."""
    from lemminflect import getAllLemmas

    found: tuple[str, ...] = getAllLemmas(word, upos=upos).get(upos, ())
    return found


def _lemma(word: str, tag: str) -> str:
    """What a word is a form of, as what this tag is for: entries list "steps" and "injured", too."""
    lemmas = _lemmas(word, UPOS[tag[0]])
    return word if word in lemmas or not lemmas else lemmas[0]


@cache
def _inflect(word: str, tag: str) -> tuple[str, ...]:
    from lemminflect import getInflection

    if tag in BASE:
        return (word,)
    gradable = tag in MODIFIERS
    head, hyphen, last = word.rpartition("-")
    if hyphen and tag in ("NN", "NNS"):
        return tuple(f"{head}-{form}" for form in _inflect(last, tag))
    if tag == "NNS" and word.endswith("ics"):  # physics
        return (word,)
    lemma = _lemma(word, tag)
    found: tuple[str, ...] = getInflection(lemma, tag, inflect_oov=not gradable)
    if word != lemma or found[:1] != (lemma,):  # "process" is no usual plural of "process", and "custom" none of "customs"
        found = tuple(form for form in found if form != lemma)
    if lemma in UNCHANGED and tag in ("VBD", "VBN"):
        found = (lemma, *found)
    return tuple(dict.fromkeys(_respelled(form, lemma) for form in found if form and form.isprintable()))


def _respelled(form: str, lemma: str) -> str:
    """A form as it is spelled, where the table only adds an ending ("freeer", "mimicing")."""
    ending = form.removeprefix(lemma)
    if lemma.endswith("e") and ending in ("er", "est"):
        return lemma + ending[1:]
    return f"{lemma}k{ending}" if lemma.endswith("c") and ending in ("ed", "ing") else form
