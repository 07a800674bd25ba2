UPDATE registry_versions SET stage = @stage, updated_ms = @now_ms
WHERE version_no = @version_no
