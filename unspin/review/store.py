"""Articles, findings, decisions and the log of decisions, in one SQLite file."""

from __future__ import annotations

import json
import random
import sqlite3
import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from importlib import resources
from itertools import accumulate
from pathlib import Path
from typing import Any

from unspin import __version__
from unspin.errors import InputError, UnspinError
from unspin.findings import Edit, Report
from unspin.linting.baseline import fingerprint
from unspin.patching import apply
from unspin.reporting.json import DECIMALS
from unspin.review.article import ACCEPTED, Article, Item, edits, titled
from unspin.review.filter import ALL, STATES, Filter
from unspin.review.rates import Rate

VERSION = 2
PAGE = 50
COLUMNS = """f.id, f.article, f.number, f.fingerprint, f.occurrence, f.code, f.entry, f.start, f."end", f.text, f.suggestions, f.confidence,
    f.tier, f.lm, f.channel, d.verdict, d.after, coalesce(d.flagged, 0) AS flagged, coalesce(d.revision, 0) AS revision"""
JOINED = "findings f LEFT JOIN decisions d USING (article, fingerprint, occurrence)"
CHANGES = """CREATE TEMP TABLE IF NOT EXISTS changes (id INTEGER PRIMARY KEY, verdict TEXT, after TEXT, flagged INTEGER);
    CREATE TEMP TABLE IF NOT EXISTS changed (id INTEGER PRIMARY KEY)"""
FROM_1 = """BEGIN IMMEDIATE;
    ALTER TABLE findings ADD COLUMN decided INTEGER NOT NULL DEFAULT 0;
    UPDATE findings AS f SET decided = EXISTS (SELECT 1 FROM decisions d WHERE d.article = f.article
        AND d.fingerprint = f.fingerprint AND d.occurrence = f.occurrence AND d.verdict IS NOT NULL);
    DROP INDEX findings_by_kind;
    DROP INDEX articles_by_rate;
    CREATE TABLE kinds (code TEXT NOT NULL, entry TEXT NOT NULL, findings INTEGER NOT NULL, PRIMARY KEY (code, entry)) WITHOUT ROWID;
    INSERT INTO kinds SELECT code, entry, count(*) FROM findings GROUP BY 1, 2;
    PRAGMA user_version = 2;
    COMMIT"""


class Conflict(UnspinError):
    """Somebody else has decided in the meantime; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took back: so many findings in so many articles, and the first of them.

    `left` were decided by somebody else since, and stay as they are."""

    count: int
    articles: int
    left: int
    first: Item | None


