INSERT INTO versioning_refs (repo_no, name, commit_no, updated_ms, updated_by)
VALUES (@repo_no, @name, @commit_no, @now_ms, @actor)
ON CONFLICT DO NOTHING
