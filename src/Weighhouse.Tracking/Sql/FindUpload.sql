SELECT path, part_secret FROM tracking_uploads WHERE upload_id = @upload_id
