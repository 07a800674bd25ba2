-- What stages ask of versions, as somebody wrote it; the last row of a project or of a model is in force. model_no is NULL for a project's.
CREATE TABLE registry_rules (
    rules_no INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    model_no INTEGER REFERENCES registry_models,
    text TEXT NOT NULL,
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL
);
CREATE INDEX registry_rules_project ON registry_rules (project, rules_no) WHERE model_no IS NULL;
CREATE INDEX registry_rules_model ON registry_rules (model_no, rules_no) WHERE model_no IS NOT NULL;

-- Never updated, never deleted. definition_id and inputs_id are SHA-256 of the texts beside them, in hexadecimal digits.
CREATE TABLE registry_gate_runs (
    run_no INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL UNIQUE,
    version_no INTEGER NOT NULL REFERENCES registry_versions,
    gate TEXT NOT NULL,
    kind TEXT NOT NULL,
    definition_json TEXT NOT NULL,
    definition_id TEXT NOT NULL,
    inputs_json TEXT NOT NULL,
    inputs_id TEXT NOT NULL,
    figures_json TEXT NOT NULL,
    verdict INTEGER NOT NULL,
    message TEXT NOT NULL,
    -- The version it was compared with; NULL when with none.
    champion INTEGER,
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL
);
CREATE INDEX registry_gate_runs_last ON registry_gate_runs (version_no, definition_id, run_no);

CREATE TABLE registry_requests (
    request_no INTEGER PRIMARY KEY AUTOINCREMENT,
    model_no INTEGER NOT NULL REFERENCES registry_models,
    version_no INTEGER NOT NULL REFERENCES registry_versions,
    stage TEXT NOT NULL,
    -- NULL for what the stage says.
    archives_others INTEGER,
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    state INTEGER NOT NULL,
    closed_by TEXT,
    closed_ms INTEGER
);
CREATE UNIQUE INDEX registry_requests_open ON registry_requests (version_no, stage) WHERE state = 1;
CREATE INDEX registry_requests_model ON registry_requests (model_no, request_no);

-- Never updated, never deleted: the last verdict of a reviewer counts.
CREATE TABLE registry_reviews (
    review_no INTEGER PRIMARY KEY AUTOINCREMENT,
    request_no INTEGER NOT NULL REFERENCES registry_requests,
    reviewer TEXT NOT NULL,
    verdict INTEGER NOT NULL,
    comment TEXT NOT NULL,
    at_ms INTEGER NOT NULL
);
CREATE INDEX registry_reviews_request ON registry_reviews (request_no, review_no);
