INSERT INTO tracking_experiment_tags (experiment_no, key, value)
VALUES (@experiment_no, @key, @value)
ON CONFLICT (experiment_no, key) DO UPDATE SET value = excluded.value
