UPDATE tracking_experiments SET lifecycle = @lifecycle, updated_ms = @now_ms WHERE experiment_no = @experiment_no
