UPDATE registry_models SET description = @description, updated_ms = @now_ms
WHERE model_no = @model_no
