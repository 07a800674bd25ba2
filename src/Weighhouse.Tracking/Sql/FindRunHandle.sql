SELECT r.run_no, r.experiment_no, e.project, r.start_ms, r.lifecycle
FROM tracking_runs r
JOIN tracking_experiments e ON e.experiment_no = r.experiment_no
WHERE r.run_id = @run_id
