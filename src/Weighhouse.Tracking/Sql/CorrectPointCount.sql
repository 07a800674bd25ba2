UPDATE tracking_metrics SET point_count = point_count - @excess WHERE run_no = @run_no AND key_no = @key_no
