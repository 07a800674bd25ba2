INSERT INTO tracking_artifacts (path, blob_id, size_bytes, modified_ms) VALUES (@path, @blob_id, @size_bytes, @modified_ms)
ON CONFLICT (path) DO UPDATE SET blob_id = excluded.blob_id, size_bytes = excluded.size_bytes, modified_ms = excluded.modified_ms
