"""Configuration: `.unspin.toml`, `[tool.unspin]` in pyproject.toml or `[unspin]` in setup.cfg. The nearest folder that has one wins."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from unspin.errors import ConfigError
from unspin.findings import Tier
from unspin.linting.values import (
    CODES,
    FLAG,
    FORMAT,
    MODEL,
    NUMBER,
    PATH,
    PATHS,
    PATTERNS,
    REGEXES,
    STRINGS,
    TIER,
    Kind,
    did_you_mean,
    expected,
    gitignore,
    quoted,
    shown,
    toml,
)

OWN, PYPROJECT, SETUP = NAMES = (".unspin.toml", "pyproject.toml", "setup.cfg")
PER_PATH = "per-path"
SECTION = "unspin"
MISTAKEN = re.compile(rf"tool[:.]{SECTION}\b|{SECTION}[.:]{PER_PATH}\b")
"""How the section of another tool, or ours in TOML, would be called in setup.cfg."""
OPTIONS = {"fix-tier": "tier", "fields": "field", "dictionaries": "dictionary"}
"""Keys that have another name on the command line."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the configuration, as files spell it. `per_path` says whether it can be set for some paths only."""

    name: str
    kind: Kind
    default: Any
    help: str
    per_path: bool

    @property
    def attribute(self) -> str:
        """Its name in `Settings`."""
        return self.name.replace("-", "_")


def _per_path(value: Any, root: Path) -> tuple[PathSettings, ...]:
    if isinstance(value, Mapping) and all(isinstance(table, Mapping) for table in value.values()):
        return tuple(PathSettings.parse(pattern, table, root) for pattern, table in value.items())
    raise expected("a table of tables, one for each pattern", value)


SECTIONS = Kind("table of patterns", _per_path)


