DELETE FROM versioning_uploads WHERE updated_ms < @before_ms
