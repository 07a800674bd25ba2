INSERT INTO tracking_uploads (upload_id, path, started_ms, part_secret) VALUES (@upload_id, @path, @started_ms, @part_secret)
