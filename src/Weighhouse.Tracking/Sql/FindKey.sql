SELECT key_no FROM tracking_keys WHERE key = @key
