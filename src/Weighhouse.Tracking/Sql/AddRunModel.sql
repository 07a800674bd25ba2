INSERT INTO tracking_run_models (run_no, model_id, is_output, step) VALUES (@run_no, @model_id, @is_output, @step)
ON CONFLICT (run_no, is_output, model_id) DO UPDATE SET step = excluded.step
