-- Enumerations are integers; times are milliseconds since 1970. Nothing is deleted from here: deleted_ms marks a tombstone.
CREATE TABLE registry_models (
    model_no INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    -- The highest number ever given, so that the number of a deleted version is not given again.
    last_version INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    deleted_ms INTEGER
);
CREATE UNIQUE INDEX registry_models_name ON registry_models (name) WHERE deleted_ms IS NULL;
CREATE INDEX registry_models_updated ON registry_models (updated_ms, name) WHERE deleted_ms IS NULL;

CREATE TABLE registry_versions (
    version_no INTEGER PRIMARY KEY AUTOINCREMENT,
    model_no INTEGER NOT NULL REFERENCES registry_models,
    version INTEGER NOT NULL,
    description TEXT,
    stage INTEGER NOT NULL,
    source TEXT NOT NULL,
    storage_uri TEXT NOT NULL,
    run_id TEXT,
    run_link TEXT,
    logged_model_id TEXT,
    user_name TEXT NOT NULL,
    status INTEGER NOT NULL,
    status_message TEXT,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    deleted_ms INTEGER,
    UNIQUE (model_no, version)
);
CREATE INDEX registry_versions_stage ON registry_versions (model_no, stage, version) WHERE deleted_ms IS NULL;
CREATE INDEX registry_versions_run ON registry_versions (run_id) WHERE deleted_ms IS NULL;
CREATE INDEX registry_versions_updated ON registry_versions (updated_ms) WHERE deleted_ms IS NULL;

CREATE TABLE registry_model_tags (
    model_no INTEGER NOT NULL REFERENCES registry_models,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (model_no, key)
) WITHOUT ROWID;

CREATE TABLE registry_version_tags (
    version_no INTEGER NOT NULL REFERENCES registry_versions,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (version_no, key)
) WITHOUT ROWID;

CREATE TABLE registry_aliases (
    model_no INTEGER NOT NULL REFERENCES registry_models,
    alias TEXT NOT NULL,
    version_no INTEGER NOT NULL REFERENCES registry_versions,
    PRIMARY KEY (model_no, alias)
) WITHOUT ROWID;
CREATE INDEX registry_aliases_version ON registry_aliases (version_no);

-- Written in the same transaction as the change it tells of; never updated, never deleted.
CREATE TABLE registry_events (
    event_no INTEGER PRIMARY KEY AUTOINCREMENT,
    model_no INTEGER NOT NULL REFERENCES registry_models,
    model_name TEXT NOT NULL,
    version INTEGER,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    before_json TEXT,
    after_json TEXT
);
CREATE INDEX registry_events_model ON registry_events (model_no, event_no);
