INSERT INTO tracking_experiments (project, name, artifact_location, lifecycle, created_ms, updated_ms)
VALUES (@project, @name, @artifact_location, 0, @now_ms, @now_ms)
ON CONFLICT (name) DO NOTHING
RETURNING experiment_no
