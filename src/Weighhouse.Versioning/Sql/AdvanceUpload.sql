UPDATE versioning_uploads SET received_bytes = @received_bytes, updated_ms = @now_ms
WHERE repo_no = @repo_no AND pack = @pack AND received_bytes = @before_bytes
