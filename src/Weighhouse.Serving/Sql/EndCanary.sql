UPDATE serving_canaries
SET state = @state, ended_ms = @now_ms, outlook = @outlook
WHERE canary_no = @canary_no AND ended_ms IS NULL
