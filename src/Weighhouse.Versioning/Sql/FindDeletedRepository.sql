SELECT repo_no, project, name, description, default_branch, quota_bytes, added_bytes, created_ms, created_by, updated_ms, deleted_ms,
    governed_by
FROM versioning_repositories
WHERE name = @name AND deleted_ms IS NOT NULL
ORDER BY deleted_ms DESC, repo_no DESC
LIMIT 1
