UPDATE versioning_repositories SET governed_by = @governed_by, updated_ms = @now_ms
WHERE repo_no = @repo_no
