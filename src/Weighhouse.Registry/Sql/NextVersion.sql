UPDATE registry_models SET last_version = last_version + 1, updated_ms = @now_ms
WHERE model_no = @model_no
RETURNING last_version
