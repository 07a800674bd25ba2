INSERT INTO tracking_params (run_no, key_no, experiment_no, value, head)
VALUES (@run_no, @key_no, @experiment_no, @value, substr(@value, 1, 200))
ON CONFLICT (run_no, key_no) DO NOTHING
