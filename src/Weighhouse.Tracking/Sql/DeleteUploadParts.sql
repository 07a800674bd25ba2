DELETE FROM tracking_upload_parts WHERE upload_id = @upload_id
