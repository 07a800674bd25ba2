SELECT deployment_no, project, name, routes_json, revision, state_event_no, is_loaded, user_name, created_ms, updated_ms
FROM serving_deployments
WHERE name = @name AND deleted_ms IS NULL
