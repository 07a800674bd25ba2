INSERT INTO tracking_models
    (model_id, experiment_no, name, artifact_uri, status, model_type, source_run_id, created_ms, updated_ms, lifecycle)
VALUES (@model_id, @experiment_no, @name, @artifact_uri, @status, @model_type, @source_run_id, @now_ms, @now_ms, 0)
RETURNING model_no
