-- Ids of commits and trees are the 32 bytes of a digest; times are milliseconds since 1970; a tombstone is a deleted_ms.
CREATE TABLE versioning_repositories (
    repo_no INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    default_branch TEXT NOT NULL,
    quota_bytes INTEGER,
    -- What pushes and commits have added to the store for this repository.
    added_bytes INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_ms INTEGER NOT NULL,
    deleted_ms INTEGER
);
CREATE UNIQUE INDEX versioning_repositories_name ON versioning_repositories (name) WHERE deleted_ms IS NULL;

-- A commit is immutable, and so is its row. A parent's number is smaller than its child's.
CREATE TABLE versioning_commits (
    commit_no INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_no INTEGER NOT NULL REFERENCES versioning_repositories,
    id BLOB NOT NULL,
    tree BLOB NOT NULL,
    -- The parents' numbers in order, with commas between.
    parents TEXT NOT NULL,
    -- One more than the greatest of the parents; 1 without parents.
    generation INTEGER NOT NULL,
    -- The author's time, or one more than the greatest of the parents where clocks disagree: children always come first in a log.
    order_ms INTEGER NOT NULL,
    time_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX versioning_commits_id ON versioning_commits (repo_no, id);
CREATE INDEX versioning_commits_order ON versioning_commits (repo_no, order_ms);

CREATE TABLE versioning_refs (
    repo_no INTEGER NOT NULL REFERENCES versioning_repositories,
    name TEXT NOT NULL,
    commit_no INTEGER NOT NULL REFERENCES versioning_commits,
    updated_ms INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (repo_no, name)
) WITHOUT ROWID;

-- Written in the same transaction as the change it tells of.
CREATE TABLE versioning_reflog (
    entry_no INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_no INTEGER NOT NULL REFERENCES versioning_repositories,
    name TEXT NOT NULL,
    old_id BLOB,
    new_id BLOB,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX versioning_reflog_name ON versioning_reflog (repo_no, name, entry_no);
