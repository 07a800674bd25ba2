INSERT INTO tracking_run_datasets (run_no, dataset_no) VALUES (@run_no, @dataset_no)
ON CONFLICT (run_no, dataset_no) DO NOTHING
