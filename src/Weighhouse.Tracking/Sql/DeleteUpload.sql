DELETE FROM tracking_uploads WHERE upload_id = @upload_id
