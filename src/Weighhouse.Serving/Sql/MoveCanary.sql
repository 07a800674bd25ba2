UPDATE serving_canaries
SET step = @step, step_ms = @now_ms, state = 'running', outlook = @outlook
WHERE canary_no = @canary_no AND ended_ms IS NULL
