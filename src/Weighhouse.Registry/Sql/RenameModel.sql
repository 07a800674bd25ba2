UPDATE registry_models SET name = @name, updated_ms = @now_ms
WHERE model_no = @model_no
