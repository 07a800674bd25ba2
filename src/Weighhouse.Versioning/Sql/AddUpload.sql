INSERT INTO versioning_uploads (repo_no, pack, received_bytes, updated_ms)
VALUES (@repo_no, @pack, @received_bytes, @now_ms)
ON CONFLICT DO NOTHING
