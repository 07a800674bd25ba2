INSERT INTO tracking_metric_pyramids (
    block_no, run_no, key_no, first_step, last_step, last_ms, last_order, coarse_level, fine_level, coarse, fine)
VALUES (
    @block_no, @run_no, @key_no, @first_step, @last_step, @last_ms, @last_order, @coarse_level, @fine_level, @coarse, @fine)
