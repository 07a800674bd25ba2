UPDATE versioning_repositories SET added_bytes = added_bytes + @bytes, updated_ms = @now_ms
WHERE repo_no = @repo_no AND (quota_bytes IS NULL OR added_bytes + @added <= quota_bytes)
