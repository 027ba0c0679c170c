"""Ranges of a text that are not prose, or that the author wants left alone: nothing in them is looked at or changed.

Addresses, options and tags are looked for in any text; the other patterns are meant for plain text with a little markup in it. All run
in linear time, also on a line of 50 MB.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from unspin.reading.ranges import Deferred, Range, merged, trimmed

FRONT_MATTER = re.compile(r"(---|\+\+\+)[^\S\n]*\n(?=[^\s:=]+[^\S\n]*[:=])(?s:.*?)\n\1[^\S\n]*(?:\n|\Z)")
FENCE = re.compile(
    r"^(?P<before>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?P<run>`{3,}(?=[^`\n]*$)|~{3,})[ \t]*(?P<info>[^\n]*?)[ \t\r]*$",
    re.MULTILINE,
)
"""A line that may open or close fenced code, in items and quotations, too."""
BACKTICKS = re.compile(r"`+")
INLINE_CODE_LENGTH = 1000
TITLE_LENGTH = 200  # code points of the lines around tildes that are looked at
TAG = re.compile(r"<!--(?:[^<]|<(?!!--)){0,10000}?-->|</?[A-Za-z][^<>]{0,2000}>|&#?\w{1,31};")
RAW_ELEMENT = re.compile(r"<(script|style|pre|code|kbd|samp)\b[^<>]{0,2000}>", re.IGNORECASE)
PARAGRAPH_END = re.compile(r"(?=\n[^\S\n]*\n)")

COMMAND = re.compile(
    r"\\(?:begin\{(?P<raw>verbatim|lstlisting|minted|equation|align|gather|multline|eqnarray|tikzpicture)\*?\}"
    r"|(?:begin|end|label|input|usepackage|documentclass|url|href|include\w{0,20}|bibliography\w{0,20}|\w{0,20}ref|\w{0,20}cite\w{0,20})"
    r"\*?(?:\[[^\]\n]{0,300}\]){0,2}\{[^{}]{0,1000}\}"
    r"|[A-Za-z]+\*?)"
)
"""A command of LaTeX, with the arguments of those that take names, not text; or the beginning of an environment that holds no text."""

MARK = re.compile(r"[/\\@.](?:(?<!\.)|(?=[A-Za-z0-9]))")
"""What every address contains; the word around it is then looked at more closely."""
ADDRESS_LENGTH = 2000
WORTH_SKIPPING = 50  # code points
OPENING = "([{<\"'“‘«*_"
CLOSING = ")]}>\"'”’»*_.,;:!?…"
DOMAINS = "com|org|net|edu|gov|mil|int|info|io|co|uk|eu|de|fr|es|it|nl|ch|at|ru|cn|jp|in|au|ca|us|br|tv|me|ai|dev|app|news|blog"
EXTENSIONS = (
    "txt|md|rst|html?|xml|json|jsonl|ya?ml|toml|ini|cfg|csv|tsv|pdf|docx?|xlsx?|pptx?|odt|py|js|ts|css|cpp|java|go|rs|rb|sh|"
    "bat|exe|dll|so|zip|gz|tar|tgz|bz2|xz|7z|png|jpe?g|gif|svg|webp|mp3|mp4|avi|mov|log|sql|ipynb|bib|tex"
)
ADDRESS = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://\S+"  # URL
    r"|mailto:\S+"
    r"|www\.\S+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)*"  # e-mail, user@host
    r"|@\w[\w-]*"  # handle
    rf"|(?:[\w-]+\.)+(?:{DOMAINS})(?::\d+)?(?:[/?#]\S*)?"  # bare domain
    r"|(?:~|\.{1,2})?/(?:[\w.+-]+/)+[\w.+-]*"  # /usr/share/
    r"|(?:~|\.{1,2})/[\w.+-]+"  # ./run
    r"|[A-Za-z]:\\\S*|\\\\\S+"  # C:\Windows
    rf"|(?:[\w.+-]+[/\\])*[\w.+-]*\w\.(?:{EXTENSIONS})"  # docs/guide.md
    r"|(?:[\w.+-]+[/\\])*[\w+-]{2,}\.[ch]"  # main.c, but not p.c.
)
PREFIXED = re.compile(r"(?:-(?<![\w&-]-)(?:-|(?=\w+-))|#(?<![\w&-]#)|\$(?<![\w&-]\$))[^\W\d_][\w-]*")
"""--option, -long-option, #tag, $variable; each alternative begins with its mark, so that only these are looked at."""
EMBEDDED = re.compile(r"(?:https?|ftp|file)://[^\s<>\"'`)\]}|]+|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}")
"""An address with something written close to it, as in Markdown's [text](https://…)."""
BLANK = re.compile(r"\s")
SIC = re.compile(r"[\[(]sic[\])]", re.IGNORECASE)
SIC_WORDS = 3  # before a [sic]: as many as most names and phrases have
SIC_LENGTH = 80  # code points that they may have


