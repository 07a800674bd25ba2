UPDATE tracking_experiments SET name = @name, updated_ms = @now_ms WHERE experiment_no = @experiment_no
