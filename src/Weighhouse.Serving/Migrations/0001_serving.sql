-- Times are milliseconds since 1970. Nothing is deleted from here: deleted_ms marks a tombstone.
CREATE TABLE serving_deployments (
    deployment_no INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    routes_json TEXT NOT NULL,
    revision INTEGER NOT NULL,
    -- The event whose routes these are; a rollback goes to that event's parent.
    state_event_no INTEGER NOT NULL,
    is_loaded INTEGER NOT NULL,
    user_name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    deleted_ms INTEGER
);
CREATE UNIQUE INDEX serving_deployments_name ON serving_deployments (name) WHERE deleted_ms IS NULL;

-- Written in the same transaction as the change it tells of; never updated, never deleted.
CREATE TABLE serving_deployment_events (
    event_no INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_no INTEGER NOT NULL REFERENCES serving_deployments,
    -- The event whose routes were replaced; NULL for the first.
    parent_event_no INTEGER,
    revision INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    before_json TEXT,
    after_json TEXT
);
CREATE INDEX serving_deployment_events_deployment ON serving_deployment_events (deployment_no, event_no);
