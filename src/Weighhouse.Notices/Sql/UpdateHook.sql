UPDATE notices_hooks
SET url = @url, shape = @shape, types_json = @types_json, secret = @secret, is_active = @is_active, updated_ms = @now_ms
WHERE hook_no = @hook_no
