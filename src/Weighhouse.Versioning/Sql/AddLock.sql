INSERT INTO versioning_locks (repo_no, path, owner, locked_ms)
VALUES (@repo_no, @path, @owner, @now_ms)
ON CONFLICT DO NOTHING
