SELECT repo_no, project, name, description, default_branch, quota_bytes, added_bytes, created_ms, created_by, updated_ms, deleted_ms,
    governed_by
FROM versioning_repositories
WHERE deleted_ms IS NULL AND (@with_governed = 1 OR governed_by IS NULL)
    AND (added_bytes < @value OR (added_bytes = @value AND name > @after))
    AND (lower(name) LIKE @pattern ESCAPE '\' OR lower(coalesce(description, '')) LIKE @pattern ESCAPE '\')
ORDER BY added_bytes DESC, name
LIMIT @count
