-- The memory of the desk. Findings are what the last analysis said and can be made anew; decisions and the log cannot.

CREATE TABLE IF NOT EXISTS articles (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,          -- a path, a path and a record, or a title
    path TEXT,                          -- the file it is from
    line INTEGER,                       -- the record in that file
    text TEXT NOT NULL,
    digest TEXT NOT NULL,               -- of text and engine: the analysis is current if it is the same
    words INTEGER NOT NULL,
    spin_rate REAL NOT NULL,
    spun INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    open INTEGER NOT NULL,              -- findings without a verdict
    flagged INTEGER NOT NULL DEFAULT 0,
    added TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS articles_by_rank ON articles (spin_rate DESC, id, open, findings, flagged);

CREATE TABLE IF NOT EXISTS findings (
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,            -- in its article, from 1
    fingerprint TEXT NOT NULL,          -- code, text and words around; with the occurrence it names a finding for good
    occurrence INTEGER NOT NULL,
    code TEXT NOT NULL,
    entry TEXT NOT NULL,
    start INTEGER NOT NULL,             -- code points
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    suggestions TEXT NOT NULL,          -- JSON: [[text, confidence], …]
    confidence REAL NOT NULL,
    tier TEXT NOT NULL,
    lm REAL NOT NULL,
    channel REAL NOT NULL,
    decided INTEGER NOT NULL DEFAULT 0  -- whether its decision has a verdict
);
CREATE UNIQUE INDEX IF NOT EXISTS findings_by_article ON findings (article, number);
CREATE UNIQUE INDEX IF NOT EXISTS findings_by_name ON findings (article, fingerprint, occurrence);
CREATE INDEX IF NOT EXISTS findings_by_entry ON findings (entry, article);
CREATE INDEX IF NOT EXISTS findings_by_trait ON findings (article, decided, code, tier, confidence);

CREATE TABLE IF NOT EXISTS kinds (      -- how many findings there are of each, kept by triggers
    code TEXT NOT NULL,
    entry TEXT NOT NULL,
    findings INTEGER NOT NULL,
    PRIMARY KEY (code, entry)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS kinds_more AFTER INSERT ON findings BEGIN
    INSERT INTO kinds VALUES (new.code, new.entry, 1) ON CONFLICT DO UPDATE SET findings = findings + 1;
END;
CREATE TRIGGER IF NOT EXISTS kinds_less AFTER DELETE ON findings BEGIN
    UPDATE kinds SET findings = findings - 1 WHERE code = old.code AND entry = old.entry;
END;

CREATE TABLE IF NOT EXISTS decisions (
    article INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    verdict TEXT CHECK (verdict IN ('accepted', 'rejected')),
    after TEXT,                         -- what is written, if it was accepted
    flagged INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL,
    PRIMARY KEY (article, fingerprint, occurrence)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS log (
    id INTEGER PRIMARY KEY,
    step INTEGER NOT NULL,              -- what was done at once, and is undone at once
    undoes INTEGER,                     -- the step that this one takes back
    time TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    article INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    code TEXT NOT NULL,
    entry TEXT NOT NULL,
    text TEXT NOT NULL,
    suggestion TEXT NOT NULL,
    old_verdict TEXT, old_after TEXT, old_flagged INTEGER NOT NULL,
    verdict TEXT, after TEXT, flagged INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS log_by_step ON log (step);
CREATE INDEX IF NOT EXISTS log_by_reviewer ON log (reviewer, step);
CREATE INDEX IF NOT EXISTS log_by_undone ON log (undoes) WHERE undoes IS NOT NULL;
CREATE TRIGGER IF NOT EXISTS log_is_kept BEFORE DELETE ON log BEGIN SELECT RAISE (ABORT, 'the log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS log_is_true BEFORE UPDATE ON log BEGIN SELECT RAISE (ABORT, 'the log is append-only'); END;

CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (name, text, content = 'articles', content_rowid = 'id');
CREATE TRIGGER IF NOT EXISTS words_added AFTER INSERT ON articles BEGIN
    INSERT INTO words (rowid, name, text) VALUES (new.id, new.name, new.text);
END;
CREATE TRIGGER IF NOT EXISTS words_changed AFTER UPDATE OF text ON articles BEGIN
    INSERT INTO words (words, rowid, name, text) VALUES ('delete', old.id, old.name, old.text);
    INSERT INTO words (rowid, name, text) VALUES (new.id, new.name, new.text);
END;
