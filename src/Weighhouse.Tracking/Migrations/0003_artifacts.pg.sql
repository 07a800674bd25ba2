CREATE TABLE tracking_artifacts (
    path TEXT COLLATE "C" PRIMARY KEY,
    blob_id BYTEA NOT NULL,
    size_bytes BIGINT NOT NULL,
    modified_ms BIGINT NOT NULL
);
CREATE INDEX tracking_artifacts_blob ON tracking_artifacts (blob_id);

CREATE TABLE tracking_uploads (
    upload_id TEXT COLLATE "C" PRIMARY KEY,
    path TEXT COLLATE "C" NOT NULL,
    started_ms BIGINT NOT NULL
);

CREATE TABLE tracking_upload_parts (
    upload_id TEXT COLLATE "C" NOT NULL REFERENCES tracking_uploads,
    part_number BIGINT NOT NULL,
    blob_id BYTEA NOT NULL,
    size_bytes BIGINT NOT NULL,
    PRIMARY KEY (upload_id, part_number)
);
