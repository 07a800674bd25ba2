UPDATE notices_hooks SET deleted_ms = @now_ms, secret = NULL WHERE hook_no = @hook_no
