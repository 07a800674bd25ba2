INSERT INTO tracking_params (run_no, key_no, experiment_no, value)
VALUES (@run_no, @key_no, @experiment_no, @value)
ON CONFLICT (run_no, key_no) DO NOTHING
