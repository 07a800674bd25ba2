SELECT d.deployment_no, d.project, d.name, d.routes_json, d.revision, d.state_event_no, d.is_loaded, d.user_name, d.created_ms,
    d.updated_ms, c.canary_no, c.step, c.base_event_no, d.batch_json
FROM serving_deployments d
LEFT JOIN serving_canaries c ON c.deployment_no = d.deployment_no AND c.ended_ms IS NULL
WHERE d.name = @name AND d.deleted_ms IS NULL
