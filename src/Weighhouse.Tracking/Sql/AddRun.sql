INSERT INTO tracking_runs (run_id, experiment_no, name, user_name, status, start_ms, end_ms, artifact_uri, lifecycle)
VALUES (@run_id, @experiment_no, @name, @user_name, @status, @start_ms, NULL, @artifact_uri, 0)
ON CONFLICT (run_id) DO NOTHING
RETURNING run_no
