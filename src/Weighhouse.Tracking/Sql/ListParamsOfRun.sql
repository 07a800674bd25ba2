SELECT key_no, value FROM tracking_params WHERE run_no = @run_no
