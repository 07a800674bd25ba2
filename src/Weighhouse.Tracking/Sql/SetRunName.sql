UPDATE tracking_runs SET name = @name WHERE run_no = @run_no
