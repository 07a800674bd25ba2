INSERT INTO serving_deployments (
    project, name, routes_json, revision, state_event_no, is_loaded, user_name, created_ms, updated_ms)
VALUES (@project, @name, @routes_json, 1, 0, 1, @user_name, @now_ms, @now_ms)
ON CONFLICT DO NOTHING
RETURNING deployment_no
