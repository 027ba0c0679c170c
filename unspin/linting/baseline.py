"""Findings that are accepted for now: a file of fingerprints that survive whatever happens around the lines."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from unspin.errors import ConfigError
from unspin.findings import Finding, Report, Tier
from unspin.reading import writing
from unspin.reading.source import STDIN

VERSION = 3
KEY = "unspin-baseline"
CONTEXT = 3  # words on either side
NEAR = 2  # words on one side alone
REACH = 200  # code points in which they are looked for
DIGITS = 12  # of the hash of a finding with its words on one side


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of a baseline, by hashes of its code, its text and the words around it; how often it occurs.

    `before` and `after` hash one side only: whoever mends a word beside it changes one of them. Code, tier and text are for people, too.
    """

    fingerprint: str
    before: str
    after: str
    count: int
    code: str
    tier: Tier
    text: str


def fingerprint(finding: Finding, report: Report, path: str) -> str:
    """32 hexadecimal digits that name a finding in its file: by code, text and the words around it, never by its place.

    `path` is no part of it: a baseline lists the fingerprints file by file.
    """
    return _known(finding, report).fingerprint


class Baseline:
    """The known findings of each file."""

    def __init__(self, root: Path, files: dict[str, list[Known]]):
        self._root = root
        self._files = files
        self._gone: dict[str, int] = {}

    @classmethod
    def of(cls, root: Path, found: Iterable[tuple[str, Report, Sequence[Finding]]]) -> Baseline:
        """The baseline of these findings; its paths are relative to the folder `root`."""
        files: dict[str, list[Known]] = {}
        for path, report, findings in found:
            counted: dict[str, Known] = {}
            for finding in findings:
                known = _known(finding, report)
                earlier = counted.get(known.fingerprint)
                counted[known.fingerprint] = replace(known, count=earlier.count + 1) if earlier else known
            files[_relative(path, root)] = [*counted.values()]
        return cls(root, files)

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Read a baseline. ConfigError if there is none or it is broken."""
        name = os.path.relpath(path) if path.absolute().is_relative_to(Path.cwd()) else path
        try:
            data = json.loads(path.read_bytes())
            if data[KEY] != VERSION:
                raise ConfigError(f"{name}: is of version {data[KEY]!r}, not {VERSION}; remove it and make it anew")
            files = {str(file): [_checked(entry) for entry in entries] for file, entries in data["files"].items()}
        except FileNotFoundError as error:
            raise ConfigError(f"{name}: no such baseline; make one with --write-baseline {name}") from error
        except OSError as error:
            raise ConfigError(f"{name}: cannot be read ({error.strerror})") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ConfigError(
                f"{name}: is no baseline of unspin, or a damaged one; name another file, or remove it before --write-baseline"
            ) from error
        return cls(path.absolute().parent, files)

    def __len__(self) -> int:
        return sum(known.count for file in self._files.values() for known in file)

    def keep(self, older: Baseline) -> None:
        """Take over what another baseline of this folder knows about files that this one does not, if they are still there."""
        for file, known in older._files.items():
            if file not in self._files and (self._root / file).is_file():
                self._files[file] = known

    def write(self, path: Path) -> None:
        """Write it, sorted, one finding a line, so that version control shows what changed. OutputError."""
        files = {
            name: [asdict(known) for known in sorted(file, key=lambda known: (known.text, known.fingerprint))]
            for name, file in sorted(self._files.items())
            if file
        }
        blocks = [
            f"  {json.dumps(name, ensure_ascii=False)}: [\n"
            + ",\n".join(f"   {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
            + "\n  ]"
            for name, entries in files.items()
        ]
        body = ",\n".join(blocks)
        writing.write(path, f'{{"{KEY}": {VERSION}, "files": {{\n{body}\n}}}}\n'.encode("utf-8", "surrogatepass"))

    def filter(
        self, path: str, report: Report, tier: Tier = Tier.POSSIBLE, selects: Callable[[str], bool] = lambda code: True
    ) -> list[Finding]:
        """The findings of this tier and the safer ones that are not known; each known one counts once.

        One that has changed its tier is known all the same. Of the others none is gone that is of a code that nobody selects, or of a
        less safe tier when it became known. A file that is not known is one that was, if it was moved.
        """
        name = _relative(path, self._root)
        marked = [(finding, _known(finding, report)) for finding in report.findings]
        if marked and name not in self._files and (former := self._former({mark.fingerprint for _, mark in marked})):
            self._files[name] = self._files.pop(former)
        file = self._files.get(name, [])
        left = [known.count for known in file]
        new = [pair for pair in marked if tier.includes(pair[0].tier)]
        others = [pair for pair in marked if not tier.includes(pair[0].tier)]
        for side in ("fingerprint", "before", "after"):
            new, others = _unknown(new, file, left, side), _unknown(others, file, left, side)
        self._gone[name] = sum(
            count for known, count in zip(file, left, strict=True) if selects(known.code) and tier.includes(known.tier)
        )
        return [finding for finding, _ in new]

    def _former(self, fingerprints: set[str]) -> str | None:
        """The known file, there no more, in which most of these findings were; None if fewer than half of them were in any."""
        shared = {
            name: sum(known.fingerprint in fingerprints for known in file)
            for name, file in self._files.items()
            if name not in self._gone and not self._is_there(name)
        }
        former = max(shared, key=shared.__getitem__, default=None)
        return former if former and 2 * shared[former] >= len(fingerprints) else None

    def _is_there(self, name: str) -> bool:
        return name == STDIN or os.path.lexists(self._root / name)

    def resolved(self, tier: Tier = Tier.POSSIBLE) -> dict[str, int]:
        """By file: how many known findings `filter` did not meet again, or were of this tier in a file that is there no more."""
        counts = {
            name: self._gone[name] if name in self._gone else sum(known.count for known in file if tier.includes(known.tier))
            for name, file in self._files.items()
            if name in self._gone or not self._is_there(name)
        }
        return {name: count for name, count in counts.items() if count}


def _known(finding: Finding, report: Report) -> Known:
    before = report.text[max(0, finding.start - REACH) : finding.start].lower().split()[-CONTEXT:]
    after = report.text[finding.end : finding.end + REACH].lower().split()[:CONTEXT]
    text = " ".join(finding.text.split())
    same = finding.code, text.lower()
    return Known(
        _hash(*same, " ".join(before), " ".join(after))[:32],
        _hash(*same, " ".join(before[-NEAR:]))[:DIGITS],
        _hash(*same, " ".join(after[:NEAR]))[:DIGITS],
        1,
        finding.code,
        finding.tier,
        text,
    )


def _hash(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _checked(entry: dict[str, object]) -> Known:
    """An entry of a file. ValueError, KeyError or TypeError if it is none."""
    known = Known(**{**entry, "tier": Tier(entry["tier"])})  # type: ignore[arg-type]
    texts = known.fingerprint, known.before, known.after, known.code, known.text
    if type(known.count) is not int or known.count < 1 or not all(isinstance(text, str) for text in texts):
        raise ValueError("no finding")
    return known


def _unknown(
    findings: list[tuple[Finding, Known]], file: Sequence[Known], left: list[int], side: str
) -> list[tuple[Finding, Known]]:
    """The findings that nothing of what is left in a file is equal to, by this hash; what is equal is taken from what is left."""
    places: dict[str, list[int]] = {}
    for number, known in enumerate(file):
        places.setdefault(getattr(known, side), []).append(number)
    unknown: list[tuple[Finding, Known]] = []
    for finding, mark in findings:
        equal = next((number for number in places.get(getattr(mark, side), ()) if left[number]), None)
        if equal is None:
            unknown.append((finding, mark))
        else:
            left[equal] -= 1
    return unknown


def _relative(path: str, root: Path) -> str:
    if path == STDIN:
        return path
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive
        return Path(path).as_posix()
