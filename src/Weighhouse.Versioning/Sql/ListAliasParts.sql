SELECT file_id FROM versioning_alias_parts WHERE repo_no = @repo_no AND updated_ms > @since_ms LIMIT @count
