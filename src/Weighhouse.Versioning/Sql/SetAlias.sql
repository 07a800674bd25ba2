INSERT INTO versioning_aliases (repo_no, algorithm, digest, file_id, size_bytes, added_ms)
VALUES (@repo_no, @algorithm, @digest, @file_id, @size_bytes, @now_ms)
ON CONFLICT (repo_no, algorithm, digest) DO UPDATE SET file_id = excluded.file_id, size_bytes = excluded.size_bytes
