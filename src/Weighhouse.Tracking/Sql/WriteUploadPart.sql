INSERT INTO tracking_upload_parts (upload_id, part_number, blob_id, size_bytes) VALUES (@upload_id, @part_number, @blob_id, @size_bytes)
ON CONFLICT (upload_id, part_number) DO UPDATE SET blob_id = excluded.blob_id, size_bytes = excluded.size_bytes
