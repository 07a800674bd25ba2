SELECT part_number, blob_id, size_bytes FROM tracking_upload_parts WHERE upload_id = @upload_id ORDER BY part_number
