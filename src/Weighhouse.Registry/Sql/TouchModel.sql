UPDATE registry_models SET updated_ms = @now_ms
WHERE model_no = @model_no
