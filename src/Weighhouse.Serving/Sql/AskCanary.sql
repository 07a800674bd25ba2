UPDATE serving_canaries
SET state = 'undecided', outlook = @outlook
WHERE canary_no = @canary_no AND ended_ms IS NULL AND state = 'running'
