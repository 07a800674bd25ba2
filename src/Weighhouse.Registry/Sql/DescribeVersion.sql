UPDATE registry_versions SET description = @description, updated_ms = @now_ms
WHERE version_no = @version_no
