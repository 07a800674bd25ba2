SELECT r.run_no, r.run_id, r.experiment_no, e.project, r.name, r.user_name, r.status, r.start_ms, r.end_ms, r.artifact_uri, r.lifecycle
FROM tracking_runs r
JOIN tracking_experiments e ON e.experiment_no = r.experiment_no
WHERE r.run_no = ANY (CAST(@run_nos AS bigint[]))
