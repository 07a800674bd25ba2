SELECT COALESCE(MAX(event_no), 0) FROM serving_deployment_events
