CREATE TABLE access_projects (
    name TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO access_projects (name, description, created_ms) VALUES ('default', 'Where everything goes that names no project', 0);

CREATE TABLE access_users (
    user_no INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    is_disabled INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
);

CREATE TABLE access_grants (
    user_no INTEGER NOT NULL REFERENCES access_users,
    scope TEXT NOT NULL,
    role INTEGER NOT NULL,
    PRIMARY KEY (user_no, scope)
) WITHOUT ROWID;

-- A token is shown once; only its SHA-256 is kept.
CREATE TABLE access_tokens (
    token_no INTEGER PRIMARY KEY AUTOINCREMENT,
    user_no INTEGER NOT NULL REFERENCES access_users,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    ceiling INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    revoked_ms INTEGER
);
CREATE INDEX access_tokens_user ON access_tokens (user_no, token_no);

-- user_no is NULL for the person who followed the link at the terminal: the local administrator.
CREATE TABLE access_sessions (
    hash BLOB PRIMARY KEY,
    user_no INTEGER REFERENCES access_users,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX access_sessions_expiry ON access_sessions (expires_ms);
CREATE INDEX access_sessions_user ON access_sessions (user_no);

-- Append-only. hash = SHA-256 of the previous row's hash and this row's fields: docs/formats/audit-log.md.
CREATE TABLE access_audit (
    entry_no INTEGER PRIMARY KEY,
    time_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before_state TEXT,
    after_state TEXT,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    hash BLOB NOT NULL
);

-- The chain's end, changed with every append: a record cut off the end shows, and appends take turns at this row.
CREATE TABLE access_audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    entry_no INTEGER NOT NULL,
    hash BLOB NOT NULL
);
INSERT INTO access_audit_head (one, entry_no, hash)
VALUES (1, 0, x'0000000000000000000000000000000000000000000000000000000000000000');
