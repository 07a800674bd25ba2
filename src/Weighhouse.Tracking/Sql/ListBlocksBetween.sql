SELECT block_no, first_step, last_step
FROM tracking_metric_blocks
WHERE run_no = @run_no AND key_no = @key_no AND first_step <= @to_step AND last_step >= @from_step
ORDER BY first_step, first_ms, first_order
