SELECT experiment_no, project, name, artifact_location, lifecycle, created_ms, updated_ms
FROM tracking_experiments
WHERE experiment_no = ANY (CAST(@experiment_nos AS bigint[]))
