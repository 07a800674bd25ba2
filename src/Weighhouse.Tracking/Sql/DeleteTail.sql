DELETE FROM tracking_metric_tail WHERE run_no = @run_no AND key_no = @key_no AND tail_no <= @last_tail_no
