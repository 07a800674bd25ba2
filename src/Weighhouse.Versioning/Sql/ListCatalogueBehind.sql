-- Entries whose default branch is not where it was when they were looked at.
SELECT c.entry_no, c.repo_no, r.project, r.name, c.path, t.description, c.owner, c.source, c.licence, c.tags, c.fresh_ms, c.created_ms,
    c.created_by, c.updated_ms, c.updated_by, c.seen_no, coalesce(f.commit_no, 0), c.kind, c.content, c.size_bytes, c.changed_id,
    c.changed_ms, c.changed_by, t.content_schema
FROM versioning_catalogue c JOIN versioning_repositories r ON r.repo_no = c.repo_no
    JOIN versioning_catalogue_texts t ON t.entry_no = c.entry_no
    LEFT JOIN versioning_refs f ON f.repo_no = c.repo_no AND f.name = 'heads/' || r.default_branch
WHERE r.deleted_ms IS NULL AND c.entry_no > @after AND coalesce(f.commit_no, 0) <> coalesce(c.seen_no, -1)
ORDER BY c.entry_no
LIMIT @count
