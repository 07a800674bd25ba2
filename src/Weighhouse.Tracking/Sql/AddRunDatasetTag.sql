INSERT INTO tracking_run_dataset_tags (run_no, dataset_no, key, value) VALUES (@run_no, @dataset_no, @key, @value)
ON CONFLICT (run_no, dataset_no, key) DO UPDATE SET value = excluded.value
