"""Paths of the command line → files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from unspin.errors import InputError
from unspin.reading.markup import FORMATS
from unspin.reading.source import STDIN

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = (".txt", *FORMATS)
GITIGNORE = ".gitignore"
EXCLUDE = Path("info", "exclude")


def files(path: str, excluded: Callable[[Path], bool] | None = None, respect_gitignore: bool = True) -> Iterator[str]:
    """The file itself, whatever it is, or the text files below a folder, sorted.

    In a folder, hidden files and folders, links, pipes, what git ignores and what is `excluded` are left out.
    InputError if the path is empty, or if a folder holds no text, or, behind the last file, if something in it cannot be looked at. A file
    is not looked at: reading it will tell.
    """
    if not path:
        raise InputError("a path is empty; for the working directory, write .")
    if path == STDIN or not _is_folder(path):
        yield path
        return
    root = Path(path)
    skipped = excluded or (lambda candidate: False)
    found = seen = False
    for file in _walk(root):
        seen = True
        if not skipped(file) and not (respect_gitignore and _is_gitignored(file)):
            found = True
            yield str(file)
    if not found:
        what = (
            "all text files in this folder are excluded or ignored by git"
            if seen
            else f"no text files ({_suffixes()}) in this folder; other files, .jsonl and .csv too, are read if you name them"
        )
        raise InputError(f"{path}: {what}")


def listed(listing: str) -> Iterator[str]:
    """The paths in a list of files, perhaps behind a byte order mark: one a line, as git writes it, or ended by NUL characters as
    `git ls-files -z` does."""
    if "\0" in listing:
        yield from filter(None, listing.split("\0"))
        return
    for line in listing.removeprefix("\ufeff").split("\n"):
        if path := line.rstrip("\r"):
            yield _unquoted(path)


def _unquoted(path: str) -> str:
    """The path that git puts in quotation marks, with the bytes of letters other than English ones in octal; others as they are."""
    if len(path) > 1 and path[0] == path[-1] == '"':
        with suppress(ValueError):
            return os.fsdecode(os.fsencode(path[1:-1]).decode("unicode_escape").encode("latin-1"))
    return path


def _is_folder(path: str) -> bool:
    """False also where that cannot be told; reading will say why."""
    try:
        return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises an error where access is denied
    except ValueError:  # a NUL in the path
        return False


def _suffixes() -> str:
    return ", ".join("*" + suffix for suffix in SUFFIXES)


def _walk(root: Path) -> Iterator[Path]:
    """The text files below a folder. InputError, behind the last of them, if something there cannot be looked at."""
    errors: list[OSError] = []

    def is_ours(file: Path) -> bool:
        try:
            # A link's target is found where it lies, or is not ours; a pipe would block.
            return file.is_file() and not file.is_symlink()
        except OSError as error:
            errors.append(error)
            return False

    for folder, subfolders, names in os.walk(root, onerror=errors.append):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES) and not name.startswith(".") and is_ours(file := Path(folder, name)):
                yield file
    if errors:
        more = f"; and {len(errors) - 1} more" if len(errors) > 1 else ""
        raise InputError(f"{errors[0].filename}: cannot be looked at ({errors[0].strerror}){more}") from errors[0]


def _is_gitignored(file: Path) -> bool:
    """Whether git would ignore the file: the rules nearest to it decide, and nothing inside an ignored folder comes back."""
    absolute = file.absolute()
    folders = [*_within_repository(absolute.parent)]
    for depth in range(len(folders) - 1, -1, -1):
        target = absolute if depth == 0 else folders[depth - 1]
        nearest_first = [(folder, folder / GITIGNORE) for folder in folders[depth:]]
        root = folders[-1]
        for folder, file_of_rules in [*nearest_first, (root, _git_folder(root) / EXCLUDE), (root, _excludes_file(root))]:
            rules = _rules(file_of_rules)
            if rules is None:
                continue
            name = target.relative_to(folder).as_posix() + ("/" if depth else "")
            if (verdict := rules.check_file(name).include) is not None:
                if verdict:
                    return True
                break
    return False


@lru_cache(maxsize=4096)
def _within_repository(folder: Path) -> tuple[Path, ...]:
    """The folder and those above it, up to the root of its git repository; none outside a repository."""
    chain: list[Path] = []
    for parent in (folder, *folder.parents):
        chain.append(parent)
        if os.path.lexists(parent / ".git"):
            return tuple(chain)
    return ()


@lru_cache(maxsize=256)
def _git_folder(repository: Path) -> Path:
    """Where git keeps what all working trees of a repository have in common: `.git`, or, of a linked one and of a submodule, where the file
    of that name leads."""
    folder = repository / ".git"
    with suppress(OSError):  # that is a folder
        folder = repository / _line(folder).removeprefix("gitdir: ")
        folder /= _line(folder / "commondir")
    return folder


def _line(file: Path) -> str:
    return os.fsdecode(file.read_bytes()).rstrip("\r\n")


@lru_cache(maxsize=256)
def _excludes_file(repository: Path) -> Path:
    """Where the user keeps rules for all repositories: git's `core.excludesFile`, or what git takes if that is not set."""
    import subprocess

    command = ["git", "-C", str(repository), "config", "--path", "--null", "--get", "core.excludesFile"]
    with suppress(OSError):  # git is not installed
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode == 0:
            return repository / os.fsdecode(done.stdout.removesuffix(b"\0"))
    settings = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - Path's raises an error without home
    return Path(settings, "git", "ignore")


@lru_cache(maxsize=4096)
def _rules(file: Path) -> GitIgnoreSpec | None:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    from pathspec import GitIgnoreSpec

    lines = []
    for line in text.splitlines():
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:  # git ignores a pattern that makes no sense to it, too
            continue
        lines.append(line)
    return GitIgnoreSpec.from_lines(lines)
