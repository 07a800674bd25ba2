SELECT path, blob_id, size_bytes, modified_ms FROM tracking_artifacts WHERE path = @path
