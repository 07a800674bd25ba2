UPDATE tracking_runs SET lifecycle = 0, deleted_ms = NULL, deleted_with_experiment = 0
WHERE experiment_no = @experiment_no AND lifecycle = 1 AND deleted_with_experiment = 1
