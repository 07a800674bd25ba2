UPDATE tracking_runs SET lifecycle = 1, deleted_ms = @now_ms, deleted_with_experiment = 1
WHERE experiment_no = @experiment_no AND lifecycle = 0
