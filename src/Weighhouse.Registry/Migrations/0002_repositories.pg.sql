-- A stage is a name, and a project may have stages of its own: registry_stages. Without rows there it has None to Archived.
ALTER TABLE registry_versions ADD COLUMN stage_name TEXT COLLATE "C" NOT NULL DEFAULT 'None';
UPDATE registry_versions SET stage_name = CASE stage WHEN 1 THEN 'Staging' WHEN 2 THEN 'Production' ELSE 'Archived' END WHERE stage <> 0;
DROP INDEX registry_versions_stage;
ALTER TABLE registry_versions DROP COLUMN stage;
ALTER TABLE registry_versions RENAME COLUMN stage_name TO stage;
CREATE INDEX registry_versions_stage ON registry_versions (model_no, stage, version) WHERE deleted_ms IS NULL;

CREATE TABLE registry_stages (
    project TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    archives_others BIGINT NOT NULL,
    is_protected BIGINT NOT NULL,
    PRIMARY KEY (project, position)
);

-- The model's repository: its number and name there. Ready once all versions have commits, and refs say what the rows say.
ALTER TABLE registry_models ADD COLUMN repo_no BIGINT;
ALTER TABLE registry_models ADD COLUMN repository TEXT COLLATE "C";
ALTER TABLE registry_models ADD COLUMN repo_ready BIGINT NOT NULL DEFAULT 0;
CREATE INDEX registry_models_unready ON registry_models (model_no) WHERE repo_ready = 0 AND deleted_ms IS NULL;

-- Digests of the version's commit and of the folder of its files.
ALTER TABLE registry_versions ADD COLUMN commit_id BYTEA;
ALTER TABLE registry_versions ADD COLUMN tree_id BYTEA;
ALTER TABLE registry_versions ADD COLUMN file_count BIGINT;
ALTER TABLE registry_versions ADD COLUMN size_bytes BIGINT;
-- Why the folder is empty; NULL when it is not.
ALTER TABLE registry_versions ADD COLUMN files_note TEXT COLLATE "C";

-- Events of one change share an id; undoes is the id of the change that a rollback took back.
ALTER TABLE registry_events ADD COLUMN change_id TEXT COLLATE "C";
ALTER TABLE registry_events ADD COLUMN undoes TEXT COLLATE "C";
CREATE INDEX registry_events_at ON registry_events (model_no, at_ms);
UPDATE registry_events SET change_id = 'e' || (
    SELECT MIN(e.event_no) FROM registry_events e
    WHERE e.model_no = registry_events.model_no AND e.at_ms = registry_events.at_ms AND e.actor = registry_events.actor);
CREATE INDEX registry_events_change ON registry_events (change_id);
CREATE INDEX registry_events_undoes ON registry_events (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX registry_events_name ON registry_events (model_name, model_no);
