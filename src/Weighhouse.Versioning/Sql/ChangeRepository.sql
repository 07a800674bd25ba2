UPDATE versioning_repositories
SET name = @name, description = @description, default_branch = @default_branch, quota_bytes = @quota_bytes, updated_ms = @now_ms
WHERE repo_no = @repo_no AND deleted_ms IS NULL
