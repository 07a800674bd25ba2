SELECT COUNT(*), SUM(CASE WHEN project = @project THEN 1 ELSE 0 END) FROM notices_hooks WHERE deleted_ms IS NULL
