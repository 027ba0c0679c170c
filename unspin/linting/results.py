"""Analyses of texts that were seen before, by the hash of everything that decides them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Any

from unspin import __version__, cache, engines
from unspin.findings import Evidence, Finding, Report, Suggestion, Tier

FILE = "results.sqlite"
MAX_AGE = 30 * 86400.0  # seconds since a result was last used
TOUCHED_AFTER = 86400.0  # a result's time of use is only written once a day
BUSY = 2.0  # seconds to wait for another process
LIBRARIES = ("lemminflect", "markdown_it", "pocketsphinx", "symspellpy")
"""Packages whose data or rules decide what is found; a new version has new files."""


class Results:
    """Reports on disk, in one SQLite file that several processes can use. A cache that cannot be used is as good as none."""

    def __init__(self, folder: Path | None = None):
        self._connection: sqlite3.Connection | None = None
        target = (folder or cache.folder()) / FILE
        with suppress(OSError, sqlite3.Error):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _opened(target)
            except sqlite3.OperationalError:  # locked, or nobody may write
                raise
            except sqlite3.DatabaseError:  # damaged: a new one
                for file in target.parent.glob(f"{FILE}*"):
                    file.unlink()
                self._connection = _opened(target)

    def get(self, key: str, text: str) -> Report | None:
        """The report of this text under this key."""
        if self._connection is None:
            return None
        with suppress(sqlite3.Error, ValueError, KeyError, TypeError):
            row = self._connection.execute("SELECT report, used FROM results WHERE key = ?", (key,)).fetchone()
            if row is not None:
                report = _report(json.loads(row[0]), text)
                if row[1] < time() - TOUCHED_AFTER:
                    self._connection.execute("UPDATE results SET used = ? WHERE key = ?", (time(), key))
                return report
        return None

    def put(self, key: str, report: Report) -> None:
        """Keep a report."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                data = json.dumps(_record(report), separators=(",", ":"))
                self._connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (key, time(), data))

    def close(self) -> None:
        """Give the file back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _opened(target: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(target, timeout=BUSY, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")  # a lost result is only computed again
        connection.execute("CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, used REAL, report TEXT) WITHOUT ROWID")
        connection.execute("DELETE FROM results WHERE used < ?", (time() - MAX_AGE,))
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def key(text: str, engine: str, *conditions: Any) -> str:
    """The key of a text analysed by an engine (see `engine_key`) under these conditions."""
    digest = hashlib.sha256(repr((__version__, engine, conditions)).encode())
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def engine_key(dictionaries: Iterable[Path], model: Path | None) -> str:
    """What changes when the engine would answer differently: its code, dictionaries, language model or calibration.

    ModelError or DictionaryError if one of them isn't there.
    """
    from importlib.util import find_spec

    import unspin

    package = Path(unspin.__file__).parent
    code = sorted(path for path in package.rglob("*") if path.suffix in {".py", ".json", ".tsv", ".so", ".pyd"})
    code += [Path(spec.origin) for name in LIBRARIES if (spec := find_spec(name)) and spec.origin]
    return cache.fingerprint([*code, *engines.sources(dictionaries, model)])


def _record(report: Report) -> list[Any]:
    findings = [
        [f.code, f.entry, f.start, f.end, f.tier.value, [[s.text, s.confidence] for s in f.suggestions], _evidence(f.evidence)]
        for f in report.findings
    ]
    return [report.words, report.spin_rate, report.probability, findings]


def _evidence(evidence: Evidence) -> list[float]:
    return [evidence.lm, evidence.channel, evidence.spin_rate]


def _report(record: list[Any], text: str) -> Report:
    words, spin_rate, probability, rows = record
    findings = tuple(
        Finding(
            code,
            entry,
            start,
            end,
            text[start:end],
            tuple(Suggestion(*pair) for pair in suggestions),
            Tier(tier),
            Evidence(*evidence),
        )
        for code, entry, start, end, tier, suggestions, evidence in rows
    )
    return Report(text, words, spin_rate, probability, findings)
