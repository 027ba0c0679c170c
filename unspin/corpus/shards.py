"""The files that a corpus consists of, and where what becomes of them goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from glob import has_magic
from pathlib import Path

from unspin.corpus.journal import numbered
from unspin.corpus.jsonl import ENDINGS
from unspin.corpus.packing import is_stream
from unspin.corpus.run import Shard
from unspin.corpus.work import EDITS, JSONL, PARQUET
from unspin.errors import InputError

FORMATS = {**dict.fromkeys(ENDINGS, JSONL), ".parquet": PARQUET}
REJECTS = ".rejects.jsonl"
WORK = ".unspin"


def is_several(path: str) -> bool:
    """Whether a path stands for several files: a folder, or a pattern with * ? or [ ] that is no file itself."""
    return Path(path).is_dir() or (has_magic(path) and not Path(path).exists())


def single(source: str, target: str, rejects: str | None = None, output: str | None = None) -> Shard:
    """A corpus in one file, written in a format, or in that of the job; "-" stands for the standard streams. Rejects of a stream or a
    device are in a new file of the current folder, and not in place of those of another stream, which may be nowhere else."""
    if is_stream(target):
        return Shard(source, target, rejects or _new_rejects(), "unspin" + WORK, output)
    return Shard(source, target, rejects or target + REJECTS, target + WORK, output)


def _new_rejects() -> str:
    return str(next(path for path in numbered("unspin" + REJECTS) if not path.exists()))


def several(path: str, folder: str, output: str | None = None, rejects: str | None = None) -> list[Shard]:
    """The shards in a folder or of a pattern, by name, written in a format, or each in its own. What is written keeps the names; folders
    that begin with _ are not shards.

    InputError if there are none, or if two would be written to the same file.
    """
    base = Path(path) if Path(path).is_dir() else _base(path)
    shards = []
    for source in files(path):
        relative = Path(source).relative_to(base)
        written = output or format_of(source) or JSONL
        name = relative.with_name(renamed(relative.name, written))
        kept = Path(rejects) if rejects else Path(folder) / "_rejects"
        work = str(Path(folder) / "_unspin" / name)
        shards.append(Shard(source, str(Path(folder) / name), str(kept / f"{name}{REJECTS}"), work, written))
    target, count = Counter(shard.target for shard in shards).most_common(1)[0]
    if count > 1:
        raise InputError(f"{path}: two shards would both be written to {target}")
    return shards


def mixes(path: str, folder: str) -> bool:
    """Whether what is written to a folder could be taken for shards of a folder or pattern, or in their place."""
    base, inside = Path(path) if Path(path).is_dir() else _base(path), Path(folder).resolve()
    if Path(path).is_dir() or "**" in Path(path).parts:
        return base.resolve() in (inside, *inside.parents)
    return base.resolve() == inside


def renamed(name: str, output: str) -> str:
    """The name of a shard when it is written in a format; its own if it has that format already."""
    ending = next((ending for ending in sorted(FORMATS, key=len, reverse=True) if name.endswith(ending)), "")
    if output == EDITS:
        return name.removesuffix(ending) + ".edits.jsonl"
    if FORMATS.get(ending) == output:
        return name
    return name.removesuffix(ending) + (".jsonl" if output == JSONL else ".parquet")


def format_of(path: str) -> str | None:
    """The format that a name says; None if it says none."""
    return next((FORMATS[ending] for ending in FORMATS if path.endswith(ending)), None)


def files(path: str) -> list[str]:
    """The corpus files that a path, a folder or a pattern stands for, by name; hidden ones are left out, those that begin with _, and
    rejects. A pattern with an ending takes whatever else it names. Links that lead nowhere are among them, so that they are told.
    InputError if there are none."""
    if Path(path).is_file():
        return [path]
    ending = "" if Path(path).is_dir() else Path(path).suffix
    named = bool(ending) and not has_magic(ending)
    found = sorted(str(file) for file in _found(path) if named or format_of(file.name))
    if not found:
        raise InputError(f"{path}: no corpus files there ({', '.join(FORMATS)})")
    return found


def left_out(path: str) -> list[str]:
    """The files of a folder that are no corpus files by their names, unless these say that they are none of the corpus; and links to other
    folders, which are not followed."""
    return sorted(str(file) for file in _found(path) if not format_of(file.name)) if Path(path).is_dir() else []


def _found(path: str) -> Iterator[Path]:
    base = Path(path) if Path(path).is_dir() else _base(path)
    pattern = "**/*" if Path(path).is_dir() else str(Path(path).relative_to(base))
    for file in base.glob(pattern):
        hidden = any(part[0] in "._" for part in file.relative_to(base).parts)
        if not hidden and not file.name.endswith(REJECTS) and (file.is_file() or file.is_symlink()):
            yield file


def _base(pattern: str) -> Path:
    """The folder that the names of a pattern's files are relative to: what comes before its first part with a wildcard."""
    parts = Path(pattern).parts
    return Path(*parts[: next(i for i, part in enumerate(parts) if has_magic(part))])
