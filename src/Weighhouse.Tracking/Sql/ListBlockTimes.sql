SELECT block_no, low_ms, high_ms
FROM tracking_metric_blocks
WHERE run_no = @run_no AND key_no = @key_no AND low_ms <= @to_ms AND high_ms >= @from_ms
ORDER BY low_ms, first_step
