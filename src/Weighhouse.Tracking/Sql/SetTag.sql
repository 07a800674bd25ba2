INSERT INTO tracking_tags (run_no, key_no, experiment_no, value, head)
VALUES (@run_no, @key_no, @experiment_no, @value, substr(@value, 1, 200))
ON CONFLICT (run_no, key_no) DO UPDATE SET value = excluded.value, head = excluded.head