def _key(kind: Kind, help: str, *, per_path: bool = False) -> dict[str, Any]:
    return {"kind": kind, "help": help, "per_path": per_path}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a configuration file says, with defaults for what it does not say. Paths are absolute, except the name of a model.

    `root` is the folder that patterns are relative to: that of the file `source`, or the working directory if there is no file. Those
    of `exclude` are relative to `exclude_root`, if they come from the command line: the working directory.
    """

    tier: Tier = field(
        default=Tier.LIKELY, metadata=_key(TIER, "`check` shows findings of this tier and the safer ones.", per_path=True)
    )
    fix_tier: Tier = field(
        default=Tier.SAFE, metadata=_key(TIER, "`fix` writes findings of this tier and the safer ones.", per_path=True)
    )
    select: tuple[str, ...] = field(
        default=("US",), metadata=_key(CODES, "Codes to report, or how they begin: `US1`.", per_path=True)
    )
    ignore: tuple[str, ...] = field(default=(), metadata=_key(CODES, "Codes not to report, of those selected.", per_path=True))
    exclude: tuple[str, ...] = field(default=(), metadata=_key(PATTERNS, "Files and folders to leave out."))
    respect_gitignore: bool = field(default=True, metadata=_key(FLAG, "Leave out what git ignores."))
    skip_quotes: bool = field(default=False, metadata=_key(FLAG, "Leave quotations alone.", per_path=True))
    ignore_words: tuple[str, ...] = field(
        default=(), metadata=_key(STRINGS, "Entries or texts never to report, in any case.", per_path=True)
    )
    ignore_regex: tuple[re.Pattern[str], ...] = field(
        default=(), metadata=_key(REGEXES, "Text that these match is never touched.", per_path=True)
    )
    dictionaries: tuple[Path, ...] = field(
        default=(), metadata=_key(PATHS, "Dictionaries beside the built-in ones, relative to this file.")
    )
    model: Path | None = field(
        default=None,
        metadata=_key(
            MODEL, "A neural model to ask too (`smollm2`, `auto`), or an ARPA file for the trigrams, relative to this file."
        ),
    )
    baseline: Path | None = field(
        default=None,
        metadata=_key(PATH, "A file of known findings, which are neither reported nor mended, relative to this file."),
    )
    format: str = field(default="text", metadata=_key(FORMAT, "How `check` writes its report."))
    jobs: int = field(default=0, metadata=_key(NUMBER, "How many processes to use; 0: one for each core."))
    cache: bool = field(default=True, metadata=_key(FLAG, "Remember the analysis of unchanged files."))
    exit_zero: bool = field(default=False, metadata=_key(FLAG, "Exit with 0 even if there are findings."))
    unused_ignores: bool = field(default=False, metadata=_key(FLAG, "Report comments that silence nothing."))
    fields: tuple[str, ...] = field(default=("text",), metadata=_key(STRINGS, "Columns of .jsonl and .csv files that hold text."))
    per_path: tuple[PathSettings, ...] = field(
        default=(), metadata=_key(SECTIONS, "Other values for the paths that a gitignore pattern matches.")
    )
    root: Path = field(default_factory=Path.cwd)
    exclude_root: Path | None = None
    source: Path | None = field(default=None, compare=False)

    def for_path(self, path: Path) -> Settings:
        """These settings with what `per-path` says about `path`; where several patterns match, the later wins, key by key."""
        if not self.per_path or (relative := _below(self.root, path)) is None:
            return self
        values: dict[str, Any] = {}
        for section in self.per_path:
            if section.matches(relative):
                values.update(section.values)
        return replace(self, **values) if values else self

    def overridden(self, overrides: Mapping[str, Any]) -> Settings:
        """These settings with `overrides`, attribute → value, which win over `per-path` too."""
        sections = tuple(replace(section, values=_without(section.values, overrides)) for section in self.per_path)
        return replace(self, per_path=sections, **overrides) if overrides else self

    def selects(self, code: str) -> bool:
        """Whether findings of this code are reported."""
        return code.startswith(self.select) and not code.startswith(self.ignore)

    def excludes(self, path: Path) -> bool:
        """Whether a file is not to be looked at."""
        if not self.exclude:
            return False
        relative = _below(self.exclude_root or self.root, path)
        if relative is None and self.exclude_root:
            relative = _beside(self.exclude_root, path)
        return relative is not None and gitignore(*self.exclude).match_file(relative)


KEYS: tuple[Key, ...] = tuple(
    Key(entry.name.replace("_", "-"), entry.metadata["kind"], entry.default, entry.metadata["help"], entry.metadata["per_path"])
    for entry in fields(Settings)
    if entry.metadata
)
"""Every key, in the order of `Settings`."""

_ALL = {key.name: key for key in KEYS}
_FOR_PATHS = {key.name: key for key in KEYS if key.per_path}


@dataclass(frozen=True, slots=True)
class PathSettings:
    """The attributes that have other values for the paths that `pattern` matches."""

    pattern: str
    values: tuple[tuple[str, Any], ...]

    @classmethod
    def parse(cls, pattern: str, table: Mapping[str, Any], root: Path) -> PathSettings:
        """A table of `per-path`. _KeyProblem if a key in it is wrong, ValueError if the pattern is."""
        try:
            matches = any(rule.include for rule in gitignore(pattern).patterns)
        except ValueError:
            matches = False
        if not matches:
            raise ValueError(f"has the pattern {shown(pattern)}, which matches no path")
        return cls(pattern, tuple(_parsed(table, _FOR_PATHS, root, pattern).items()))

    def matches(self, relative: str) -> bool:
        """Whether a path, relative to the folder of the configuration and with slashes, is meant."""
        return gitignore(self.pattern).match_file(relative)


def load(file: Path) -> Settings:
    """Read one configuration file. ConfigError if it cannot be read, says nothing about unspin, or anything in it is wrong."""
    file = _absolute(file)
    section = _section(file, _bytes(file))
    if section is None:
        raise ConfigError(f"{_called(file)}: has no {_heading(file)}; add it, or name another file")
    try:
        return Settings(root=file.parent, source=file, **_parsed(section, _ALL, file.parent))
    except _KeyProblem as problem:
        raise ConfigError(f"{_called(file)}: {problem.told(_heading(file, problem.pattern))}") from problem


def find(start: Path) -> Path | None:
    """The configuration file that governs a file or folder: of the nearest folder, upward, that has one.

    The search ends after a folder that contains `.git`. ConfigError if a file that may be the one cannot be read.
    """
    return next((file for folder in _upward(start) if (file := _in_folder(folder)) is not None), None)


@dataclass(slots=True)
class Configurations:
    """The configurations of a run. Each file is read once, each folder searched once; in an `isolated` run, none."""

    isolated: bool = False
    _by_file: dict[Path, Settings] = field(default_factory=dict)
    _by_folder: dict[Path, Settings] = field(default_factory=dict)

    def settings_for(
        self, path: Path, explicit: Path | None = None, overrides: Mapping[str, Any] = MappingProxyType({})
    ) -> Settings:
        """The settings for a file: of the configuration file `explicit`, or else of the one that governs the path.

        `overrides` are options of the command line, attribute → value as in `Settings` or in a file; paths are relative to the
        working directory. They win over everything; None, and the empty tuple of an option not given, are no override.
        ConfigError if an option or the file is wrong.
        """
        settings = self._loaded(explicit) if explicit is not None else self._governing(path)
        return settings.overridden(_options(overrides)).for_path(path)

    def _governing(self, path: Path) -> Settings:
        if self.isolated:
            return Settings()
        nearest = path if os.path.isdir(path) else path.parent  # noqa: PTH112 - Path.is_dir raises an error where access is denied
        if (known := self._by_folder.get(nearest)) is not None:
            return known
        passed = [nearest]
        settings = None
        for folder in _upward(nearest):
            settings = self._by_folder.get(folder)
            if settings is None:
                passed.append(folder)
                if (file := _in_folder(folder)) is not None:
                    settings = self._loaded(file)
            if settings is not None:
                break
        settings = settings or Settings()
        self._by_folder.update(dict.fromkeys(passed, settings))
        return settings

    def _loaded(self, file: Path) -> Settings:
        if file not in self._by_file:
            self._by_file[file] = load(file)
        return self._by_file[file]


def show(settings: Settings) -> str:
    """A `.unspin.toml` that says the same if it stands in the folder `settings.root`."""
    origin = f"settings of {str(settings.source)!r}" if settings.source else "built-in settings; there is no configuration file"
    lines = [f"# {origin}"]
    for key in KEYS:
        value = getattr(settings, key.attribute)
        if value is None:
            lines.append(f"# {key.name} is not set")
        elif key.name != PER_PATH:
            lines.append(f"{key.name} = {toml(value, settings.root)}")
    for section in settings.per_path:
        lines += ["", f"[{PER_PATH}.{quoted(section.pattern)}]"]
        lines += [f"{name.replace('_', '-')} = {toml(value, settings.root)}" for name, value in section.values]
    return "\n".join(lines) + "\n"


def reference() -> str:
    """The keys as a Markdown table."""
    rows = ["| key | type | default | per path | what it does |", "|---|---|---|---|---|"]
    for key in KEYS:
        default = "" if key.default is None or key.name == PER_PATH else f"`{toml(key.default, Path())}`"
        rows.append(f"| `{key.name}` | {key.kind.name} | {default} | {'yes' if key.per_path else ''} | {key.help} |")
    return "\n".join(rows) + "\n"


class _KeyProblem(Exception):
    """A key, or its value, is wrong. `subject` and `predicate` make a sentence around the section; `pattern` is of a `per-path`."""

    def __init__(self, subject: str, predicate: str, pattern: str | None = None):
        super().__init__(subject, predicate, pattern)
        self.subject, self.predicate, self.pattern = subject, predicate, pattern

    def told(self, heading: str) -> str:
        return f"{self.subject}{heading and ' in ' + heading}{self.predicate}"


def _parsed(table: Mapping[str, Any], keys: Mapping[str, Key], root: Path, pattern: str | None = None) -> dict[str, Any]:
    """A table of these keys as attribute → value."""
    values = {}
    for name, value in table.items():
        if name not in keys:
            if name in _ALL:
                raise _KeyProblem(shown(name), f" cannot be set per path; only {', '.join(keys)}", pattern)
            known = did_you_mean(name.lower(), keys) or f"; the keys are {', '.join(keys)}"
            advice = "; in this file keys stand alone, without [tool.unspin]" if name in ("tool", "unspin") else known
            raise _KeyProblem(f"unknown key {shown(name)}", advice, pattern)
        try:
            values[keys[name].attribute] = keys[name].kind.parse(value, root)
        except ValueError as error:
            raise _KeyProblem(shown(name), f" {error}", pattern) from error
    return values


def _options(overrides: Mapping[str, Any]) -> dict[str, Any]:
    values = {}
    for attribute, value in overrides.items():
        key = _ALL.get(attribute.replace("_", "-"))
        if key is None or key.name == PER_PATH:
            raise TypeError(f"no option can override {attribute!r}")
        if value is None or value == ():
            continue
        try:
            values[attribute] = key.kind.parse(value, Path.cwd())
        except ValueError as error:
            raise ConfigError(f"--{OPTIONS.get(key.name, key.name)} {error}") from error
    if "exclude" in values:
        values["exclude_root"] = Path.cwd()
    return values


def _without(values: tuple[tuple[str, Any], ...], overrides: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, value) for name, value in values if name not in overrides)


def _upward(start: Path) -> Iterator[Path]:
    path = _absolute(start)
    is_folder = os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises an error where access is denied
    for folder in (path, *path.parents) if is_folder else path.parents:
        yield folder
        if os.path.lexists(folder / ".git"):
            return


def _in_folder(folder: Path) -> Path | None:
    for name in NAMES:
        file = folder / name
        if not os.path.lexists(file):
            continue
        if name == OWN:
            return file
        # Somebody else's setup.cfg may be in any encoding, or broken; it must not stop us.
        data = _bytes(file)
        if SECTION.encode() in data and _section(file, data) is not None:
            return file
    return None


def _bytes(file: Path) -> bytes:
    try:
        mode = file.stat().st_mode
        if stat.S_ISREG(mode):
            return file.read_bytes()
    except FileNotFoundError as error:
        what = "a link to a file that does not exist" if file.is_symlink() else "no such file"
        raise ConfigError(f"{_called(file)}: {what}") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise ConfigError(f"{_called(file)}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    # A pipe would block.
    raise ConfigError(f"{_called(file)}: is {'a folder' if stat.S_ISDIR(mode) else 'a device or pipe'}, not a file; rename it")


def _section(file: Path, data: bytes) -> Mapping[str, Any] | None:
    """What the file says about unspin, as TOML would give it; None if it has no such section."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{_called(file)}:{line}: not valid UTF-8; save the file as UTF-8") from error
    if _is_ini(file):
        return _ini(file, text)
    table = _toml_table(file, text)
    if file.name != PYPROJECT:
        return table
    if SECTION in table:
        raise ConfigError(f"{_called(file)}: [{SECTION}] is not looked at; write {_heading(file)}")
    tool = table.get("tool")
    section = tool.get(SECTION) if isinstance(tool, Mapping) else None
    if section is None or isinstance(section, Mapping):
        return section
    raise ConfigError(f"{_called(file)}: {_heading(file)} must be a table, not {shown(section)}")


