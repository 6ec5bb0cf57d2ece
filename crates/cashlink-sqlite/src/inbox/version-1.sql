-- These tables may stand in the database of an application, which other versions of SQLite read, too: STRICT tables
-- would keep those older than 3.37 from all of it. Ids and times are text, so that people can read and join them.
CREATE TABLE cashlink_webhook_version (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
);

-- Places are not used again, also when the last events were removed: readers remember them.
CREATE TABLE cashlink_webhook_events (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    investment_id TEXT NOT NULL,
    status TEXT NOT NULL,
    changed_at TEXT,
    extra TEXT,
    received_at TEXT NOT NULL,
    recorded TEXT NOT NULL
);

CREATE TABLE cashlink_webhook_standings (
    investment_id TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL,
    changed_at TEXT
) WITHOUT ROWID;

CREATE TABLE cashlink_webhook_cursors (
    name TEXT NOT NULL PRIMARY KEY,
    place INTEGER NOT NULL
) WITHOUT ROWID;
