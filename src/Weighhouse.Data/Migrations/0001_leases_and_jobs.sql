CREATE TABLE data_leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    fence INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- state: 0 waits, 1 runs, 2 failed for good. A job that succeeded is gone.
CREATE TABLE data_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    unique_key TEXT,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    lease_until_ms INTEGER NOT NULL,
    enqueued_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    error TEXT
);

CREATE UNIQUE INDEX data_jobs_waiting_key ON data_jobs (kind, unique_key) WHERE state = 0 AND unique_key IS NOT NULL;
CREATE INDEX data_jobs_running_key ON data_jobs (kind, unique_key) WHERE state = 1 AND unique_key IS NOT NULL;
CREATE INDEX data_jobs_due ON data_jobs (due_ms, id) WHERE state = 0;
CREATE INDEX data_jobs_lease ON data_jobs (lease_until_ms) WHERE state = 1;
CREATE INDEX data_jobs_failed ON data_jobs (id) WHERE state = 2;
