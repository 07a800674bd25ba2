UPDATE versioning_repositories SET deleted_ms = NULL, updated_ms = @now_ms
WHERE repo_no = @repo_no AND deleted_ms IS NOT NULL
