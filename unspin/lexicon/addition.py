"""A new entry in a dictionary file: put where it belongs, or merged into the line that is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from unspin.errors import DictionaryError
from unspin.lexicon.entry import Kind, Source
from unspin.lexicon.load import COMMENT, PARSERS, SPLIT_ALTERNATIVES, SPLIT_ITEMS, SUFFIX, clean, kind_of
from unspin.reading import writing
from unspin.spelling import spelled_alike

HEADERS = {
    Kind.WORD: "canonical <TAB> part of speech <TAB> spun, spun:weight, …",
    Kind.PHRASE: "spun <TAB> canonical | canonical <TAB> flags <TAB> note",
    Kind.NAME: "name <TAB> acronym <TAB> kind <TAB> spun | spun",
    Kind.TERM: "term <TAB> spun | spun",
    Kind.COLLOCATION: "collocation <TAB> spun | spun",
    Kind.PART: "canonical <TAB> part of speech <TAB> spun, spun:weight, …",
}
SPUN_FIELD = {Kind.NAME: 3, Kind.TERM: 1, Kind.COLLOCATION: 1}
WORDS = Kind.WORD, Kind.PART
WORD_SEPARATORS = ",:"


@dataclass(frozen=True, slots=True)
class Addition:
    """What a user wants to add: spinners write `spun` where the author wrote `canonical`."""

    spun: str
    canonical: str
    pos: str | None = None
    weight: float | None = None
    flags: tuple[str, ...] = ()
    note: str = ""


def add(path: Path, addition: Addition) -> str:
    """Add to a dictionary file, which is created if need be; what was done, in words.

    ValueError if the entry is wrong or there already; DictionaryError or OutputError if the file cannot be read or written.
    """
    if path.suffix != SUFFIX:
        raise ValueError(f"{path}: call it …{SUFFIX}; no other file of a folder is read as a dictionary")
    kind = kind_of(path)
    addition = _checked(addition, kind)
    lines = _read(path) if path.exists() else [f"# {HEADERS[kind]}"]
    place, fields = _find(lines, addition, kind)
    merged = _merge(fields, addition, kind, f"{path}:{(place or 0) + 1}")
    new = "\t".join(merged).rstrip("\t")
    list(PARSERS[kind](new.split("\t"), Source(str(path), (place or 0) + 1)))
    if place is not None:
        lines[place] = new
        done = f"extended line {place + 1}"
    else:
        place = _place(lines, merged)
        lines.insert(place, new)
        done = f"added line {place + 1}"
    path.parent.mkdir(parents=True, exist_ok=True)
    writing.write(path, ("\n".join(lines) + "\n").encode())
    return f"{done}: {new}"


def _checked(addition: Addition, kind: Kind) -> Addition:
    """The addition without blanks around its texts. ValueError if the file could not be read with it, or would say something else."""
    for text in (addition.spun, addition.canonical, addition.note, *addition.flags):
        if "\t" in text or len(f"{text}.".splitlines()) > 1:
            raise ValueError("an entry is one line: no tabs or line breaks in its fields")
    spun, canonical = clean(addition.spun, "spun text"), clean(addition.canonical, "canonical text")
    listed, separators = canonical if kind is Kind.PHRASE else spun, WORD_SEPARATORS if kind in WORDS else SPLIT_ALTERNATIVES
    if found := set(listed) & set(separators.replace(" ", "")):
        raise ValueError(
            f"{listed!r}: no {' and '.join(sorted(found))} in what a dictionary of {kind.value} lists; add one at a time"
        )
    if spun.startswith(COMMENT) or canonical.startswith(COMMENT):
        raise ValueError(f"an entry cannot start with {COMMENT}: such lines are comments")
    if kind in WORDS and addition.pos is None:
        raise ValueError("a dictionary of words needs the part of speech: --pos noun, verb, adj, adv, func or form")
    if kind not in WORDS and (addition.pos is not None or addition.weight is not None):
        raise ValueError("--pos and --weight are for dictionaries of words (a file that is called words….tsv or lies in words/)")
    if kind is Kind.WORD and spelled_alike(spun.lower(), canonical.lower()):
        raise ValueError(f"{spun} and {canonical} are spellings of one word, between which the author chose")
    if kind is not Kind.PHRASE and (addition.flags or addition.note):
        raise ValueError("--flag and --note are for dictionaries of phrases")
    return replace(addition, spun=spun, canonical=canonical)


def _read(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n").split("\n")
    except UnicodeDecodeError as error:
        raise DictionaryError(f"{path}: not UTF-8 at byte {error.start}; save the dictionary as UTF-8") from error
    except OSError as error:
        raise DictionaryError(f"{path}: {error.strerror}") from error


def _key(addition: Addition, kind: Kind) -> list[str]:
    """The first fields, by which an existing line for the same thing is known."""
    if kind in WORDS:
        return [addition.canonical, addition.pos or ""]
    return [addition.spun if kind is Kind.PHRASE else addition.canonical]


def _find(lines: list[str], addition: Addition, kind: Kind) -> tuple[int | None, list[str]]:
    """The index and the fields of the line to extend; (None, the first fields of a new line) if there is none."""
    key = _key(addition, kind)
    for index, line in enumerate(lines):
        fields = line.split("\t")
        if not line.startswith(COMMENT) and [field.strip() for field in fields[: len(key)]] == key:
            return index, fields
    return None, key


def _merge(fields: list[str], addition: Addition, kind: Kind, where: str) -> list[str]:
    """The line's fields with the addition. ValueError if they say so already."""
    if kind in WORDS:
        spun = [item for item in (fields[2] if len(fields) > 2 else "").split(SPLIT_ITEMS) if item]
        if addition.spun in (item.partition(":")[0].strip() for item in spun):
            raise _duplicate(addition, where)
        new = addition.spun if addition.weight is None else f"{addition.spun}:{addition.weight:g}"
        return [*fields[:2], SPLIT_ITEMS.join([*spun, new])]
    at = 1 if kind is Kind.PHRASE else SPUN_FIELD[kind]
    fields = fields + [""] * (at + 1 - len(fields))
    new = addition.canonical if kind is Kind.PHRASE else addition.spun
    held = [item for item in fields[at].split(SPLIT_ALTERNATIVES) if item]
    if new in held:
        raise _duplicate(addition, where)
    fields[at] = SPLIT_ALTERNATIVES.join([*held, new])
    if kind is Kind.PHRASE:
        fields += [""] * (4 - len(fields))
        flags = [flag for flag in fields[2].split(",") if flag]
        fields[2] = ",".join(dict.fromkeys([*flags, *addition.flags]))
        fields[3] = addition.note or fields[3]
    return fields


def _duplicate(addition: Addition, where: str) -> ValueError:
    return ValueError(f"{where}: {addition.spun!r} for {addition.canonical!r} is there already")


def _place(lines: list[str], fields: list[str]) -> int:
    """Where a new line belongs: before the first entry that sorts after it. Comments stay where they are."""
    new = "\t".join(fields)
    for index, line in enumerate(lines):
        if line.strip() and not line.startswith(COMMENT) and line > new:
            return index
    return len(lines)
