UPDATE tracking_runs
SET status = COALESCE(@status, status), end_ms = COALESCE(@end_ms, end_ms)
WHERE run_no = @run_no
