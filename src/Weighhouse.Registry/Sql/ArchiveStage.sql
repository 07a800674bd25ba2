UPDATE registry_versions SET stage = @archived, updated_ms = @now_ms
WHERE model_no = @model_no AND stage = @stage AND version <> @version AND deleted_ms IS NULL
