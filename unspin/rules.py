"""The codes of findings: what each means, why it matters, an example that it finds and one that it leaves alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """The page of a code. `spun` is found and becomes `repaired`; `genuine` looks alike and stays."""

    code: str
    name: str
    what: str
    why: str
    spun: str
    repaired: str
    genuine: str
    safety: str


RULES = {
    rule.code: rule
    for rule in (
        Rule(
            "US101",
            "phrase",
            "A phrase that stands for another, fixed one.",
            "Spinners replace the words of set phrases by synonyms. What comes out is no English, and its meaning is lost.",
            "He led the country as effectively as the party.",
            "He led the country as well as the party.",
            "The drug works effectively in most patients.",
            "Mostly safe for phrases that hardly occur outside spun text (tells). The others need a document that is spun "
            "elsewhere too.",
        ),
        Rule(
            "US201",
            "name",
            "The name of an organisation, a place or an office, of which one or more words were replaced.",
            "A spun name points to something that doesn't exist: facts, sources and quotations get lost.",
            "The Linked Press reported the launch on Monday.",
            "The Associated Press reported the launch on Monday.",
            "The link to the press release is below.",
            "Mostly safe: every word must be equal to, or a known substitution of, the word of a known name. An acronym beside "
            "it decides doubtful cases. Genuine names that look similar are not touched.",
        ),
        Rule(
            "US301",
            "term",
            "A technical term or fixed expression, of which one or more words were replaced (a tortured phrase).",
            "Tortured phrases make a text unfindable and wrong for experts, and are a mark of plagiarised science.",
            "They trained a profound learning model.",
            "They trained a deep learning model.",
            "It was a profound experience for the model.",
            "Mostly safe where the spun form has no meaning of its own; likely or possible where it has.",
        ),
        Rule(
            "US302",
            "collocation",
            "Words that usually go together, of which one was replaced.",
            "The synonym is good English alone, but not in this company: readers stumble, and searches for the phrase miss the text.",
            "She took full duty for the mistake.",
            "She took full responsibility for the mistake.",
            "She took over night duty for a colleague.",
            "Less safe than a term: the synonym is unusual here, not wrong. Confidence comes from how unusual it is and from the "
            "document's spin rate.",
        ),
        Rule(
            "US401",
            "word",
            "A single word that stands for a synonym which the author wrote.",
            "Synonyms are not interchangeable: the context wants one of them, and the spinner did not look.",
            "The economy grew faster than in the final year's forecast.",
            "The economy grew faster than in the last year's forecast.",
            "It is her final year at university.",
            "The least safe class: many such words are good English too. Confidence comes from the document's spin rate.",
        ),
        Rule(
            "US501",
            "clock time",
            "A clock time in which a digit was spelled out.",
            "Spinners write numbers as words without asking what the number is part of.",
            "The rocket was fired at five:35 a.m. on Tuesday.",
            "The rocket was fired at 5:35 a.m. on Tuesday.",
            "The rocket was fired at five on Tuesday.",
            "Safe: nobody writes a clock time so.",
        ),
    )
}


def reference() -> str:
    """The codes as a Markdown table."""
    rows = ["| code | finding | example | repaired |", "|---|---|---|---|"]
    rows += [f"| {rule.code} | {rule.name}: {rule.what} | {rule.spun} | {rule.repaired} |" for rule in RULES.values()]
    return "\n".join(rows) + "\n"