def _toml_table(file: Path, text: str) -> Mapping[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except ValueError as error:  # not only TOMLDecodeError: Python refuses numbers of thousands of digits
        at = re.search(r"at line (\d+)|(at end of document)", str(error))
        line = "" if at is None else f":{at[1] or len(text.splitlines())}"
        raise ConfigError(f"{_called(file)}{line}: invalid TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{_called(file)}: invalid TOML: nested too deeply") from error


def _ini(file: Path, text: str) -> Mapping[str, Any] | None:
    import configparser

    parser = configparser.RawConfigParser(default_section="")  # [DEFAULT] is nothing special here
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except configparser.ParsingError as error:  # also a missing section header
        line = getattr(error, "lineno", None) or error.errors[0][0]
        raise ConfigError(f"{_called(file)}:{line}: neither a [section] nor a key = value") from error
    except (configparser.DuplicateOptionError, configparser.DuplicateSectionError) as error:
        what = f"key {error.option!r}" if isinstance(error, configparser.DuplicateOptionError) else f"section [{error.section}]"
        raise ConfigError(f"{_called(file)}:{error.lineno}: {what} is there twice; remove one") from error

    if (wrong := next(filter(MISTAKEN.match, parser.sections()), None)) is not None:
        raise ConfigError(
            f"{_called(file)}: [{wrong}] is not looked at; write [{SECTION}], or [{SECTION}:PATTERN] for the paths that match"
        )

    def table(section: str) -> dict[str, Any]:
        return {name: _ALL[name].kind.from_text(text) if name in _ALL else text for name, text in parser.items(section)}

    prefix = f"{SECTION}:"
    patterns = {name.removeprefix(prefix): table(name) for name in parser.sections() if name.startswith(prefix)}
    if not patterns and not parser.has_section(SECTION):
        return None
    values = table(SECTION) if parser.has_section(SECTION) else {}
    if patterns:
        values.setdefault(PER_PATH, patterns)
    return values


def _is_ini(file: Path) -> bool:
    return file.suffix in {".cfg", ".ini"}


def _heading(file: Path, pattern: str | None = None) -> str:
    """The section of a file that concerns unspin, or the one for a pattern; nothing where keys stand at the top level."""
    if _is_ini(file):
        return f"[{SECTION}]" if pattern is None else f"[{SECTION}:{pattern}]"
    path = [
        *(["tool", SECTION] if file.name == PYPROJECT else []),
        *([PER_PATH, quoted(pattern)] if pattern is not None else []),
    ]
    return f"[{'.'.join(path)}]" if path else ""


def _below(root: Path, path: Path) -> str | None:
    """The path from a folder, with slashes; None if it leads out of it."""
    for normal in (_absolute, os.path.realpath):  # links last: a link in the folder is matched by its own name
        given, folder = Path(normal(path)), Path(normal(root))
        if given.is_relative_to(folder):
            return given.relative_to(folder).as_posix()
    return None


def _beside(root: Path, path: Path) -> str:
    """The path from a folder out of which it leads, with slashes; on another drive, the whole path."""
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:
        return path.as_posix()


def _absolute(path: Path) -> Path:
    """The path from the file system root, without "..", links as they are."""
    return Path(os.path.normpath(Path.cwd() / path))


def _called(file: Path) -> Path:
    """The file as a user in the working directory would call it."""
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
