SELECT block_no, low_ms, first_step
FROM tracking_metric_blocks
WHERE run_no = @run_no AND key_no = @key_no AND high_ms >= @from_ms
ORDER BY low_ms, first_step
