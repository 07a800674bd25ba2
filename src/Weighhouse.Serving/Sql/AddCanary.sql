INSERT INTO serving_canaries (
    deployment_no, state, plan_json, base_event_no, step, began_ms, step_ms, slow_us, outlook, user_name)
VALUES (@deployment_no, 'running', @plan_json, @base_event_no, 0, @began_ms, @step_ms, @slow_us, '', @user_name)
ON CONFLICT DO NOTHING
RETURNING canary_no
