INSERT INTO tracking_model_params (model_no, key, value) VALUES (@model_no, @key, @value)
ON CONFLICT (model_no, key) DO NOTHING
