SELECT file_id, received_bytes FROM versioning_alias_parts
WHERE repo_no = @repo_no AND algorithm = @algorithm AND digest = @digest AND updated_ms > @since_ms
