-- One row for 16,384 points: a hundred million points are 6,000 rows.
SELECT block_no, first_step, last_step, last_ms, last_order, coarse_level, fine_level, coarse
FROM tracking_metric_pyramids
WHERE run_no = @run_no AND key_no = @key_no AND first_step <= @to_step AND last_step >= @from_step
ORDER BY first_step
