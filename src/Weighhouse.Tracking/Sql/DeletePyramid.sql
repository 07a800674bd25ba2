DELETE FROM tracking_metric_pyramids WHERE block_no = @block_no
