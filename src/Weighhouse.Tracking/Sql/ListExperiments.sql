SELECT experiment_no, project, name, artifact_location, lifecycle, created_ms, updated_ms
FROM tracking_experiments
WHERE experiment_no IN (SELECT value FROM json_each(@experiment_nos))