def protected(text: str, hidden: Sequence[Range] = (), plain: bool = True) -> list[Range]:
    """The protected ranges [start, end) of a text, in order, merged where they touch.

    Among them are the `hidden` ones, which must be sorted, and in which no address is looked for. Code, tags and commands of LaTeX are
    those of `plain` text only: in other formats they are what the format's reader says.
    """
    ranges = [*hidden, *_front_matter(text), *(match.span() for match in PREFIXED.finditer(text)), *_so_written(text)]
    if plain:
        code = code_ranges(text)
        ranges += code
        ranges += _markup(text, code)
        ranges += _commands(text)
    ranges += _addresses(text, _deep_inside(text, hidden))
    return merged(ranges)


class Protected(Deferred):
    """The same, found when the first of them is asked for."""

    def __init__(self, text: str, hidden: Sequence[Range] = (), plain: bool = True):
        super().__init__(lambda: protected(text, sorted(hidden), plain))


def code_ranges(text: str) -> list[Range]:
    """Fenced code and `code`, in order."""
    return merged([*_fences(text), *_inline_code(text)])


def _front_matter(text: str) -> Iterator[Range]:
    if text.startswith(("---", "+++")) and (
        match := FRONT_MATTER.match(text.replace("\r\n", " \n"))
    ):  # same length, so the offsets hold
        yield match.span()


def _so_written(text: str) -> Iterator[Range]:
    """The words of which an author says that they are meant to stand so: those before [sic]."""
    for sic in SIC.finditer(text):
        start = max(0, sic.start() - SIC_LENGTH)
        parts = text[start : sic.start()].rsplit(None, SIC_WORDS)
        yield trimmed(text, start + len(parts[0]) if len(parts) > SIC_WORDS else start, sic.end())


def _fences(text: str) -> Iterator[Range]:
    """Fenced code blocks; one that is never closed goes on to the end, as in CommonMark.

    Tildes alone on a line may also underline a title or part sections: they open a block only if another such line closes it, if
    there is a line of text under them, and none over them that is no longer than they are.
    """
    if "```" not in text and "~~~" not in text:
        return
    fences = [*FENCE.finditer(text)]
    longest = [*accumulate((len(fence["run"]) * _closes(fence, "~") for fence in reversed(fences)), max, initial=0)]
    opened: re.Match[str] | None = None
    for fence, closing in zip(fences, longest[-2::-1], strict=True):
        if opened is not None:
            if _closes(fence, opened["run"]):
                yield opened.start(), fence.end()
                opened = None
        elif fence["run"][0] == "`" or fence["info"] or (closing >= len(fence["run"]) and not _is_rule(text, fence)):
            opened = fence
    if opened is not None:
        yield opened.start(), len(text)


def _closes(fence: re.Match[str], run: str) -> bool:
    return not fence["info"] and not fence["before"].strip(" \t>") and fence["run"].startswith(run)


def _is_rule(text: str, tildes: re.Match[str]) -> bool:
    """Whether tildes part or underline text."""
    under = text[tildes.end() + 1 : tildes.end() + 1 + TITLE_LENGTH].partition("\n")[0]
    over = text[max(0, tildes.start() - 1 - TITLE_LENGTH) : max(0, tildes.start() - 1)].rpartition("\n")[2].strip()
    return not under.strip() or 0 < len(over) <= len(tildes["run"])


