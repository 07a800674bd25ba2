INSERT INTO tracking_uploads (upload_id, path, started_ms) VALUES (@upload_id, @path, @started_ms)