class Store:
    """The file of a desk. Safe to use from several threads, and from several processes. InputError if it is no such file."""

    def __init__(self, path: Path | str):
        self.path = str(path)
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
            self._db.row_factory = sqlite3.Row
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, 1, VERSION):
                raise InputError(f"{path}: written by another version of unspin")
            tables = {row[0] for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if version == 0 and tables and "articles" not in tables:
                raise InputError(f"{path}: a database of something else")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            if version == 1:
                self._db.executescript(FROM_1)
            self._db.executescript((resources.files("unspin.review") / "schema.sql").read_text(encoding="utf-8"))
            self._db.execute(f"PRAGMA user_version = {VERSION}")
            self._db.executescript(CHANGES)
        except sqlite3.Error as error:
            raise InputError(f"{path}: cannot be used as the memory of the desk ({error})") from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    # Articles

    def current(self, name: str, text: str, engine: str) -> bool:
        """Whether the article is there, with the analysis that this engine would make."""
        row = self._one("SELECT digest FROM articles WHERE name = ?", name)
        return row is not None and row["digest"] == _digest(text, engine)

    def add(self, name: str, report: Report, engine: str = "", path: str | None = None, line: int | None = None) -> int:
        """Add an article, or analyse it anew: what was decided about findings that are there again, still holds. Its id."""
        with self._writing():
            row = self._one("SELECT id FROM articles WHERE name = ?", name)
            text = report.text
            values = text, _digest(text, engine), report.words, report.spin_rate, report.spun, len(report.findings)
            if row is None:
                article = self._db.execute(
                    "INSERT INTO articles (name, path, line, added, text, digest, words, spin_rate, spun, findings, open) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                    (name, path, line, _now(), *values),
                ).lastrowid
                assert article is not None
            else:
                article = int(row["id"])
                self._db.execute(
                    "UPDATE articles SET text = ?, digest = ?, words = ?, spin_rate = ?, spun = ?, findings = ? WHERE id = ?",
                    (*values, article),
                )
                self._db.execute("DELETE FROM findings WHERE article = ?", (article,))
            seen: Counter[str] = Counter()
            for number, finding in enumerate(report.findings, start=1):
                mark = fingerprint(finding, report, name)
                seen[mark] += 1
                suggestions = json.dumps([[s.text, round(s.confidence, DECIMALS)] for s in finding.suggestions])
                described = finding.code, finding.entry, finding.start, finding.end, finding.text
                evidence = finding.evidence.lm, finding.evidence.channel
                self._db.execute(
                    "INSERT INTO findings VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                    (
                        article,
                        number,
                        mark,
                        seen[mark],
                        *described,
                        suggestions,
                        finding.confidence,
                        finding.tier.value,
                        *evidence,
                    ),
                )
            self._db.execute(
                "UPDATE findings AS f SET decided = 1 FROM decisions d WHERE f.article = ? AND d.article = f.article "
                "AND d.fingerprint = f.fingerprint AND d.occurrence = f.occurrence AND d.verdict IS NOT NULL",
                (article,),
            )
            self._count("VALUES (?)", article)
        return article

    def articles(self, filter: Filter = ALL, page: int = 1, size: int = PAGE) -> list[Article]:
        """A page of the queue, by falling spin rate; pages count from 1."""
        condition, values = filter.articles()
        rows = self._all(
            f"SELECT * FROM articles WHERE id IN (SELECT a.id FROM articles a WHERE {condition} "
            "ORDER BY a.spin_rate DESC, a.id LIMIT ? OFFSET ?) ORDER BY spin_rate DESC, id",
            *values,
            size,
            (page - 1) * size,
        )
        return [Article(**dict(row)) for row in rows]

    def count(self, filter: Filter = ALL) -> int:
        """The number of articles that a filter leaves."""
        condition, values = filter.articles()
        return int(self._value(f"SELECT count(*) FROM articles a WHERE {condition}", *values))

    def states(self) -> dict[str, int]:
        """The number of articles in each state; flagged ones are in another one, too."""
        return {state: int(self._value(f"SELECT count(*) FROM articles WHERE {where}")) for state, where in STATES.items()}

    def article(self, id: int) -> Article | None:
        """An article; None if there is none of this id."""
        row = self._one("SELECT * FROM articles WHERE id = ?", id)
        return Article(**dict(row)) if row else None

    def following(self, article: Article, filter: Filter = ALL) -> int | None:
        """The id of the next article of the queue that has open findings; None if this was the last."""
        condition, values = filter.articles()
        select = f"SELECT a.id FROM articles a WHERE a.open > 0 AND {condition}"
        later = "a.spin_rate <= ? AND (a.spin_rate < ? OR a.id > ?)"
        order = "ORDER BY a.spin_rate DESC, a.id LIMIT 1"
        row = self._one(f"{select} AND {later} {order}", *values, article.spin_rate, article.spin_rate, article.id)
        row = row or self._one(f"{select} AND a.id <> ? {order}", *values, article.id)
        return row["id"] if row else None

    def items(self, article: int) -> list[Item]:
        """The findings of an article, in order."""
        return self._items("f.article = ? ORDER BY f.number", article)

    def named(self, name: str) -> bool:
        """Whether there is an article of this name."""
        return self._one("SELECT 1 FROM articles WHERE name = ?", name) is not None

    def item(self, id: int) -> Item | None:
        """A finding; None if there is none of this id."""
        return next(iter(self._items("f.id = ?", id)), None)

    def choices(self) -> dict[str, list[str]]:
        """What codes and entries there are to filter by, the most frequent first."""
        return {
            "code": [row[0] for row in self._all("SELECT DISTINCT code FROM kinds WHERE findings > 0 ORDER BY code")],
            "entry": [
                row[0]
                for row in self._all(
                    "SELECT entry FROM kinds GROUP BY entry HAVING sum(findings) > 0 ORDER BY sum(findings) DESC LIMIT 100"
                )
            ],
        }

    # Decisions

    def decide(self, id: int, revision: int, reviewer: str, verdict: str | None, after: str | None = None) -> Item:
        """Accept a finding, with its first suggestion or another text; reject it; or with None open it again.

        Conflict if its revision is another one by now; LookupError if there is no such finding.
        """
        with self._writing():
            item = self._current(id, revision)
            if verdict == ACCEPTED and after is None:
                after = item.suggestion
            self._note(id, verdict, after if verdict == ACCEPTED else None, item.flagged)
            self._change(reviewer)
            return self._again(id)

    def flag(self, id: int, revision: int, reviewer: str) -> Item:
        """Flag a finding for a second look, or take the flag away. Conflict and LookupError as for `decide`."""
        with self._writing():
            item = self._current(id, revision)
            self._note(id, item.verdict, item.after, not item.flagged)
            self._change(reviewer)
            return self._again(id)

    def decide_all(self, items: Sequence[Item], reviewer: str, verdict: str) -> int:
        """Accept or reject findings at once; those that have a verdict by now keep it. How many were decided."""
        with self._writing():
            self._db.executemany("INSERT OR IGNORE INTO changed VALUES (?)", [(item.id,) for item in items])
            self._note_open("f.id IN (SELECT id FROM changed) AND NOT f.decided", [], verdict)
            return self._change(reviewer)

    def decide_matching(self, filter: Filter, count: int, reviewer: str, verdict: str) -> int:
        """Accept or reject the open findings that a filter leaves, if these are so many; otherwise Conflict. How many were decided."""
        with self._writing():
            self._note_open(*filter.open_findings(), verdict)
            found = int(self._value("SELECT count(*) FROM changes"))
            if found != count:
                raise Conflict(f"There are {found:,} now; look at the new sample.")
            return self._change(reviewer)

    def sample(self, filter: Filter, size: int) -> tuple[int, int, list[Item]]:
        """How many open findings a filter leaves, in how many articles, and `size` of them by chance."""
        where, values = filter.open_findings()
        found = self._all(f"SELECT f.article, count(*) FROM findings f WHERE {where} GROUP BY f.article", *values)
        ends = [*accumulate(row[1] for row in found)]
        count = ends[-1] if ends else 0
        items: list[Item] = []
        traits, more = filter.findings()
        places = Counter(bisect_right(ends, at) for at in random.sample(range(count), min(size, count)))
        for place, drawn in places.items():
            inside = f"SELECT f.id FROM findings f WHERE f.article = ? AND f.decided = 0 AND {traits} ORDER BY random() LIMIT ?"
            items += self._items(f"f.id IN ({inside})", found[place][0], *more, drawn)
        return count, len(found), sorted(items, key=lambda item: item.id)

    def undo(self, reviewer: str) -> Undone:
        """Take back the last step of a reviewer that stands. What somebody else has decided about since, stays as it is.

        Conflict if that is all of it; the next undo takes back the step before.
        """
        with self._writing():
            step = self._value(
                "SELECT max(step) FROM log WHERE reviewer = ? AND undoes IS NULL "
                "AND step NOT IN (SELECT undoes FROM log WHERE undoes IS NOT NULL)",
                reviewer,
            )
            if step is None:
                return Undone(0, 0, 0, None)
            known = "log l CROSS JOIN findings f USING (article, fingerprint, occurrence)"
            there = int(self._value(f"SELECT count(*) FROM {known} WHERE l.step = ?", step))
            self._db.execute(
                f"INSERT INTO changes SELECT f.id, l.old_verdict, l.old_after, l.old_flagged FROM {known} "
                "CROSS JOIN decisions d USING (article, fingerprint, occurrence) "
                "WHERE l.step = ? AND d.verdict IS l.verdict AND d.after IS l.after AND d.flagged = l.flagged",
                (step,),
            )
            [count, articles, first] = self._all(
                "SELECT count(*), count(DISTINCT article), min(f.id) FROM changes c CROSS JOIN findings f USING (id)"
            )[0]
            if count:
                self._change(reviewer, undoes=step)
            else:  # the findings are gone with an earlier analysis, or decided by others; the step is over all the same
                self._log_nothing(step, reviewer)
            undone = Undone(count, articles, there - count, self.item(first) if count else None)
        if undone.left and not count:
            raise Conflict("The last thing you did has been decided by somebody else since, and stays; undo goes on before it")
        return undone

    def audit(self, page: int = 1, size: int = PAGE) -> list[dict[str, Any]]:
        """A page of the log, the latest first."""
        rows = self._all(
            "SELECT l.*, a.name, a.path FROM log l LEFT JOIN articles a ON a.id = l.article ORDER BY l.id DESC LIMIT ? OFFSET ?",
            size,
            (page - 1) * size,
        )
        return [{**dict(row), "title": titled(row["name"] or "", row["path"])} for row in rows]

    def audited(self) -> int:
        """The number of lines of the log."""
        return int(self._value("SELECT count(*) FROM log"))

    # What follows from decisions

    def rates(self, by: str) -> list[Rate]:
        """How right the suggestions were, by "code" or "entry", those with most decisions first."""
        if by not in ("code", "entry"):
            raise ValueError(f"rates by code or entry, not {by!r}")
        rows = self._all(
            f"""SELECT f.{by}, sum(d.verdict = 'accepted' AND d.after = json_extract(f.suggestions, '$[0][0]')) AS right,
            sum(d.verdict = 'accepted' AND d.after <> json_extract(f.suggestions, '$[0][0]')) AS other,
            sum(d.verdict = 'rejected') AS wrong
            FROM decisions d CROSS JOIN findings f USING (article, fingerprint, occurrence) WHERE d.verdict IS NOT NULL
            GROUP BY 1 ORDER BY count(*) DESC, 1"""
        )
        return [Rate(*row) for row in rows]

    def decided(self) -> Iterator[tuple[Article, Item]]:
        """All findings with a verdict, by article."""
        for article in self._whole():
            for item in self.items(article.id):
                if item.verdict is not None:
                    yield article, item

    def repaired(self) -> Iterator[tuple[Article, str, list[Edit]]]:
        """Every article, its text with the accepted edits made, and these."""
        for article in self._whole():
            accepted = edits(article.text, self.items(article.id))
            yield article, apply(article.text, accepted), accepted

    # Inside

    def _whole(self) -> Iterator[Article]:
        for (id,) in self._all("SELECT id FROM articles ORDER BY id"):
            if article := self.article(id):
                yield article

    def _current(self, id: int, revision: int) -> Item:
        item = self.item(id)
        if item is None:
            raise LookupError(f"no finding {id}")
        if item.revision != revision:
            said = f"“{item.after}”" if item.verdict == ACCEPTED else item.verdict or "open again"
            raise Conflict(f"“{item.text}” was changed by somebody else in the meantime ({said}); look again")
        return item

    def _again(self, id: int) -> Item:
        item = self.item(id)
        assert item is not None
        return item

    def _note(self, id: int, verdict: str | None, after: str | None, flagged: bool) -> None:
        """What shall be changed, by the next call of `_change`."""
        self._db.execute("INSERT INTO changes VALUES (?, ?, ?, ?)", (id, verdict, after, flagged))

    def _note_open(self, where: str, values: Sequence[Any], verdict: str) -> None:
        after = "json_extract(f.suggestions, '$[0][0]')" if verdict == ACCEPTED else "NULL"
        self._db.execute(
            f"INSERT INTO changes SELECT f.id, ?, {after}, coalesce(d.flagged, 0) FROM {JOINED} WHERE {where}",
            (verdict, *values),
        )

    def _change(self, reviewer: str, undoes: int | None = None) -> int:
        """Make the changes that are noted, as one step. How many there were."""
        step = int(self._value("SELECT coalesce(max(step), 0) + 1 FROM log"))
        self._db.execute(
            f"""INSERT INTO log SELECT NULL, ?, ?, ?, ?, f.article, f.fingerprint, f.occurrence, f.code, f.entry, f.text,
            json_extract(f.suggestions, '$[0][0]'), d.verdict, d.after, coalesce(d.flagged, 0), c.verdict, c.after, c.flagged
            FROM changes c CROSS JOIN {JOINED} WHERE f.id = c.id ORDER BY c.id""",
            (step, undoes, _now(), reviewer),
        )
        self._db.execute(
            """INSERT INTO decisions SELECT f.article, f.fingerprint, f.occurrence, c.verdict, c.after, c.flagged, 1
            FROM changes c CROSS JOIN findings f WHERE f.id = c.id ON CONFLICT DO UPDATE SET verdict = excluded.verdict,
            after = excluded.after, flagged = excluded.flagged, revision = revision + 1"""
        )
        count = self._db.execute(
            "UPDATE findings SET decided = c.verdict IS NOT NULL FROM changes c WHERE findings.id = c.id"
        ).rowcount
        self._count("SELECT article FROM findings WHERE id IN (SELECT id FROM changes)")
        return count

    def _log_nothing(self, step: int, reviewer: str) -> None:
        """Log that a step is over, though nothing changes."""
        self._db.execute(
            "INSERT INTO log SELECT NULL, (SELECT max(step) + 1 FROM log), step, ?, ?, article, fingerprint, occurrence, code, entry, "
            "text, suggestion, d.verdict, d.after, coalesce(d.flagged, 0), d.verdict, d.after, coalesce(d.flagged, 0) "
            "FROM log l LEFT JOIN decisions d USING (article, fingerprint, occurrence) WHERE step = ? LIMIT 1",
            (_now(), reviewer, step),
        )

    def _count(self, articles: str, *values: Any) -> None:
        """Count anew what is open and flagged in articles, which a query names."""
        self._db.execute(
            f"""UPDATE articles AS a SET
            open = (SELECT count(*) FROM findings f WHERE f.article = a.id AND NOT f.decided),
            flagged = (SELECT count(*) FROM findings f JOIN decisions d USING (article, fingerprint, occurrence)
            WHERE f.article = a.id AND d.article = a.id AND d.flagged) WHERE a.id IN ({articles})""",
            values,
        )

    def _items(self, where: str, *values: Any) -> list[Item]:
        rows = self._all(f"SELECT {COLUMNS} FROM {JOINED} WHERE {where}", *values)
        return [
            Item(
                **{
                    **dict(row),
                    "suggestions": [(s, c) for s, c in json.loads(row["suggestions"])],
                    "flagged": bool(row["flagged"]),
                }
            )
            for row in rows
        ]

    def _all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        return next(iter(self._all(sql, *values)), None)

    def _value(self, sql: str, *values: Any) -> Any:
        return self._all(sql, *values)[0][0]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction, which holds the file against other writers from its beginning."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.execute("DELETE FROM changes")
                self._db.execute("DELETE FROM changed")
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _digest(text: str, engine: str) -> str:
    return sha256(f"{__version__}\0{engine}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
