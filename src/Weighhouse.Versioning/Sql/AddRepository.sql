INSERT INTO versioning_repositories
    (project, name, description, default_branch, quota_bytes, added_bytes, created_ms, created_by, updated_ms)
VALUES (@project, @name, @description, @default_branch, @quota_bytes, 0, @now_ms, @created_by, @now_ms)
ON CONFLICT DO NOTHING
RETURNING repo_no
