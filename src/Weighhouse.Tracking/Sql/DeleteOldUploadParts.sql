DELETE FROM tracking_upload_parts
WHERE upload_id IN (SELECT upload_id FROM tracking_uploads WHERE started_ms < @before_ms)
