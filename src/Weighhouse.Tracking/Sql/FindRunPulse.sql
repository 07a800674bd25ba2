SELECT r.run_no, r.experiment_no, r.status, (SELECT COUNT(*) FROM tracking_params p WHERE p.run_no = r.run_no)
FROM tracking_runs r
WHERE r.run_id = @run_id
