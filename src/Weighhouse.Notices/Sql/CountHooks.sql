SELECT COUNT(*) FROM notices_hooks WHERE deleted_ms IS NULL
