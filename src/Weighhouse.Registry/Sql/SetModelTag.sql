INSERT INTO registry_model_tags (model_no, key, value)
VALUES (@model_no, @key, @value)
ON CONFLICT (model_no, key) DO UPDATE SET value = excluded.value
