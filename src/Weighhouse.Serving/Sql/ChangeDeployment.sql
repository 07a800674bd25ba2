UPDATE serving_deployments
SET routes_json = @routes_json, batch_json = @batch_json, revision = @revision, state_event_no = @state_event_no,
    is_loaded = @is_loaded, updated_ms = @now_ms
WHERE deployment_no = @deployment_no
