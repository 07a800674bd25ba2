SELECT repo_no, project, name, description, default_branch, quota_bytes, added_bytes, created_ms, created_by, updated_ms, deleted_ms,
    governed_by
FROM versioning_repositories r
WHERE deleted_ms IS NULL AND EXISTS (SELECT 1 FROM versioning_catalogue c WHERE c.repo_no = r.repo_no)
