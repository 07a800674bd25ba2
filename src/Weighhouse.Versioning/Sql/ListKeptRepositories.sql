SELECT repo_no, project, name, description, default_branch, quota_bytes, added_bytes, created_ms, created_by, updated_ms, deleted_ms,
    governed_by
FROM versioning_repositories
WHERE (deleted_ms IS NULL OR deleted_ms > @since_ms) AND repo_no > @after_no
ORDER BY repo_no
LIMIT @count
