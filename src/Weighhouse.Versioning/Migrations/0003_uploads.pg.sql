-- How much of a pack has arrived and is durable, so that an interrupted upload goes on there, on whichever replica.
CREATE TABLE versioning_uploads (
    repo_no BIGINT NOT NULL REFERENCES versioning_repositories,
    pack TEXT COLLATE "C" NOT NULL,
    received_bytes BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (repo_no, pack)
);
CREATE INDEX versioning_uploads_updated ON versioning_uploads (updated_ms);
