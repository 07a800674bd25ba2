SELECT m.model_no, m.model_id, m.experiment_no, e.project, m.name, m.created_ms, m.updated_ms, m.artifact_uri, m.status,
    m.status_message, m.model_type, m.source_run_id
FROM tracking_models m
JOIN tracking_experiments e ON e.experiment_no = m.experiment_no
WHERE m.model_no IN (SELECT value FROM json_each(@model_nos))
