-- Times are milliseconds since 1970.
CREATE TABLE notices_events (
    event_no INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The order in which events were matched, without gaps and the same for everybody; NULL until then.
    stream_no INTEGER,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    project TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    data_json TEXT NOT NULL
);
CREATE UNIQUE INDEX notices_events_stream ON notices_events (stream_no) WHERE stream_no IS NOT NULL;
CREATE INDEX notices_events_waiting ON notices_events (event_no) WHERE stream_no IS NULL;
CREATE INDEX notices_events_at ON notices_events (at_ms) WHERE stream_no IS NOT NULL;

-- Nothing is deleted from here: deleted_ms marks a tombstone.
CREATE TABLE notices_hooks (
    hook_no INTEGER PRIMARY KEY AUTOINCREMENT,
    hook_id TEXT NOT NULL,
    project TEXT NOT NULL,
    -- The one subject that it tells of; NULL for the whole project.
    subject_kind TEXT,
    subject_name TEXT,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    shape TEXT NOT NULL,
    types_json TEXT NOT NULL,
    -- Sealed; NULL for a hook that signs nothing.
    secret BLOB,
    is_active INTEGER NOT NULL,
    user_name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    deleted_ms INTEGER
);
CREATE UNIQUE INDEX notices_hooks_id ON notices_hooks (hook_id);
CREATE UNIQUE INDEX notices_hooks_name ON notices_hooks (project, name) WHERE deleted_ms IS NULL;

CREATE TABLE notices_deliveries (
    delivery_no INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id TEXT NOT NULL,
    hook_no INTEGER NOT NULL REFERENCES notices_hooks,
    type TEXT NOT NULL,
    -- Kind and name of what it is about: deliveries of one subject go one after another.
    subject TEXT NOT NULL,
    event_json TEXT NOT NULL,
    -- 0 waits, 1 delivered, 2 dead.
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX notices_deliveries_id ON notices_deliveries (delivery_id);
CREATE INDEX notices_deliveries_hook ON notices_deliveries (hook_no, delivery_no);
CREATE INDEX notices_deliveries_waiting ON notices_deliveries (hook_no, subject, delivery_no) WHERE state = 0;
CREATE INDEX notices_deliveries_over ON notices_deliveries (changed_ms) WHERE state <> 0;

CREATE TABLE notices_attempts (
    delivery_no INTEGER NOT NULL REFERENCES notices_deliveries ON DELETE CASCADE,
    attempt INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    -- What HTTP answered; NULL when nobody did.
    status INTEGER,
    error TEXT,
    answer TEXT,
    PRIMARY KEY (delivery_no, attempt)
);
