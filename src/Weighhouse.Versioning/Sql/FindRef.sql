SELECT r.name, c.id, r.updated_ms, r.updated_by
FROM versioning_refs r JOIN versioning_commits c ON c.commit_no = r.commit_no
WHERE r.repo_no = @repo_no AND r.name = @name
