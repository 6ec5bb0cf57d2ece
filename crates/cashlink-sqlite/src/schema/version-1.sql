-- One row of what the rest must add up to; see `ledger.rs`.
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL,
    last_intent INTEGER NOT NULL,
    last_run INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    total INTEGER NOT NULL,
    sum INTEGER NOT NULL
) STRICT;

CREATE TABLE intents (
    sequence INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    operation_id TEXT NOT NULL,
    address TEXT NOT NULL,
    place INTEGER NOT NULL,
    digest BLOB NOT NULL,
    content TEXT NOT NULL,
    body BLOB,
    run_id BLOB,
    step TEXT,
    begun_at TEXT NOT NULL,
    begun_sum INTEGER NOT NULL,
    state TEXT NOT NULL,
    ended_at TEXT,
    status INTEGER,
    facts TEXT,
    reply BLOB,
    note TEXT,
    sum INTEGER NOT NULL
) STRICT;

CREATE INDEX intents_pending ON intents (sequence, place) WHERE state = 'pending';

CREATE INDEX intents_place ON intents (place, sequence);

CREATE TABLE runs (
    sequence INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    guide TEXT NOT NULL,
    digest BLOB NOT NULL,
    fields TEXT NOT NULL,
    sealed BLOB,
    begun_at TEXT NOT NULL,
    state TEXT NOT NULL,
    at TEXT NOT NULL,
    report TEXT,
    note TEXT,
    sum INTEGER NOT NULL
) STRICT;

CREATE INDEX runs_open ON runs (sequence) WHERE state = 'open';

CREATE TABLE steps (
    sequence INTEGER PRIMARY KEY,
    run_id BLOB NOT NULL,
    step TEXT NOT NULL,
    take INTEGER NOT NULL,
    operation_id TEXT,
    key TEXT NOT NULL,
    state TEXT NOT NULL,
    value TEXT NOT NULL,
    sealed BLOB,
    at TEXT NOT NULL,
    sum INTEGER NOT NULL,
    UNIQUE (run_id, step, take)
) STRICT;
