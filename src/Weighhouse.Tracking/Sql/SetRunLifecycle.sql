UPDATE tracking_runs
SET lifecycle = @lifecycle, deleted_ms = @deleted_ms, deleted_with_experiment = 0
WHERE run_no = @run_no
