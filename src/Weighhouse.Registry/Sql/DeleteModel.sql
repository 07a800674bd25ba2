UPDATE registry_models SET deleted_ms = @now_ms, updated_ms = @now_ms
WHERE model_no = @model_no
