INSERT INTO versioning_repositories
    (project, name, default_branch, added_bytes, created_ms, created_by, updated_ms, governed_by)
VALUES (@project, @name, @default_branch, 0, @now_ms, @created_by, @now_ms, @governed_by)
ON CONFLICT DO NOTHING
RETURNING repo_no
