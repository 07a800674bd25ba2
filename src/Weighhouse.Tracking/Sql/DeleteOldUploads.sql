DELETE FROM tracking_uploads WHERE started_ms < @before_ms
