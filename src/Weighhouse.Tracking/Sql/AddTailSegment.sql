INSERT INTO tracking_metric_tail (run_no, key_no, point_count, points)
VALUES (@run_no, @key_no, @point_count, @points)
