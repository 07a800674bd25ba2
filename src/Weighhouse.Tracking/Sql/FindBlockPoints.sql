SELECT points FROM tracking_metric_blocks WHERE block_no = @block_no
