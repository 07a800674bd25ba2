-- Booleans and enumerations are integers; times are milliseconds since 1970; a NaN is stored as NULL (SQLite knows no NaN).
-- Columns repeated from a run (experiment_no, start_ms) never change after the run is made; they let one index answer a search.
CREATE TABLE tracking_experiments (
    experiment_no INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    artifact_location TEXT NOT NULL,
    lifecycle INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL
);
CREATE INDEX tracking_experiments_created ON tracking_experiments (created_ms DESC, experiment_no);

CREATE TABLE tracking_experiment_tags (
    experiment_no INTEGER NOT NULL REFERENCES tracking_experiments,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (experiment_no, key)
) WITHOUT ROWID;

-- Names of metrics, params and tags, once each: series and indexes carry the number.
CREATE TABLE tracking_keys (
    key_no INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE
);

CREATE TABLE tracking_runs (
    run_no INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL UNIQUE,
    experiment_no INTEGER NOT NULL REFERENCES tracking_experiments,
    name TEXT NOT NULL,
    user_name TEXT NOT NULL,
    status INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER,
    artifact_uri TEXT NOT NULL,
    lifecycle INTEGER NOT NULL,
    deleted_ms INTEGER,
    -- 1 when the run was deleted because its experiment was: restoring the experiment brings back these and no others.
    deleted_with_experiment INTEGER NOT NULL DEFAULT 0
);
-- lifecycle and status at the end: a search by them reads the index alone.
CREATE INDEX tracking_runs_order ON tracking_runs (experiment_no, start_ms DESC, run_id, lifecycle, status);
CREATE INDEX tracking_runs_newest ON tracking_runs (start_ms DESC, run_id, experiment_no, lifecycle);
CREATE INDEX tracking_runs_deleted ON tracking_runs (experiment_no, run_no) WHERE lifecycle = 1;

-- head is the first 200 characters of value: short enough for an index, long enough to order and to find by.
CREATE TABLE tracking_params (
    run_no INTEGER NOT NULL REFERENCES tracking_runs,
    key_no INTEGER NOT NULL,
    experiment_no INTEGER NOT NULL,
    value TEXT NOT NULL,
    head TEXT NOT NULL,
    PRIMARY KEY (run_no, key_no)
) WITHOUT ROWID;
CREATE INDEX tracking_params_head ON tracking_params (experiment_no, key_no, head, run_no);

CREATE TABLE tracking_tags (
    run_no INTEGER NOT NULL REFERENCES tracking_runs,
    key_no INTEGER NOT NULL,
    experiment_no INTEGER NOT NULL,
    value TEXT NOT NULL,
    head TEXT NOT NULL,
    PRIMARY KEY (run_no, key_no)
) WITHOUT ROWID;
CREATE INDEX tracking_tags_head ON tracking_tags (experiment_no, key_no, head, run_no);

-- One row a series (run and metric key). A value column is NULL when the point is NaN; the row's presence says there is a point.
CREATE TABLE tracking_metrics (
    run_no INTEGER NOT NULL REFERENCES tracking_runs,
    key_no INTEGER NOT NULL,
    experiment_no INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    latest REAL,
    latest_step INTEGER NOT NULL,
    latest_ms INTEGER NOT NULL,
    min REAL,
    min_step INTEGER NOT NULL,
    min_ms INTEGER NOT NULL,
    max REAL,
    max_step INTEGER NOT NULL,
    max_ms INTEGER NOT NULL,
    point_count INTEGER NOT NULL,
    PRIMARY KEY (run_no, key_no)
) WITHOUT ROWID;
CREATE INDEX tracking_metrics_latest ON tracking_metrics (experiment_no, key_no, latest, start_ms, run_no);
CREATE INDEX tracking_metrics_min ON tracking_metrics (experiment_no, key_no, min, start_ms, run_no);
CREATE INDEX tracking_metrics_max ON tracking_metrics (experiment_no, key_no, max, start_ms, run_no);

CREATE TABLE tracking_datasets (
    dataset_no INTEGER PRIMARY KEY AUTOINCREMENT,
    experiment_no INTEGER NOT NULL REFERENCES tracking_experiments,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    source_type TEXT NOT NULL,
    source TEXT NOT NULL,
    dataset_schema TEXT,
    profile TEXT,
    UNIQUE (experiment_no, name, digest)
);

CREATE TABLE tracking_run_datasets (
    run_no INTEGER NOT NULL REFERENCES tracking_runs,
    dataset_no INTEGER NOT NULL REFERENCES tracking_datasets,
    PRIMARY KEY (run_no, dataset_no)
) WITHOUT ROWID;
CREATE INDEX tracking_run_datasets_dataset ON tracking_run_datasets (dataset_no, run_no);

CREATE TABLE tracking_run_dataset_tags (
    run_no INTEGER NOT NULL,
    dataset_no INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run_no, dataset_no, key)
) WITHOUT ROWID;

CREATE TABLE tracking_models (
    model_no INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id TEXT NOT NULL UNIQUE,
    experiment_no INTEGER NOT NULL REFERENCES tracking_experiments,
    name TEXT NOT NULL,
    artifact_uri TEXT NOT NULL,
    status INTEGER NOT NULL,
    status_message TEXT,
    model_type TEXT NOT NULL,
    source_run_id TEXT,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    lifecycle INTEGER NOT NULL
);
CREATE INDEX tracking_models_order ON tracking_models (experiment_no, lifecycle, created_ms DESC, model_id);

CREATE TABLE tracking_model_params (
    model_no INTEGER NOT NULL REFERENCES tracking_models,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (model_no, key)
) WITHOUT ROWID;

CREATE TABLE tracking_model_tags (
    model_no INTEGER NOT NULL REFERENCES tracking_models,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (model_no, key)
) WITHOUT ROWID;

-- The latest value of a metric of a logged model, by run and dataset it was measured on ('' for none).
CREATE TABLE tracking_model_metrics (
    model_no INTEGER NOT NULL REFERENCES tracking_models,
    key TEXT NOT NULL,
    run_id TEXT NOT NULL,
    dataset_name TEXT NOT NULL,
    dataset_digest TEXT NOT NULL,
    value REAL,
    step INTEGER NOT NULL,
    timestamp_ms INTEGER NOT NULL,
    PRIMARY KEY (model_no, key, run_id, dataset_name, dataset_digest)
) WITHOUT ROWID;

CREATE TABLE tracking_run_models (
    run_no INTEGER NOT NULL REFERENCES tracking_runs,
    model_id TEXT NOT NULL,
    is_output INTEGER NOT NULL,
    step INTEGER NOT NULL,
    PRIMARY KEY (run_no, is_output, model_id)
) WITHOUT ROWID;

INSERT INTO tracking_experiments (experiment_no, project, name, artifact_location, lifecycle, created_ms, updated_ms)
VALUES (0, 'default', 'Default', 'mlflow-artifacts:/0', 0, 0, 0);
