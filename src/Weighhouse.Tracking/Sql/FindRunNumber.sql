SELECT run_no FROM tracking_runs WHERE run_id = @run_id
