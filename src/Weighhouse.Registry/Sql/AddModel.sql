INSERT INTO registry_models (project, name, description, last_version, created_ms, updated_ms)
VALUES (@project, @name, @description, 0, @now_ms, @now_ms)
ON CONFLICT DO NOTHING
RETURNING model_no
