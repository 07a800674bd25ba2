-- Content as other tools name it: algorithm is 1 for SHA-256, 2 for MD5, 3 for MD5 of text with its line ends made LF (DVC 2).
CREATE TABLE versioning_aliases (
    repo_no INTEGER NOT NULL REFERENCES versioning_repositories,
    algorithm INTEGER NOT NULL,
    digest BLOB NOT NULL,
    file_id BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    added_ms INTEGER NOT NULL,
    PRIMARY KEY (repo_no, algorithm, digest)
) WITHOUT ROWID;

-- The part of such content that arrived before its upload was cut: a file of its own until the rest comes.
CREATE TABLE versioning_alias_parts (
    repo_no INTEGER NOT NULL REFERENCES versioning_repositories,
    algorithm INTEGER NOT NULL,
    digest BLOB NOT NULL,
    file_id BLOB NOT NULL,
    received_bytes INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    PRIMARY KEY (repo_no, algorithm, digest)
) WITHOUT ROWID;
CREATE INDEX versioning_alias_parts_updated ON versioning_alias_parts (updated_ms);

-- Who has said to work on which path alone.
CREATE TABLE versioning_locks (
    lock_no INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_no INTEGER NOT NULL REFERENCES versioning_repositories,
    path TEXT NOT NULL,
    owner TEXT NOT NULL,
    locked_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX versioning_locks_path ON versioning_locks (repo_no, path);
CREATE INDEX versioning_locks_order ON versioning_locks (repo_no, lock_no);
