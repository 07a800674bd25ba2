-- How much of a pack has arrived and is durable, so that an interrupted upload goes on there, on whichever replica.
CREATE TABLE versioning_uploads (
    repo_no INTEGER NOT NULL REFERENCES versioning_repositories,
    pack TEXT NOT NULL,
    received_bytes INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    PRIMARY KEY (repo_no, pack)
) WITHOUT ROWID;
CREATE INDEX versioning_uploads_updated ON versioning_uploads (updated_ms);
