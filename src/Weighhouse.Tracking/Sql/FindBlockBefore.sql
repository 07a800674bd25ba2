SELECT block_no, first_step, first_ms, first_order, last_step, last_ms, last_order, point_count
FROM tracking_metric_blocks
WHERE run_no = @run_no AND key_no = @key_no AND first_step < @step
ORDER BY first_step DESC, first_ms DESC, first_order DESC
LIMIT 1
