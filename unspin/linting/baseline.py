"""Findings that are accepted for now: a file of fingerprints that survive whatever happens around the lines."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from unspin.errors import InputError
from unspin.findings import Finding, Report
from unspin.reading import writing

VERSION = 1
KEY = "unspin-baseline"
CONTEXT = 3  # words on either side
REACH = 200  # code points in which they are looked for


def fingerprint(finding: Finding, report: Report, path: str) -> str:
    """32 hexadecimal digits that name a finding in its file: by code, text and the words around it, never by its place.

    `path` is no part of it: a baseline lists the fingerprints file by file.
    """
    before = report.text[max(0, finding.start - REACH) : finding.start].lower().split()[-CONTEXT:]
    after = report.text[finding.end : finding.end + REACH].lower().split()[:CONTEXT]
    parts = finding.code, " ".join(finding.text.lower().split()), " ".join(before), " ".join(after)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Baseline:
    """The known findings of each file: how often each fingerprint occurs, with code and text for people who read it."""

    def __init__(self, root: Path, files: dict[str, dict[str, dict[str, Any]]]):
        self._root = root
        self._files = files
        self._left = {path: Counter({mark: entry["count"] for mark, entry in known.items()}) for path, known in files.items()}
        self._checked: set[str] = set()

    @classmethod
    def of(cls, root: Path, found: Iterable[tuple[str, Report, Sequence[Finding]]]) -> Baseline:
        """The baseline of these findings; its paths are relative to the folder `root`."""
        files: dict[str, dict[str, dict[str, Any]]] = {}
        for path, report, findings in found:
            known = files.setdefault(_relative(path, root), {})
            for finding in findings:
                entry = known.setdefault(
                    fingerprint(finding, report, path), {"count": 0, "code": finding.code, "text": " ".join(finding.text.split())}
                )
                entry["count"] += 1
        return cls(root, files)

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Read a baseline. InputError if there is none or it is broken."""
        try:
            data = json.loads(path.read_bytes())
            if data[KEY] != VERSION:
                raise InputError(f"{path}: a baseline of version {data[KEY]!r}; this unspin reads version {VERSION}")
            files = {
                str(name): {
                    str(e["fingerprint"]): {"count": int(e["count"]), "code": str(e["code"]), "text": str(e["text"])}
                    for e in entries
                }
                for name, entries in data["files"].items()
            }
        except FileNotFoundError as error:
            raise InputError(f"{path}: no such baseline; make one with --write-baseline {path}") from error
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(f"{path}: is no baseline of unspin, or is damaged; make it anew with --write-baseline") from error
        return cls(path.absolute().parent, files)

    def write(self, path: Path) -> None:
        """Write it, sorted, one finding a line, so that version control shows what changed. OutputError."""
        files = {
            name: [{"fingerprint": mark, **known[mark]} for mark in sorted(known, key=lambda m: (known[m]["text"], m))]
            for name, known in sorted(self._files.items())
            if known
        }
        blocks = [
            f"  {json.dumps(name, ensure_ascii=False)}: [\n"
            + ",\n".join(f"   {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
            + "\n  ]"
            for name, entries in files.items()
        ]
        body = ",\n".join(blocks)
        writing.write(path, f'{{"{KEY}": {VERSION}, "files": {{\n{body}\n}}}}\n'.encode("utf-8", "surrogatepass"))

    def filter(self, path: str, report: Report, findings: Sequence[Finding]) -> tuple[list[Finding], int]:
        """The findings that are not known, and how many are; each known one counts once."""
        name = _relative(path, self._root)
        self._checked.add(name)
        left = self._left.get(name, Counter())
        new = []
        for finding in findings:
            mark = fingerprint(finding, report, path)
            if left[mark] > 0:
                left[mark] -= 1
            else:
                new.append(finding)
        return new, len(findings) - len(new)

    def resolved(self) -> dict[str, int]:
        """By file, of those that `filter` saw: how many known findings were not found again."""
        counts = {name: left.total() for name, left in self._left.items() if name in self._checked}
        return {name: count for name, count in counts.items() if count}


def _relative(path: str, root: Path) -> str:
    if path == "-":
        return path
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive
        return Path(path).as_posix()
