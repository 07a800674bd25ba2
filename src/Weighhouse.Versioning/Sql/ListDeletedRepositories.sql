SELECT repo_no, project, name, description, default_branch, quota_bytes, added_bytes, created_ms, created_by, updated_ms, deleted_ms,
    governed_by
FROM versioning_repositories
WHERE deleted_ms > @since_ms
ORDER BY deleted_ms DESC, repo_no DESC
LIMIT @count
