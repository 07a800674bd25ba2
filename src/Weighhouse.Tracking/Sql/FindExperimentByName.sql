SELECT experiment_no, project, name, artifact_location, lifecycle, created_ms, updated_ms
FROM tracking_experiments
WHERE name = @name
