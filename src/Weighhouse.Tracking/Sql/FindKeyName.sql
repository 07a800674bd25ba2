SELECT key FROM tracking_keys WHERE key_no = @key_no
