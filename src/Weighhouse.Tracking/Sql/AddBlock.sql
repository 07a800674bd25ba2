INSERT INTO tracking_metric_blocks (
    run_no, key_no, first_step, first_ms, first_order, last_step, last_ms, last_order, low_ms, high_ms, point_count, points)
VALUES (
    @run_no, @key_no, @first_step, @first_ms, @first_order, @last_step, @last_ms, @last_order, @low_ms, @high_ms, @point_count, @points)
RETURNING block_no
