UPDATE registry_versions SET updated_ms = @now_ms
WHERE model_no = @model_no AND deleted_ms IS NULL
