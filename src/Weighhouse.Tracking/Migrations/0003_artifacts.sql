CREATE TABLE tracking_artifacts (
    path TEXT PRIMARY KEY,
    blob_id BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX tracking_artifacts_blob ON tracking_artifacts (blob_id);

CREATE TABLE tracking_uploads (
    upload_id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    started_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE tracking_upload_parts (
    upload_id TEXT NOT NULL REFERENCES tracking_uploads,
    part_number INTEGER NOT NULL,
    blob_id BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (upload_id, part_number)
) WITHOUT ROWID;
