SELECT value FROM tracking_tags WHERE run_no = @run_no AND key_no = @key_no
