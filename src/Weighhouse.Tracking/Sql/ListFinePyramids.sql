SELECT fine
FROM tracking_metric_pyramids
WHERE run_no = @run_no AND key_no = @key_no AND first_step >= @from_step AND first_step <= @to_step AND last_step <= @to_step
    AND coarse_level > @level AND fine_level <= @level
