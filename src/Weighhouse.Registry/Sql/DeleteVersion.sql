UPDATE registry_versions SET deleted_ms = @now_ms, updated_ms = @now_ms
WHERE version_no = @version_no