def _inline_code(text: str) -> Iterator[Range]:
    """`code`, between equal runs of backticks. Old quotation marks, ``so'' or `so', are not code: no mark closes them."""
    position = 0
    while opened := BACKTICKS.search(text, position):
        start, position = opened.span()
        closing = _run(position - start).search(text, position, start + INLINE_CODE_LENGTH)
        if closing is not None and _is_code(text, position, closing.start(), closing.end()):
            position = closing.end()
            yield start, position


@lru_cache(maxsize=32)
def _run(length: int) -> re.Pattern[str]:
    """A run of so many backticks and no more."""
    return re.compile(rf"`{{{length}}}(?!`)(?<!`{{{length + 1}}})")


def _is_code(text: str, start: int, end: int, following: int) -> bool:
    if text[start].isspace() or text[end - 1].isspace() or text.find("\n\n", start, end) >= 0:
        return False
    return not text[following : following + 1].isalnum()


def _markup(text: str, code: Sequence[Range]) -> Iterator[Range]:
    """Tags, comments, entities, and elements that hold code, other than those that begin in code; one that is never closed goes on to
    the end of its paragraph."""
    if "<" not in text and "&" not in text:
        return
    tags = [*_outside(TAG, text, code)]
    yield from tags
    position = 0
    unclosed: set[str] = set()
    for start, end in tags:
        if start < position or not (element := RAW_ELEMENT.fullmatch(text, start, end)):
            continue
        name = element[1].lower()
        closing = None if name in unclosed else re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, end)
        if closing is None:
            unclosed.add(name)
            closing = PARAGRAPH_END.search(text, end)
        position = closing.end() if closing else len(text)
        yield start, position


def _commands(text: str) -> Iterator[Range]:
    """Commands of LaTeX, and environments that hold code or math."""
    position = 0
    unclosed: set[str] = set()
    while command := COMMAND.search(text, position):
        position = command.end()
        name = command["raw"]
        if name and name not in unclosed:
            end = text.find(f"\\end{{{name}", position)
            position = max(end, position)
            if end < 0:
                unclosed.add(name)
        yield command.start(), position


def _outside(pattern: re.Pattern[str], text: str, ranges: Sequence[Range]) -> Iterator[Range]:
    """The spans that match and do not begin in one of the `merged` ranges."""
    position = 0
    rest = iter(ranges)
    low, high = next(rest, (0, 0))
    while match := pattern.search(text, position):
        while high and high <= match.start():
            low, high = next(rest, (0, 0))
        if low <= match.start() < high:
            position = high
        else:
            position = match.end()
            yield match.span()


def _deep_inside(text: str, hidden: Sequence[Range]) -> Iterator[Range]:
    """What lies between the first and the last blank of each hidden range: no word reaches from there to the outside."""
    for start, end in hidden:
        if end - start >= WORTH_SKIPPING and (blank := BLANK.search(text, start, end)):
            last = "" if text[end - 1].isspace() else text[start:end].rsplit(None, 1)[-1]
            yield blank.start(), end - len(last)


def _addresses(text: str, skipped: Iterable[Range] = ()) -> Iterator[Range]:
    """URLs, e-mail addresses, domains, file names and paths."""
    position = 0
    holes = iter(skipped)
    low, high = next(holes, (len(text), len(text)))
    while mark := MARK.search(text, position):
        while high <= mark.start():
            low, high = next(holes, (len(text), len(text) + 1))
        if low <= mark.start():
            position = high
            continue
        start, end = _word(text, mark.start(), position)
        position = max(end, mark.end())
        if end - start > ADDRESS_LENGTH:
            yield start, end
            continue
        while start < end and text[start] in OPENING:
            start += 1
        while end > start and text[end - 1] in CLOSING:
            end -= 1
        if match := ADDRESS.fullmatch(text, start, end):
            yield match.span()
        else:
            yield from (match.span() for match in EMBEDDED.finditer(text, start, end))


def _word(text: str, index: int, lower: int) -> tuple[int, int]:
    """The run of characters other than blanks around `index`, not further left than `lower`."""
    before = text[max(lower, index - ADDRESS_LENGTH) : index]
    start = index if before[-1:].isspace() else index - len("".join(before.rsplit(None, 1)[-1:]))
    end = BLANK.search(text, index)
    return start, end.start() if end else len(text)
