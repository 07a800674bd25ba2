SELECT canary_no, state, plan_json, step, began_ms, step_ms, ended_ms, slow_us, outlook, user_name
FROM serving_canaries
WHERE canary_no = @canary_no
