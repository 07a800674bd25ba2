INSERT INTO versioning_alias_parts (repo_no, algorithm, digest, file_id, received_bytes, updated_ms)
VALUES (@repo_no, @algorithm, @digest, @file_id, @received_bytes, @now_ms)
ON CONFLICT (repo_no, algorithm, digest) DO UPDATE
SET file_id = excluded.file_id, received_bytes = excluded.received_bytes, updated_ms = excluded.updated_ms
